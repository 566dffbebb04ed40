"""The first schema: every table of the product."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

EXTENSIONS = ("pg_trgm", "btree_gist", "unaccent")


def upgrade() -> None:
    for extension in EXTENSIONS:
        op.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    op.execute("ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO portal_app")
    op.create_table(
        "authority",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("code", sa.String(length=5), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authority")),
        sa.UniqueConstraint("code", name=op.f("uq_authority_code")),
        sa.UniqueConstraint("slug", name=op.f("uq_authority_slug")),
    )
    op.create_table(
        "file_blob",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_file_blob")),
    )
    op.create_table(
        "journal_entry",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object_type", sa.Text(), nullable=True),
        sa.Column("object_id", sa.Uuid(), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_journal_entry")),
    )
    op.create_index(op.f("ix_journal_entry_authority_id"), "journal_entry", ["authority_id"], unique=False)
    op.create_index(op.f("ix_journal_entry_object_id"), "journal_entry", ["object_id"], unique=False)
    op.create_table(
        "journal_head",
        sa.Column("id", sa.SmallInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_head")),
    )
    op.create_table(
        "outbox_event",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("parked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_event")),
    )
    op.create_index(
        "ix_outbox_event_open",
        "outbox_event",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
    )
    op.create_table(
        "pinch_point",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("facility_id", sa.String(length=20), nullable=False),
        sa.Column("metal", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=True),
        sa.CheckConstraint("metal = lower(metal)", name=op.f("ck_pinch_point_metal_lower")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pinch_point")),
        sa.UniqueConstraint("facility_id", "metal", name=op.f("uq_pinch_point_facility_id_metal")),
    )
    op.create_table(
        "source",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("interval_hours", sa.Integer(), nullable=False),
        sa.Column("next_run_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("NOT enabled OR url IS NOT NULL", name=op.f("ck_source_enabled_has_url")),
        sa.CheckConstraint("interval_hours BETWEEN 1 AND 8784", name=op.f("ck_source_interval_hours")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_source")),
    )
    op.create_table(
        "user_account",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_user_account_email_lower")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("email", name=op.f("uq_user_account_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_user_account_fs_uniquifier")),
    )
    op.create_table(
        "evidence_item",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("audience", sa.String(length=8), nullable=False),
        sa.Column("named_ids", postgresql.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(audience = 'named') = (cardinality(named_ids) > 0)", name=op.f("ck_evidence_item_named_ids")
        ),
        sa.CheckConstraint("audience IN ('owner', 'named', 'members')", name=op.f("ck_evidence_item_audience")),
        sa.ForeignKeyConstraint(["owner_id"], ["authority.id"], name=op.f("fk_evidence_item_owner_id")),
        sa.ForeignKeyConstraint(["sha256"], ["file_blob.sha256"], name=op.f("fk_evidence_item_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_item")),
    )
    op.create_index(op.f("ix_evidence_item_owner_id"), "evidence_item", ["owner_id"], unique=False)
    op.create_table(
        "membership",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(role = 'operator') = (authority_id IS NULL)",
            name=op.f("ck_membership_operator_has_no_authority"),
        ),
        sa.CheckConstraint("role IN ('reader', 'officer', 'coordinator', 'operator')", name=op.f("ck_membership_role")),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_membership_authority_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_membership_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_authority_id"), "membership", ["authority_id"], unique=False)
    op.create_index(op.f("ix_membership_user_id"), "membership", ["user_id"], unique=False)
    op.create_index(
        "uq_membership_open",
        "membership",
        ["user_id", "authority_id", "role"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("params", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_notice_authority_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("authority_id", "key", name=op.f("uq_notice_authority_id_key")),
    )
    op.create_table(
        "supplier",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("legal_name", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("brought_in_by_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("legal_name <> ''", name=op.f("ck_supplier_legal_name")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_supplier_not_own_parent")),
        sa.ForeignKeyConstraint(["brought_in_by_id"], ["authority.id"], name=op.f("fk_supplier_brought_in_by_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["supplier.id"], name=op.f("fk_supplier_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier")),
    )
    op.create_index(op.f("ix_supplier_parent_id"), "supplier", ["parent_id"], unique=False)
    op.create_index("ix_supplier_sort_key", "supplier", ["sort_key", "id"], unique=False)
    op.create_table(
        "sync_run",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("source_code", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("trigger", sa.String(length=10), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("filename", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("http_status", sa.SmallInteger(), nullable=True),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("parser", sa.String(length=16), nullable=True),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rejects", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("diff", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("previous_run_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("reason_params", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decision_note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('queued', 'held', 'applied', 'unchanged', 'rejected', 'failed')",
            name=op.f("ck_sync_run_state"),
        ),
        sa.CheckConstraint("state NOT IN ('held', 'failed') OR reason IS NOT NULL", name=op.f("ck_sync_run_reason")),
        sa.CheckConstraint("trigger IN ('upload', 'fetch', 'schedule', 'command')", name=op.f("ck_sync_run_trigger")),
        sa.ForeignKeyConstraint(["previous_run_id"], ["sync_run.id"], name=op.f("fk_sync_run_previous_run_id")),
        sa.ForeignKeyConstraint(["sha256"], ["file_blob.sha256"], name=op.f("fk_sync_run_sha256")),
        sa.ForeignKeyConstraint(["source_code"], ["source.code"], name=op.f("fk_sync_run_source_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_run")),
    )
    op.create_index(op.f("ix_sync_run_sha256"), "sync_run", ["sha256"], unique=False)
    op.create_index("ix_sync_run_source_code_created_at", "sync_run", ["source_code", "created_at"], unique=False)
    op.create_index(
        "uq_sync_run_held",
        "sync_run",
        ["source_code"],
        unique=True,
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_table(
        "assurance_observation",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("scheme", sa.String(length=20), nullable=False),
        sa.Column("pinch_point_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("raw_status", sa.Text(), nullable=True),
        sa.Column("raw_name", sa.Text(), nullable=True),
        sa.Column("audit_date", sa.Date(), nullable=True),
        sa.Column("cycle_years", sa.SmallInteger(), nullable=True),
        sa.Column("cross_recognised", sa.Text(), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pinch_point_id"], ["pinch_point.id"], name=op.f("fk_assurance_observation_pinch_point_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["sync_run.id"], name=op.f("fk_assurance_observation_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assurance_observation")),
        sa.UniqueConstraint("run_id", "pinch_point_id", name=op.f("uq_assurance_observation_run_id_pinch_point_id")),
    )
    op.create_index(
        "ix_assurance_observation_latest",
        "assurance_observation",
        ["pinch_point_id", "scheme", "as_of", "seen_at"],
        unique=False,
    )
    op.create_index(op.f("ix_assurance_observation_run_id"), "assurance_observation", ["run_id"], unique=False)
    op.create_table(
        "contract",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("product_group", sa.String(length=16), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("value_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("audience", sa.String(length=8), nullable=False),
        sa.Column("named_ids", postgresql.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(audience = 'named') = (cardinality(named_ids) > 0)", name=op.f("ck_contract_named_ids")),
        sa.CheckConstraint("audience IN ('owner', 'named', 'members')", name=op.f("ck_contract_audience")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_contract_ends_after_start")),
        sa.CheckConstraint(
            "value_minor >= 0 AND (value_minor IS NULL) = (currency IS NULL)",
            name=op.f("ck_contract_value_has_currency"),
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["authority.id"], name=op.f("fk_contract_owner_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_contract_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract")),
        sa.UniqueConstraint("owner_id", "number", name=op.f("uq_contract_owner_id_number")),
    )
    op.create_index(op.f("ix_contract_owner_id"), "contract", ["owner_id"], unique=False)
    op.create_index(op.f("ix_contract_supplier_id"), "contract", ["supplier_id"], unique=False)
    op.create_table(
        "declaration",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("template", sa.String(length=8), nullable=False),
        sa.Column("revision", sa.String(length=8), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("company_name", sa.Text(), nullable=True),
        sa.Column("scope_code", sa.String(length=1), nullable=True),
        sa.Column("scope_description", sa.Text(), nullable=True),
        sa.Column("effective_date", sa.Date(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rules_version", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("audience", sa.String(length=8), nullable=False),
        sa.Column("named_ids", postgresql.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(audience = 'named') = (cardinality(named_ids) > 0)", name=op.f("ck_declaration_named_ids")
        ),
        sa.CheckConstraint("audience IN ('owner', 'named', 'members')", name=op.f("ck_declaration_audience")),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence_item.id"], name=op.f("fk_declaration_evidence_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["authority.id"], name=op.f("fk_declaration_owner_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_declaration_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaration")),
    )
    op.create_index(op.f("ix_declaration_owner_id"), "declaration", ["owner_id"], unique=False)
    op.create_index(op.f("ix_declaration_supplier_id"), "declaration", ["supplier_id"], unique=False)
    op.create_table(
        "dialogue_entry",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("audience", sa.String(length=8), nullable=False),
        sa.Column("named_ids", postgresql.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(audience = 'named') = (cardinality(named_ids) > 0)", name=op.f("ck_dialogue_entry_named_ids")
        ),
        sa.CheckConstraint("audience IN ('owner', 'named', 'members')", name=op.f("ck_dialogue_entry_audience")),
        sa.CheckConstraint(
            "channel IN ('meeting', 'call', 'video', 'letter', 'email', 'site_visit', 'info_request')",
            name=op.f("ck_dialogue_entry_channel"),
        ),
        sa.CheckConstraint("subject <> '' AND summary <> ''", name=op.f("ck_dialogue_entry_texts")),
        sa.CheckConstraint("corrects_id <> id", name=op.f("ck_dialogue_entry_corrects_another")),
        sa.ForeignKeyConstraint(["corrects_id"], ["dialogue_entry.id"], name=op.f("fk_dialogue_entry_corrects_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["authority.id"], name=op.f("fk_dialogue_entry_owner_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_dialogue_entry_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dialogue_entry")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_dialogue_entry_corrects_id")),
    )
    op.create_index("ix_dialogue_entry_newest", "dialogue_entry", ["held_on", "id"], unique=False)
    op.create_index(op.f("ix_dialogue_entry_owner_id"), "dialogue_entry", ["owner_id"], unique=False)
    op.create_index(op.f("ix_dialogue_entry_supplier_id"), "dialogue_entry", ["supplier_id"], unique=False)
    op.create_table(
        "follow",
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_follow_authority_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_follow_supplier_id")),
        sa.PrimaryKeyConstraint("authority_id", "supplier_id", name=op.f("pk_follow")),
    )
    op.create_index(op.f("ix_follow_supplier_id"), "follow", ["supplier_id"], unique=False)
    op.create_table(
        "notice_read",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_notice_read_notice_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_notice_read_user_id")),
        sa.PrimaryKeyConstraint("notice_id", "user_id", name=op.f("pk_notice_read")),
    )
    op.create_table(
        "site",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("sector", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_date", sa.Date(), nullable=False),
        sa.Column("entered_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["entered_by_id"], ["authority.id"], name=op.f("fk_site_entered_by_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_site_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("supplier_id", "address", name=op.f("uq_site_supplier_id_address")),
    )
    op.create_index(op.f("ix_site_supplier_id"), "site", ["supplier_id"], unique=False)
    op.create_table(
        "snapshot_row",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("facility_id", sa.String(length=20), nullable=False),
        sa.Column("metal", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("raw_status", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("audit_date", sa.Date(), nullable=True),
        sa.Column("cycle_years", sa.SmallInteger(), nullable=True),
        sa.Column("cross_recognised", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["sync_run.id"], name=op.f("fk_snapshot_row_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "facility_id", "metal", name=op.f("pk_snapshot_row")),
    )
    op.create_table(
        "supplier_assessment",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("product_group", sa.String(length=16), nullable=False),
        sa.Column("rubric_version", sa.String(length=16), nullable=False),
        sa.Column("method", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("audience", sa.String(length=8), nullable=False),
        sa.Column("named_ids", postgresql.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(audience = 'named') = (cardinality(named_ids) > 0)",
            name=op.f("ck_supplier_assessment_named_ids"),
        ),
        sa.CheckConstraint("audience IN ('owner', 'named', 'members')", name=op.f("ck_supplier_assessment_audience")),
        sa.ForeignKeyConstraint(["owner_id"], ["authority.id"], name=op.f("fk_supplier_assessment_owner_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_supplier_assessment_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_assessment")),
    )
    op.create_index("ix_supplier_assessment_newest", "supplier_assessment", ["as_of", "id"], unique=False)
    op.create_index(op.f("ix_supplier_assessment_owner_id"), "supplier_assessment", ["owner_id"], unique=False)
    op.create_index(op.f("ix_supplier_assessment_supplier_id"), "supplier_assessment", ["supplier_id"], unique=False)
    op.create_table(
        "supplier_identifier",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.String(length=20), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_date", sa.Date(), nullable=False),
        sa.Column("entered_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["entered_by_id"], ["authority.id"], name=op.f("fk_supplier_identifier_entered_by_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_supplier_identifier_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_identifier")),
        sa.UniqueConstraint("scheme", "value", name=op.f("uq_supplier_identifier_scheme_value")),
    )
    op.create_index(op.f("ix_supplier_identifier_supplier_id"), "supplier_identifier", ["supplier_id"], unique=False)
    op.create_index("ix_supplier_identifier_value", "supplier_identifier", ["value"], unique=False)
    op.create_table(
        "supplier_import",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_date", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("columns", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("layout", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("mapping", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("add_duplicates", sa.Boolean(), nullable=False),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("error", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "state IN ('uploaded', 'checking', 'checked', 'applying', 'applied', 'failed')",
            name=op.f("ck_supplier_import_state"),
        ),
        sa.CheckConstraint(
            "state IN ('uploaded', 'failed') OR source_date IS NOT NULL",
            name=op.f("ck_supplier_import_source_date"),
        ),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence_item.id"], name=op.f("fk_supplier_import_evidence_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["authority.id"], name=op.f("fk_supplier_import_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_import")),
    )
    op.create_index(op.f("ix_supplier_import_owner_id"), "supplier_import", ["owner_id"], unique=False)
    op.create_table(
        "supplier_name",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("norm", sa.Text(), nullable=False),
        sa.Column("core", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_date", sa.Date(), nullable=False),
        sa.Column("entered_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("kind IN ('legal', 'former', 'trading', 'local')", name=op.f("ck_supplier_name_kind")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["authority.id"], name=op.f("fk_supplier_name_entered_by_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_supplier_name_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_name")),
        sa.UniqueConstraint("supplier_id", "name", "kind", name=op.f("uq_supplier_name_supplier_id_name_kind")),
    )
    op.create_index("ix_supplier_name_core", "supplier_name", ["core"], unique=False)
    op.create_index(
        "ix_supplier_name_norm",
        "supplier_name",
        ["norm"],
        unique=False,
        postgresql_ops={"norm": "text_pattern_ops"},
    )
    op.create_index(
        "ix_supplier_name_norm_trgm",
        "supplier_name",
        ["norm"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"norm": "gin_trgm_ops"},
    )
    op.create_index(op.f("ix_supplier_name_supplier_id"), "supplier_name", ["supplier_id"], unique=False)
    op.create_table(
        "assessment_step",
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.SmallInteger(), nullable=False),
        sa.Column("answer", sa.String(length=12), nullable=False),
        sa.Column("grade", sa.String(length=2), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "answer <> 'met' OR grade IN ('E2', 'E3')", name=op.f("ck_assessment_step_met_needs_evidence")
        ),
        sa.CheckConstraint(
            "answer <> 'not_assessed' OR grade = 'E0'",
            name=op.f("ck_assessment_step_not_assessed_has_no_evidence"),
        ),
        sa.CheckConstraint(
            "answer <> 'partly' OR grade <> 'E0'", name=op.f("ck_assessment_step_partly_needs_a_statement")
        ),
        sa.CheckConstraint(
            "answer IN ('met', 'partly', 'not_met', 'not_assessed')", name=op.f("ck_assessment_step_answer")
        ),
        sa.CheckConstraint("grade IN ('E0', 'E1', 'E2', 'E3')", name=op.f("ck_assessment_step_grade")),
        sa.CheckConstraint("step BETWEEN 1 AND 5", name=op.f("ck_assessment_step_step")),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["supplier_assessment.id"],
            name=op.f("fk_assessment_step_assessment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("assessment_id", "step", name=op.f("pk_assessment_step")),
    )
    op.create_table(
        "commitment",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("dialogue_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Uuid(), nullable=True),
        sa.Column("done_note", sa.Text(), nullable=True),
        sa.CheckConstraint("what <> ''", name=op.f("ck_commitment_what")),
        sa.CheckConstraint(
            "num_nonnulls(done_at, done_by_id, done_note) IN (0, 3)", name=op.f("ck_commitment_done_is_told")
        ),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_commitment_authority_id")),
        sa.ForeignKeyConstraint(
            ["dialogue_id"], ["dialogue_entry.id"], name=op.f("fk_commitment_dialogue_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["done_by_id"], ["authority.id"], name=op.f("fk_commitment_done_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
    )
    op.create_index(op.f("ix_commitment_dialogue_id"), "commitment", ["dialogue_id"], unique=False)
    op.create_table(
        "declaration_finding",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rules_version", sa.String(length=16), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("severity", sa.String(length=8), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=True),
        sa.Column("cell", sa.Text(), nullable=True),
        sa.Column("params", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["declaration_id"],
            ["declaration.id"],
            name=op.f("fk_declaration_finding_declaration_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaration_finding")),
    )
    op.create_index(
        op.f("ix_declaration_finding_declaration_id"), "declaration_finding", ["declaration_id"], unique=False
    )
    op.create_table(
        "dialogue_participant",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("dialogue_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=True),
        sa.Column("role_title", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_dialogue_participant_authority_id")),
        sa.ForeignKeyConstraint(
            ["dialogue_id"],
            ["dialogue_entry.id"],
            name=op.f("fk_dialogue_participant_dialogue_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dialogue_participant")),
    )
    op.create_index(op.f("ix_dialogue_participant_dialogue_id"), "dialogue_participant", ["dialogue_id"], unique=False)
    op.create_table(
        "import_row",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("cell", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("params", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["supplier_import.id"], name=op.f("fk_import_row_import_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_import_row_supplier_id")),
        sa.PrimaryKeyConstraint("import_id", "row", name=op.f("pk_import_row")),
    )
    op.create_index("ix_import_row_outcome", "import_row", ["import_id", "outcome", "row"], unique=False)
    op.create_table(
        "joint_audit",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("audit_type", sa.String(length=8), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("state_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("audience", sa.String(length=8), nullable=False),
        sa.Column("named_ids", postgresql.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("site_id"), "="),
            (sa.text("daterange(starts_on, ends_on, '[]')"), "&&"),
            where=sa.text("state <> 'cancelled'"),
            using="gist",
            name="ex_joint_audit_site_window",
        ),
        sa.CheckConstraint(
            "(audience = 'named') = (cardinality(named_ids) > 0)", name=op.f("ck_joint_audit_named_ids")
        ),
        sa.CheckConstraint("audience IN ('owner', 'named', 'members')", name=op.f("ck_joint_audit_audience")),
        sa.CheckConstraint("audit_type IN ('office', 'site')", name=op.f("ck_joint_audit_audit_type")),
        sa.CheckConstraint("state IN ('proposed', 'planned', 'held', 'cancelled')", name=op.f("ck_joint_audit_state")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_joint_audit_window")),
        sa.ForeignKeyConstraint(["owner_id"], ["authority.id"], name=op.f("fk_joint_audit_owner_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_joint_audit_site_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_joint_audit_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_audit")),
    )
    op.create_index(op.f("ix_joint_audit_owner_id"), "joint_audit", ["owner_id"], unique=False)
    op.create_index(op.f("ix_joint_audit_supplier_id"), "joint_audit", ["supplier_id"], unique=False)
    op.create_table(
        "private_note",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("dialogue_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_private_note_text")),
        sa.ForeignKeyConstraint(
            ["dialogue_id"],
            ["dialogue_entry.id"],
            name=op.f("fk_private_note_dialogue_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["authority.id"], name=op.f("fk_private_note_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_private_note")),
    )
    op.create_index(op.f("ix_private_note_dialogue_id"), "private_note", ["dialogue_id"], unique=False)
    op.create_index(op.f("ix_private_note_owner_id"), "private_note", ["owner_id"], unique=False)
    op.create_table(
        "smelter_line",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("metal", sa.Text(), nullable=True),
        sa.Column("declared_name", sa.Text(), nullable=True),
        sa.Column("declared_id", sa.Text(), nullable=True),
        sa.Column("declared_country", sa.Text(), nullable=True),
        sa.Column("resolved_id", sa.String(length=20), nullable=True),
        sa.Column("standard_name", sa.Text(), nullable=True),
        sa.Column("match", sa.String(length=24), nullable=True),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("confidence", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["declaration_id"],
            ["declaration.id"],
            name=op.f("fk_smelter_line_declaration_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_smelter_line")),
    )
    op.create_index("ix_smelter_line_declaration_id_row", "smelter_line", ["declaration_id", "row"], unique=False)
    op.create_index("ix_smelter_line_resolved", "smelter_line", ["resolved_id", "metal"], unique=False)
    op.create_table(
        "audit_participant",
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("answer IN ('invited', 'joined', 'declined')", name=op.f("ck_audit_participant_answer")),
        sa.CheckConstraint("role IN ('lead', 'co_buyer', 'observer')", name=op.f("ck_audit_participant_role")),
        sa.ForeignKeyConstraint(
            ["audit_id"], ["joint_audit.id"], name=op.f("fk_audit_participant_audit_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_audit_participant_authority_id")),
        sa.PrimaryKeyConstraint("audit_id", "authority_id", name=op.f("pk_audit_participant")),
    )
    op.create_index(op.f("ix_audit_participant_authority_id"), "audit_participant", ["authority_id"], unique=False)
    # ### end Alembic commands ###
