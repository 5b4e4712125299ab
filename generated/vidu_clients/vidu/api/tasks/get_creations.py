from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ... import errors
from ...reading import read
from ...types import Response

if TYPE_CHECKING:
    import httpx

    from ...client import AuthenticatedClient, Client
    from ...models.error_reply import ErrorReply
    from ...models.get_creations_reply import GetCreationsReply


def _get_kwargs(
    id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/ent/v2/tasks/{id}/creations".format(
            id=errors.segment("id", quote(str(id), safe="")),
        ),
    }

    return _kwargs


@errors.answer_is_kept
def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorReply | GetCreationsReply:
    if response.status_code == 200:
        response_200: GetCreationsReply = read(response.json(), "GetCreationsReply")
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

    response_default: ErrorReply = read(response.json(), "ErrorReply")
    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ErrorReply | GetCreationsReply]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    id: str,
    *,
    client: AuthenticatedClient,
) -> Response[ErrorReply | GetCreationsReply]:
    """Ask for the state of a task and, once it succeeded, for its results.

     Works for every task route, parts of an ad film included. A task that failed or was cancelled still
    answers 200; err_code says why. Signed addresses run out, so download at once: one page promises an
    hour, another a day, and a cover was seen to expire after an hour. Asking again gives fresh ones.
    Fetch them without the key.

    Args:
        id (str): Id of the task, a 64-bit integer written in decimal. Anything else is refused
            before the key is read.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorReply | GetCreationsReply]
    """

    kwargs = _get_kwargs(
        id=id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    id: str,
    *,
    client: AuthenticatedClient,
) -> ErrorReply | GetCreationsReply | None:
    """Ask for the state of a task and, once it succeeded, for its results.

     Works for every task route, parts of an ad film included. A task that failed or was cancelled still
    answers 200; err_code says why. Signed addresses run out, so download at once: one page promises an
    hour, another a day, and a cover was seen to expire after an hour. Asking again gives fresh ones.
    Fetch them without the key.

    Args:
        id (str): Id of the task, a 64-bit integer written in decimal. Anything else is refused
            before the key is read.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorReply | GetCreationsReply
    """

    return sync_detailed(
        id=id,
        client=client,
    ).parsed


async def asyncio_detailed(
    id: str,
    *,
    client: AuthenticatedClient,
) -> Response[ErrorReply | GetCreationsReply]:
    """Ask for the state of a task and, once it succeeded, for its results.

     Works for every task route, parts of an ad film included. A task that failed or was cancelled still
    answers 200; err_code says why. Signed addresses run out, so download at once: one page promises an
    hour, another a day, and a cover was seen to expire after an hour. Asking again gives fresh ones.
    Fetch them without the key.

    Args:
        id (str): Id of the task, a 64-bit integer written in decimal. Anything else is refused
            before the key is read.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorReply | GetCreationsReply]
    """

    kwargs = _get_kwargs(
        id=id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    id: str,
    *,
    client: AuthenticatedClient,
) -> ErrorReply | GetCreationsReply | None:
    """Ask for the state of a task and, once it succeeded, for its results.

     Works for every task route, parts of an ad film included. A task that failed or was cancelled still
    answers 200; err_code says why. Signed addresses run out, so download at once: one page promises an
    hour, another a day, and a cover was seen to expire after an hour. Asking again gives fresh ones.
    Fetch them without the key.

    Args:
        id (str): Id of the task, a 64-bit integer written in decimal. Anything else is refused
            before the key is read.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorReply | GetCreationsReply
    """

    return (
        await asyncio_detailed(
            id=id,
            client=client,
        )
    ).parsed
