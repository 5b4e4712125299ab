from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ... import errors
from ...reading import read
from ...types import Response

if TYPE_CHECKING:
    import httpx

    from ...client import AuthenticatedClient, Client
    from ...models.drama_task_list import DramaTaskList
    from ...models.error_reply import ErrorReply


def _get_kwargs() -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/ent/api/v3/contents/generations/tasks",
    }

    return _kwargs


@errors.answer_is_kept
def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DramaTaskList | ErrorReply:
    if response.status_code == 200:
        response_200: DramaTaskList = read(response.json(), "DramaTaskList")
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

    if response.status_code == 404:
        response_404: ErrorReply = read(response.json(), "ErrorReply")
        return response_404

    if response.status_code == 429:
        response_429: ErrorReply = read(response.json(), "ErrorReply")
        return response_429

    if response.status_code == 500:
        response_500: ErrorReply = read(response.json(), "ErrorReply")
        return response_500

    if response.status_code == 503:
        response_503: ErrorReply = read(response.json(), "ErrorReply")
        return response_503

    response_default: ErrorReply = read(response.json(), "ErrorReply")
    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[DramaTaskList | ErrorReply]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
) -> Response[DramaTaskList | ErrorReply]:
    """List the tasks of the drama models; on the Chinese platform only.

     Neither the parameters of the query nor the members of the answer are known.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DramaTaskList | ErrorReply]
    """

    kwargs = _get_kwargs()

    kwargs = client.with_key(kwargs, "Authorization", "Bearer")
    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
) -> DramaTaskList | ErrorReply | None:
    """List the tasks of the drama models; on the Chinese platform only.

     Neither the parameters of the query nor the members of the answer are known.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DramaTaskList | ErrorReply
    """

    return sync_detailed(
        client=client,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
) -> Response[DramaTaskList | ErrorReply]:
    """List the tasks of the drama models; on the Chinese platform only.

     Neither the parameters of the query nor the members of the answer are known.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DramaTaskList | ErrorReply]
    """

    kwargs = _get_kwargs()

    kwargs = client.with_key(kwargs, "Authorization", "Bearer")
    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
) -> DramaTaskList | ErrorReply | None:
    """List the tasks of the drama models; on the Chinese platform only.

     Neither the parameters of the query nor the members of the answer are known.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DramaTaskList | ErrorReply
    """

    return (
        await asyncio_detailed(
            client=client,
        )
    ).parsed
