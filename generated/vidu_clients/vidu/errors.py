"""Contains shared errors types that can be raised from API functions"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    import httpx

    from .client import AuthenticatedClient, Client


class UnexpectedStatus(Exception):
    """Raised by api functions when the response status an undocumented status and Client.raise_on_unexpected_status is True"""

    def __init__(self, status_code: int, content: bytes):
        self.status_code = status_code
        self.content = content

        super().__init__(
            f"Unexpected status code: {status_code}\n\nResponse content:\n{content.decode(errors='ignore')}"
        )


def segment(name: str, encoded: str) -> str:
    """The encoded value, which is one segment of a path. Raises ValueError for a value that would lead elsewhere"""
    if encoded in ("", ".", ".."):
        raise ValueError(
            f"{name} cannot be {encoded!r}: the request would go to another path. Nothing was sent."
        )
    return encoded


class ResponseDecodeError(Exception):
    """The server answered, and the answer cannot be read as documented. It is kept here, whole."""

    def __init__(self, response: httpx.Response):
        self.status_code = response.status_code
        self.headers = response.headers
        self.content = response.content

        content_type = response.headers.get("content-type", "no content type")
        super().__init__(
            f"The answer with status {self.status_code} ({content_type}, {len(self.content)} bytes) cannot be read as"
            " documented. Look into .content before you send the request again: it may have been accepted."
        )


_T_co = TypeVar("_T_co", covariant=True)


class _Parse(Protocol[_T_co]):
    def __call__(
        self, *, client: AuthenticatedClient | Client, response: httpx.Response
    ) -> _T_co: ...


def answer_is_kept(parse: _Parse[_T_co]) -> _Parse[_T_co]:
    """The same parser, except that an answer it cannot read is raised as ResponseDecodeError"""

    def parse_or_keep(
        *, client: AuthenticatedClient | Client, response: httpx.Response
    ) -> _T_co:
        try:
            return parse(client=client, response=response)
        except UnexpectedStatus:
            raise
        except Exception as error:
            raise ResponseDecodeError(response) from error

    return parse_or_keep


__all__ = ["ResponseDecodeError", "UnexpectedStatus", "answer_is_kept"]
