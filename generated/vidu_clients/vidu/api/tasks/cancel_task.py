from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ... import errors
from ...reading import read
from ...types import Response

if TYPE_CHECKING:
    import httpx

    from ...client import AuthenticatedClient, Client
    from ...models.cancel_reply import CancelReply
    from ...models.cancel_task_request import CancelTaskRequest
    from ...models.error_reply import ErrorReply


def _get_kwargs(
    id: str,
    *,
    body: CancelTaskRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/ent/v2/tasks/{id}/cancel".format(
            id=errors.segment("id", quote(str(id), safe="")),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


@errors.answer_is_kept
def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> CancelReply | None | ErrorReply:
    if response.status_code == 200:
        response_200: CancelReply | None = read(
            response.json() if response.content else None, "CancelReply", None
        )
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
) -> Response[CancelReply | None | ErrorReply]:
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
    body: CancelTaskRequest,
) -> Response[CancelReply | None | ErrorReply]:
    """Cancel a task that has not been scheduled yet.

     The page shows it for off-peak tasks; it was seen to work for any task that still waits. There is no
    state of its own for it, the task then polls as failed with UserCancelled and costs nothing. A task
    that already runs is refused with 400. The id is printed as required in the body too, although an
    empty object was accepted.

    Args:
        id (str): Id of the task, a 64-bit integer written in decimal. Anything else is refused
            before the key is read.
        body (CancelTaskRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CancelReply | None | ErrorReply]
    """

    kwargs = _get_kwargs(
        id=id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    id: str,
    *,
    client: AuthenticatedClient,
    body: CancelTaskRequest,
) -> CancelReply | None | ErrorReply | None:
    """Cancel a task that has not been scheduled yet.

     The page shows it for off-peak tasks; it was seen to work for any task that still waits. There is no
    state of its own for it, the task then polls as failed with UserCancelled and costs nothing. A task
    that already runs is refused with 400. The id is printed as required in the body too, although an
    empty object was accepted.

    Args:
        id (str): Id of the task, a 64-bit integer written in decimal. Anything else is refused
            before the key is read.
        body (CancelTaskRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CancelReply | None | ErrorReply
    """

    return sync_detailed(
        id=id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    id: str,
    *,
    client: AuthenticatedClient,
    body: CancelTaskRequest,
) -> Response[CancelReply | None | ErrorReply]:
    """Cancel a task that has not been scheduled yet.

     The page shows it for off-peak tasks; it was seen to work for any task that still waits. There is no
    state of its own for it, the task then polls as failed with UserCancelled and costs nothing. A task
    that already runs is refused with 400. The id is printed as required in the body too, although an
    empty object was accepted.

    Args:
        id (str): Id of the task, a 64-bit integer written in decimal. Anything else is refused
            before the key is read.
        body (CancelTaskRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CancelReply | None | ErrorReply]
    """

    kwargs = _get_kwargs(
        id=id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    id: str,
    *,
    client: AuthenticatedClient,
    body: CancelTaskRequest,
) -> CancelReply | None | ErrorReply | None:
    """Cancel a task that has not been scheduled yet.

     The page shows it for off-peak tasks; it was seen to work for any task that still waits. There is no
    state of its own for it, the task then polls as failed with UserCancelled and costs nothing. A task
    that already runs is refused with 400. The id is printed as required in the body too, although an
    empty object was accepted.

    Args:
        id (str): Id of the task, a 64-bit integer written in decimal. Anything else is refused
            before the key is read.
        body (CancelTaskRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CancelReply | None | ErrorReply
    """

    return (
        await asyncio_detailed(
            id=id,
            client=client,
            body=body,
        )
    ).parsed
