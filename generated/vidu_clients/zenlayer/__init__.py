"""A client library for accessing Zenlayer AI Gateway, Vidu routes"""

from .client import AuthenticatedClient, Client

__all__ = (
    "AuthenticatedClient",
    "Client",
)
