from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ... import errors
from ...reading import read
from ...types import Response

if TYPE_CHECKING:
    import httpx

    from ...client import AuthenticatedClient, Client
    from ...models.created_task import CreatedTask
    from ...models.error_reply import ErrorReply
    from ...models.image_to_video_request import ImageToVideoRequest


def _get_kwargs(
    *,
    body: ImageToVideoRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/vidu/img2video",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


@errors.answer_is_kept
def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> CreatedTask | ErrorReply:
    if response.status_code == 200:
        response_200: CreatedTask = read(response.json(), "CreatedTask")
        return response_200

    if response.status_code == 401:
        response_401: ErrorReply = read(response.json(), "ErrorReply")
        return response_401

    response_default: ErrorReply = read(response.json(), "ErrorReply")
    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[CreatedTask | ErrorReply]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: ImageToVideoRequest,
) -> Response[CreatedTask | ErrorReply]:
    """Start a task that turns one picture, taken as the first frame, into a video.

    Args:
        body (ImageToVideoRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CreatedTask | ErrorReply]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: ImageToVideoRequest,
) -> CreatedTask | ErrorReply | None:
    """Start a task that turns one picture, taken as the first frame, into a video.

    Args:
        body (ImageToVideoRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CreatedTask | ErrorReply
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: ImageToVideoRequest,
) -> Response[CreatedTask | ErrorReply]:
    """Start a task that turns one picture, taken as the first frame, into a video.

    Args:
        body (ImageToVideoRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CreatedTask | ErrorReply]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: ImageToVideoRequest,
) -> CreatedTask | ErrorReply | None:
    """Start a task that turns one picture, taken as the first frame, into a video.

    Args:
        body (ImageToVideoRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CreatedTask | ErrorReply
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
