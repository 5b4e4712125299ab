"""Signed URLs of files and uploads, as object stores and CDNs give them: path, expiry, signature.

Nothing in a query needs an escape: clients that write escapes in another way send the same address.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from typing import Final, Literal

from vidu_ext.emulator.ranges import whole_number

FILES: Final = "/_files/"
STORAGE: Final = "/_storage/"

Validity = Literal["valid", "expired", "forged"]


class Signer:
    """Signs paths with a secret made from the seed."""

    def __init__(self, seed: int) -> None:
        self._secret: Final = hashlib.sha256(f"addresses of emulator {seed}".encode()).digest()

    def address(self, origin: str, path: str, *, expires: float) -> str:
        """Return the signed URL of a path, valid until `expires`, in seconds since 1970, rounded up."""
        return f"{origin}{path}?{self._query(path, math.ceil(expires))}"

    def check(self, path: str, query: str, *, now: float) -> Validity:
        """Check the signature and expiry of a URL."""
        expires = whole_number(query.removeprefix("Expires=").partition("&")[0])
        if expires is None or not hmac.compare_digest(
            query.encode("utf-8", "surrogatepass"), self._query(path, expires).encode()
        ):
            return "forged"
        return "valid" if now < expires else "expired"

    def _query(self, path: str, expires: int) -> str:
        signature = hmac.digest(self._secret, f"{path}?{expires}".encode(), "sha256").hex()
        return f"Expires={expires}&Signature={signature}"
