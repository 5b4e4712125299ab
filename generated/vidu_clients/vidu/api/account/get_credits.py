from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ... import errors
from ...reading import read
from ...types import UNSET, Response, Unset

if TYPE_CHECKING:
    import httpx

    from ...client import AuthenticatedClient, Client
    from ...models.credits_ import Credits
    from ...models.error_reply import ErrorReply


def _get_kwargs(
    *,
    show_detail: bool | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["show_detail"] = show_detail

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/ent/v2/credits",
        "params": params,
    }

    return _kwargs


@errors.answer_is_kept
def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Credits | ErrorReply:
    if response.status_code == 200:
        response_200: Credits = read(response.json(), "Credits")
        return response_200

    if response.status_code == 400:
        response_400: ErrorReply = read(response.json(), "ErrorReply")
        return response_400

    if response.status_code == 401:
        response_401: ErrorReply = read(response.json(), "ErrorReply")
        return response_401

    if response.status_code == 403:
        response_403: ErrorReply = read(response.json(), "ErrorReply")
        return response_403

    if response.status_code == 429:
        response_429: ErrorReply = read(response.json(), "ErrorReply")
        return response_429

    if response.status_code == 500:
        response_500: ErrorReply = read(response.json(), "ErrorReply")
        return response_500

    response_default: ErrorReply = read(response.json(), "ErrorReply")
    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Credits | ErrorReply]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    show_detail: bool | Unset = UNSET,
) -> Response[Credits | ErrorReply]:
    """Show the credits left, the concurrency limit and how many tasks run and wait.

    Args:
        show_detail (bool | Unset): Also list the packages. The page prints it as a required
            member of a body that its own example does not send.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Credits | ErrorReply]
    """

    kwargs = _get_kwargs(
        show_detail=show_detail,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    show_detail: bool | Unset = UNSET,
) -> Credits | ErrorReply | None:
    """Show the credits left, the concurrency limit and how many tasks run and wait.

    Args:
        show_detail (bool | Unset): Also list the packages. The page prints it as a required
            member of a body that its own example does not send.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Credits | ErrorReply
    """

    return sync_detailed(
        client=client,
        show_detail=show_detail,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    show_detail: bool | Unset = UNSET,
) -> Response[Credits | ErrorReply]:
    """Show the credits left, the concurrency limit and how many tasks run and wait.

    Args:
        show_detail (bool | Unset): Also list the packages. The page prints it as a required
            member of a body that its own example does not send.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Credits | ErrorReply]
    """

    kwargs = _get_kwargs(
        show_detail=show_detail,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    show_detail: bool | Unset = UNSET,
) -> Credits | ErrorReply | None:
    """Show the credits left, the concurrency limit and how many tasks run and wait.

    Args:
        show_detail (bool | Unset): Also list the packages. The page prints it as a required
            member of a body that its own example does not send.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Credits | ErrorReply
    """

    return (
        await asyncio_detailed(
            client=client,
            show_detail=show_detail,
        )
    ).parsed
