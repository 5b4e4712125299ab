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
    task_id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/vidu/tasks/{task_id}/creations".format(
            task_id=errors.segment("task_id", quote(str(task_id), safe="")),
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

    if response.status_code == 401:
        response_401: ErrorReply = read(response.json(), "ErrorReply")
        return response_401

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
    task_id: str,
    *,
    client: AuthenticatedClient,
) -> Response[ErrorReply | GetCreationsReply]:
    """Ask for the state of a task and, once it is done, for its results.

     A finished task carries the addresses of its files. How long they can be fetched is not documented
    here; fetch at once. A task that failed answers 200 as well.

    Args:
        task_id (str): Id of the task as the create call returned it. Too large for a float; keep
            it a string.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorReply | GetCreationsReply]
    """

    kwargs = _get_kwargs(
        task_id=task_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    task_id: str,
    *,
    client: AuthenticatedClient,
) -> ErrorReply | GetCreationsReply | None:
    """Ask for the state of a task and, once it is done, for its results.

     A finished task carries the addresses of its files. How long they can be fetched is not documented
    here; fetch at once. A task that failed answers 200 as well.

    Args:
        task_id (str): Id of the task as the create call returned it. Too large for a float; keep
            it a string.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorReply | GetCreationsReply
    """

    return sync_detailed(
        task_id=task_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    task_id: str,
    *,
    client: AuthenticatedClient,
) -> Response[ErrorReply | GetCreationsReply]:
    """Ask for the state of a task and, once it is done, for its results.

     A finished task carries the addresses of its files. How long they can be fetched is not documented
    here; fetch at once. A task that failed answers 200 as well.

    Args:
        task_id (str): Id of the task as the create call returned it. Too large for a float; keep
            it a string.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorReply | GetCreationsReply]
    """

    kwargs = _get_kwargs(
        task_id=task_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    task_id: str,
    *,
    client: AuthenticatedClient,
) -> ErrorReply | GetCreationsReply | None:
    """Ask for the state of a task and, once it is done, for its results.

     A finished task carries the addresses of its files. How long they can be fetched is not documented
    here; fetch at once. A task that failed answers 200 as well.

    Args:
        task_id (str): Id of the task as the create call returned it. Too large for a float; keep
            it a string.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorReply | GetCreationsReply
    """

    return (
        await asyncio_detailed(
            task_id=task_id,
            client=client,
        )
    ).parsed
