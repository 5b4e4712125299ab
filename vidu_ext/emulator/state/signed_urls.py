"""Signed URLs of files and uploads, as object stores and CDNs give them: path, expiry, signature.

URLs that are equivalent by RFC 3986 are accepted: a character that needs no escape may be escaped or not.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import math
import re
import string
from typing import Final, Literal

FILES: Final = "/_files/"
STORAGE: Final = "/_storage/"

Validity = Literal["valid", "expired", "forged"]

_ESCAPE: Final = re.compile("%([0-9A-Fa-f]{2})")
_UNRESERVED: Final = frozenset(string.ascii_letters + string.digits + "-._~")
_ALPHABET: Final = str.maketrans("+/", "-_")


class Signer:
    """Signs paths with a secret made from the seed."""

    def __init__(self, seed: int) -> None:
        self._secret: Final = hashlib.sha256(f"addresses of emulator {seed}".encode()).digest()

    def address(self, origin: str, path: str, *, expires: float) -> str:
        """Return the signed URL of a path, valid until `expires`, in seconds since 1970, rounded up."""
        return f"{origin}{path}?{self._query(path, math.ceil(expires))}"

    def check(self, path: str, query: str, *, now: float) -> Validity:
        """Check the signature and expiry of a URL."""
        query = _normalize(query)
        expires = query.removeprefix("Expires=").partition("&")[0]
        if not (expires.isascii() and expires.isdigit() and len(expires) < 16):
            return "forged"
        if not hmac.compare_digest(query.encode("utf-8", "surrogatepass"), _normalize(self._query(path, int(expires))).encode()):
            return "forged"
        return "valid" if now < int(expires) else "expired"

    def _query(self, path: str, expires: int) -> str:
        """Return the query. The padding is the escape of a tilde, which clients may send as a tilde."""
        digest = hmac.digest(self._secret, f"{path}?{expires}".encode(), "sha256")
        signature = base64.b64encode(digest).decode().translate(_ALPHABET).replace("=", "%7E")
        return f"Expires={expires}&Signature={signature}"


def _normalize(query: str) -> str:
    """Unescape unreserved characters (RFC 3986, 6.2.2.2) and write other escapes in upper case."""
    return _ESCAPE.sub(lambda found: _plain(found[1]), query)


def _plain(digits: str) -> str:
    character = chr(int(digits, 16))
    return character if character in _UNRESERVED else f"%{digits.upper()}"
