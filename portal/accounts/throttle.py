"""Limits on guessing passwords that cannot be used to lock somebody else out.

Tries are counted per account and address, failures per address and per account over all addresses. The last one is
what an attacker could abuse; a browser that has signed in to the account before carries a signed cookie and is exempt
from it (OWASP "device cookies"). Counters live in Redis, or in this process while Redis is away. Accounts stand in
them and in the cookie as keyed hashes, never as e-mail addresses.
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import TypeVar

import structlog
from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from limits import parse
from limits.storage import MemoryStorage, RedisStorage, Storage
from limits.strategies import MovingWindowRateLimiter
from redis.exceptions import RedisError

PER_ACCOUNT_AND_ADDRESS = parse("10 per 5 minutes")
PER_ADDRESS = parse("60 per 5 minutes")
PER_ACCOUNT = parse("40 per hour")

DEVICE_COOKIE = "device"
DEVICE_SECONDS = 90 * 86400
ACCOUNTS_A_DEVICE = 5

Result = TypeVar("Result")

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class SignInThrottle:
    """Counts tries in one storage. `account` is what `account_mark` makes, `known` says that the device is."""

    storage: Storage
    fallback: Storage

    def allows(self, account: str, address: str, known: bool) -> bool:
        """May this account be tried from this address now? Counts the try, so that many at once get no more tries."""

        def ask(limiter: MovingWindowRateLimiter) -> bool:
            return (
                limiter.test(PER_ADDRESS, "address", network(address))
                and (known or limiter.test(PER_ACCOUNT, "account", account))
                and limiter.hit(PER_ACCOUNT_AND_ADDRESS, "pair", account, network(address))
            )

        return self._do(ask)

    def failed(self, account: str, address: str) -> None:
        """The try was a wrong guess."""

        def count(limiter: MovingWindowRateLimiter) -> None:
            limiter.hit(PER_ADDRESS, "address", network(address))
            limiter.hit(PER_ACCOUNT, "account", account)

        self._do(count)

    def succeeded(self, account: str, address: str) -> None:
        """The try was right: the wrong ones before it are forgiven at this address."""
        self._do(lambda limiter: limiter.clear(PER_ACCOUNT_AND_ADDRESS, "pair", account, network(address)))

    def _do(self, act: Callable[[MovingWindowRateLimiter], Result]) -> Result:
        try:
            return act(MovingWindowRateLimiter(self.storage))
        except RedisError as error:
            log.warning("sign-in is counted in this process: redis is away", error=str(error))
            return act(MovingWindowRateLimiter(self.fallback))


def make_throttle(redis_url: str) -> SignInThrottle:
    """The throttle for this app."""
    storage = RedisStorage(redis_url, key_prefix="sign-in", socket_timeout=2, socket_connect_timeout=2)
    return SignInThrottle(storage, MemoryStorage())


def sign_in_throttle() -> SignInThrottle:
    """The throttle of the running app."""
    throttle: SignInThrottle = current_app.extensions["sign_in_throttle"]
    return throttle


def network(address: str) -> str:
    """What counts as one address: an IPv6 subscriber has a whole /64 to change addresses in."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return f"{IPv6Address(int(parsed) >> 64 << 64)}/64"
    return str(parsed)


def account_mark(email: str) -> str:
    """An account in counters and cookies: a keyed hash of its e-mail address (in lower case)."""
    key = str(current_app.secret_key).encode()
    return hmac.new(key, email.encode(), hashlib.sha256).hexdigest()[:32]


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="device-cookie")


def _accounts_of_device() -> list[str]:
    try:
        accounts = _serializer().loads(request.cookies.get(DEVICE_COOKIE, ""), max_age=DEVICE_SECONDS)
    except BadSignature:
        return []
    return list(accounts)


def known_device(account: str) -> bool:
    """Has this browser signed in to this account before?"""
    return account in _accounts_of_device()


def remember_device(response: Response, account: str) -> None:
    """Let this browser be known for this account, and for the few that it was known for before."""
    others = [known for known in _accounts_of_device() if known != account]
    response.set_cookie(
        DEVICE_COOKIE,
        str(_serializer().dumps([account, *others][:ACCOUNTS_A_DEVICE])),
        max_age=DEVICE_SECONDS,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
