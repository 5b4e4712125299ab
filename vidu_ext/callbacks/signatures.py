"""Signatures of notices, in the two schemes that providers document. Both compare dates with the clock of this machine."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import unquote

from vidu_ext.values.errors import ConfigurationError, MissingExtraError
from vidu_ext.values.installed import install_command

if TYPE_CHECKING:
    from standardwebhooks import Webhook

Headers: TypeAlias = Mapping[str, str]
"""Values by lower-case name."""

FRESH_SECONDS: Final = 300.0
"""Greatest difference between the date of a notice and now. Vidu documents no limit; this is that of Standard Webhooks."""

ACCESS_KEY: Final = "vidu"
NEEDED: Final = frozenset({"date", "x-request-nonce"})
"""Headers that the signature must cover."""


class UnsignedError(Exception):
    """A notice has no valid signature. The message is for the log."""


def signing_key(method: str, paths: Iterable[str], query: str, headers: Headers, keys: Mapping[str, str], now: float) -> str:
    """Return the name of the key that a notice of Vidu was signed with. Raises UnsignedError.

    `paths`: the spellings of the request's path that may have been signed. `query`: unchanged from the request. `keys`: API keys
    by name. The body is not signed. Source: /docs/callback-signature of Vidu.
    """
    names = [name for name in headers.get("x-hmac-signed-headers", "").split(";") if name]
    if not {name.lower() for name in names} >= NEEDED or not all(map(headers.get, NEEDED)):
        raise UnsignedError("it is not signed over Date and x-request-nonce")
    date = headers.get("date", "")
    _check_fresh(date, now)
    signed = [f"{name}:{headers.get(name.lower(), '')}" for name in names]
    given = headers.get("x-hmac-signature", "").encode(errors="replace")
    texts = ["".join(f"{line}\n" for line in (method, path or "/", query, ACCESS_KEY, date, *signed)) for path in paths]
    for name, key in keys.items():
        if any(hmac.compare_digest(_signature(key, text), given) for text in texts):
            return name
    raise UnsignedError("its signature does not match any of the keys")


def spellings(*paths: str) -> tuple[str, ...]:
    """Return the paths as given and percent-decoded, without duplicates: the two samples in Vidu's document differ in this."""
    return tuple(dict.fromkeys([*paths, *map(unquote, paths)]))


def webhooks(secrets: Iterable[str]) -> tuple[Webhook, ...]:
    """Make a verifier of Standard Webhooks for each secret. Raises ConfigurationError for an invalid secret."""
    given = tuple(secrets)
    if not given:
        return ()
    try:
        from standardwebhooks import Webhook
    except ImportError:
        how = install_command("callbacks")
        raise MissingExtraError(f"webhooks of skills.video need standardwebhooks, which is not installed: {how}") from None
    try:
        return tuple(map(Webhook, given))
    except Exception:
        raise ConfigurationError("one is not a webhook secret: copy it completely, with whsec_.", option="secrets") from None


def check_webhook(body: bytes, headers: Headers, checkers: Sequence[Webhook]) -> None:
    """Check the signature of a Standard Webhook. Raises UnsignedError if it matches none of the secrets."""
    reason = "no webhook secret was given"
    for checker in checkers:
        try:
            checker.verify(body, dict(headers), json_parse=False)
        except Exception as error:  # its decoders raise errors of other types too
            reason = f"its signature does not match any webhook secret ({type(error).__name__}: {error})"
        else:
            return
    raise UnsignedError(reason)


def _check_fresh(date: str, now: float) -> None:
    try:
        found = parsedate_to_datetime(date)
    except (ValueError, TypeError, OverflowError):
        raise UnsignedError("its Date header is not a date") from None
    late = now - (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    if abs(late) > FRESH_SECONDS:
        side = "before" if late > 0 else "after"
        raise UnsignedError(f"it is dated {abs(late):.0f} s {side} the clock of this machine, which may be wrong")


def _signature(key: str, text: str) -> bytes:
    return base64.b64encode(hmac.new(key.encode(), text.encode(errors="replace"), hashlib.sha256).digest())
