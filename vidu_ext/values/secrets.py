"""Patterns of keys and signed URLs, which logs and recordings must not contain.

As text: `re` compiles them when they are first used, which most programs never do.
"""

from __future__ import annotations

import re
from typing import Final

KEY_OR_DATA: Final = r"""(?x)
(?i:data:[a-z0-9/+.-]+;base64,)[A-Za-z0-9+/=]+ |
(?<=\?)(?!\))[^\s"'<>]+ |
(?i:(?:bearer|token)\s+)[^\s"',]+ |
vda_\w+ | comfyui-[\w-]+
"""
"""Inline files, queries of URLs, keys after their usual word, and keys of known forms."""

SIGNED: Final = r"""(?xi)
[?&;] (?:
    (?:[^=&;]*[-_.])? (?:signature|sig|sign|credential|policy|hmac|(?:auth|api|secret)[-_]?key) |
    [^=&;]*secret | hdn[a-z]+ |
    (?:[^=&;]*(?:security|access|auth|session|upload)[-_]?)? token
) =
"""
"""Query parameters that act as credentials. A token of a page, `page_token`, does not."""

KEY: Final = r"""(?x)
\b(?: vda_\w{8,} | comfyui-[\w-]{8,} | sk[-_][\w-]{12,} | eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]* | AKIA[0-9A-Z]{12,} ) |
(?i: \b(?:bearer|token|basic)\s+[\w+/=.~-]{8,} )
"""
"""Texts that are keys wherever they occur."""

KEY_HEADERS: Final = frozenset({
    "authorization", "proxy-authorization", "x-api-key", "api-key", "cookie", "set-cookie",
    "api_key", "apikey", "access_token", "secret", "client_secret", "password",
})  # fmt: skip
"""Names of headers and members, in lower case, whose value is secret."""


def redacted(text: str) -> str:
    """Return the text without keys, signed queries and base64."""
    return re.sub(KEY_OR_DATA, "<redacted>", text)
