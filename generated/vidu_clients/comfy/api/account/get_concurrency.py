from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ... import errors
from ...reading import read
from ...types import Response

if TYPE_CHECKING:
    import httpx

    from ...client import AuthenticatedClient, Client
    from ...models.concurrency import Concurrency
    from ...models.error_reply import ErrorReply


def _get_kwargs() -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/customers/me/partner-node-concurrency",
    }

    return _kwargs


@errors.answer_is_kept
def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Concurrency | ErrorReply:
    if response.status_code == 200:
        response_200: Concurrency = read(response.json(), "Concurrency")
        return response_200

    if response.status_code == 401:
        response_401: ErrorReply = read(response.json(), "ErrorReply")
        return response_401

    if response.status_code == 500:
        response_500: ErrorReply = read(response.json(), "ErrorReply")
        return response_500

    response_default: ErrorReply = read(response.json(), "ErrorReply")
    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Concurrency | ErrorReply]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
) -> Response[Concurrency | ErrorReply]:
    """Ask how many calls the account may have at once.

     The limit belongs to the customer, not to the workspace. It grows with what was ever paid, unless
    one was set by hand.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Concurrency | ErrorReply]
    """

    kwargs = _get_kwargs()

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
) -> Concurrency | ErrorReply | None:
    """Ask how many calls the account may have at once.

     The limit belongs to the customer, not to the workspace. It grows with what was ever paid, unless
    one was set by hand.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Concurrency | ErrorReply
    """

    return sync_detailed(
        client=client,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
) -> Response[Concurrency | ErrorReply]:
    """Ask how many calls the account may have at once.

     The limit belongs to the customer, not to the workspace. It grows with what was ever paid, unless
    one was set by hand.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Concurrency | ErrorReply]
    """

    kwargs = _get_kwargs()

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
) -> Concurrency | ErrorReply | None:
    """Ask how many calls the account may have at once.

     The limit belongs to the customer, not to the workspace. It grows with what was ever paid, unless
    one was set by hand.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Concurrency | ErrorReply
    """

    return (
        await asyncio_detailed(
            client=client,
        )
    ).parsed
