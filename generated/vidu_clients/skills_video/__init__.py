"""A client library for accessing skills.video, Vidu models"""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .client import SERVERS, AuthenticatedClient, Client
else:

    def __getattr__(name):
        if name in __all__:
            from . import client

            return getattr(client, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__():
        return sorted({*globals(), *__all__})


SPEC_VERSION: Final = "2026-11-28"
"""The `version` of the OpenAPI document that this package was generated from."""

__all__ = (
    "SERVERS",
    "SPEC_VERSION",
    "AuthenticatedClient",
    "Client",
)
