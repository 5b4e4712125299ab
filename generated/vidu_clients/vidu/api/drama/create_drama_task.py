from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ... import errors
from ...reading import read
from ...types import Response

if TYPE_CHECKING:
    import httpx

    from ...client import AuthenticatedClient, Client
    from ...models.drama_task_created import DramaTaskCreated
    from ...models.drama_task_request import DramaTaskRequest
    from ...models.error_reply import ErrorReply


def _get_kwargs(
    *,
    body: DramaTaskRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/ent/api/v3/contents/generations/tasks",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


@errors.answer_is_kept
def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DramaTaskCreated | ErrorReply:
    if response.status_code == 200:
        response_200: DramaTaskCreated = read(response.json(), "DramaTaskCreated")
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
) -> Response[DramaTaskCreated | ErrorReply]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: DramaTaskRequest,
) -> Response[DramaTaskCreated | ErrorReply]:
    """Start a task of the drama models, which have a form of their own.

     The key goes as Bearer. The state is asked for with getDramaTask; no link leads there, since it is
    not known how long this family of paths will be kept. A first frame, a first and a last frame, and
    references exclude each other; of references the third series takes 9 pictures, 3 videos and 3
    sounds, series 3.1 takes 30, 10 and 10.

    Args:
        body (DramaTaskRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DramaTaskCreated | ErrorReply]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    kwargs = client.with_key(kwargs, "Authorization", "Bearer")
    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: DramaTaskRequest,
) -> DramaTaskCreated | ErrorReply | None:
    """Start a task of the drama models, which have a form of their own.

     The key goes as Bearer. The state is asked for with getDramaTask; no link leads there, since it is
    not known how long this family of paths will be kept. A first frame, a first and a last frame, and
    references exclude each other; of references the third series takes 9 pictures, 3 videos and 3
    sounds, series 3.1 takes 30, 10 and 10.

    Args:
        body (DramaTaskRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DramaTaskCreated | ErrorReply
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: DramaTaskRequest,
) -> Response[DramaTaskCreated | ErrorReply]:
    """Start a task of the drama models, which have a form of their own.

     The key goes as Bearer. The state is asked for with getDramaTask; no link leads there, since it is
    not known how long this family of paths will be kept. A first frame, a first and a last frame, and
    references exclude each other; of references the third series takes 9 pictures, 3 videos and 3
    sounds, series 3.1 takes 30, 10 and 10.

    Args:
        body (DramaTaskRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DramaTaskCreated | ErrorReply]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    kwargs = client.with_key(kwargs, "Authorization", "Bearer")
    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: DramaTaskRequest,
) -> DramaTaskCreated | ErrorReply | None:
    """Start a task of the drama models, which have a form of their own.

     The key goes as Bearer. The state is asked for with getDramaTask; no link leads there, since it is
    not known how long this family of paths will be kept. A first frame, a first and a last frame, and
    references exclude each other; of references the third series takes 9 pictures, 3 videos and 3
    sounds, series 3.1 takes 30, 10 and 10.

    Args:
        body (DramaTaskRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DramaTaskCreated | ErrorReply
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
