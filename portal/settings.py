"""Every setting of the product, read from the environment once; imports nothing of ours."""

from functools import lru_cache

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The environment as typed values. A missing or malformed one stops the start with its name."""

    model_config = SettingsConfigDict(env_file=None, extra="ignore", frozen=True)

    app_database_url: str = Field(description="PostgreSQL as the role portal_app: web, worker, relay.")
    database_url: str | None = Field(None, description="PostgreSQL as the owner: migrations only.")
    redis_url: str
    secret_key: SecretStr
    security_password_salt: SecretStr

    secure_cookies: bool = True
    trusted_proxies: int = Field(0, ge=0, description="How many reverse proxies set X-Forwarded-*.")
    max_upload_mb: int = Field(32, ge=1, description="Largest accepted request body, MiB.")
    session_hours: int = 8
    log_json: bool = True

    source_hosts: str = Field("", description="Hosts to read sources from beside the publishers', by commas.")
    source_private_hosts: str = Field(
        "", description="Hosts (name:port) of one's own mirrors: may be in the private network and without TLS."
    )

    public_url: str = Field(
        "http://127.0.0.1:8000", description="How people reach the portal; for links that leave it."
    )
    smtp_host: str = Field("", description="Mail server for digests; empty sends none.")
    smtp_port: int = Field(587, ge=1, le=65535)
    smtp_security: str = Field("starttls", pattern="^(starttls|tls|none)$")
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    mail_from: str = Field("supplier-commons@localhost", description="Sender of e-mail.")

    incoming_mail_domain: str = Field(
        "", description="Domain of the addresses by which mail comes into dialogues; empty: there are none."
    )

    clamav_address: str = Field(
        "",
        pattern=r"^(|/.+|[^/\s]+:\d{1,5})$",
        description="clamd (host:port, or a socket's whole path) that checks each uploaded file; empty: none does.",
    )
    clamav_required: bool = Field(True, description="Refuse a file while the scanner does not answer.")

    gleif_url: str = Field(
        "https://api.gleif.org/api/v1", description="GLEIF's API, or a mirror of it; empty switches it off."
    )
    gleif_refresh_days: int = Field(30, ge=0, description="LEI records older than this are fetched again; 0: never.")
    gleif_per_minute: int = Field(60, ge=1, description="Requests to GLEIF that all workers make together.")

    opensanctions_url: str = Field(
        "", description="OpenSanctions' API (https://api.opensanctions.org) or one's own yente; empty: not asked."
    )
    opensanctions_key: SecretStr | None = Field(None, description="API key of OpenSanctions; a yente needs none.")
    opensanctions_dataset: str = Field("sanctions", pattern=r"^[a-z0-9_]{1,60}$", description="Which lists are asked.")

    opensupplyhub_url: str = Field("https://opensupplyhub.org/api/v1", description="Open Supply Hub's API.")
    opensupplyhub_token: SecretStr | None = Field(None, description="API token of Open Supply Hub; empty: not asked.")

    ted_fields_left_out: str = Field(
        "", description="Fields that TED's search refuses, with blanks between: they are not asked for any more."
    )


@lru_cache
def get_settings() -> Settings:
    """The settings of this process."""
    return Settings()
