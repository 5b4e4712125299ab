from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ... import errors
from ...reading import read
from ...types import UNSET, Response, Unset

if TYPE_CHECKING:
    import httpx

    from ...client import AuthenticatedClient, Client
    from ...models.created_task import CreatedTask
    from ...models.error_reply import ErrorReply
    from ...models.image_to_video_request import ImageToVideoRequest


def _get_kwargs(
    *,
    body: ImageToVideoRequest,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/proxy/vidu/img2video",
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

    if response.status_code == 400:
        response_400: ErrorReply = read(response.json(), "ErrorReply")
        return response_400

    if response.status_code == 401:
        response_401: ErrorReply = read(response.json(), "ErrorReply")
        return response_401

    if response.status_code == 402:
        response_402: ErrorReply = read(response.json(), "ErrorReply")
        return response_402

    if response.status_code == 403:
        response_403: ErrorReply = read(response.json(), "ErrorReply")
        return response_403

    if response.status_code == 409:
        response_409: ErrorReply = read(response.json(), "ErrorReply")
        return response_409

    if response.status_code == 429:
        response_429: ErrorReply = read(response.json(), "ErrorReply")
        return response_429

    if response.status_code == 503:
        response_503: ErrorReply = read(response.json(), "ErrorReply")
        return response_503

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
    idempotency_key: str | Unset = UNSET,
) -> Response[CreatedTask | ErrorReply]:
    """Start a task that turns one picture, taken as the first frame, into a video.

     The picture sets the aspect ratio; there is no field for it.

    Args:
        idempotency_key (str | Unset): Any unique text, the same for every try of one call: a
            finished try is replayed and not billed again. Without it a repeated call may make and
            bill a second task. A replayed failure needs a new key. How long a key is remembered is
            not documented.
        body (ImageToVideoRequest): Duration and resolution of viduq1-classic and vidu2.0 are
            those of Vidu's own route, by mirror.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CreatedTask | ErrorReply]
    """

    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: ImageToVideoRequest,
    idempotency_key: str | Unset = UNSET,
) -> CreatedTask | ErrorReply | None:
    """Start a task that turns one picture, taken as the first frame, into a video.

     The picture sets the aspect ratio; there is no field for it.

    Args:
        idempotency_key (str | Unset): Any unique text, the same for every try of one call: a
            finished try is replayed and not billed again. Without it a repeated call may make and
            bill a second task. A replayed failure needs a new key. How long a key is remembered is
            not documented.
        body (ImageToVideoRequest): Duration and resolution of viduq1-classic and vidu2.0 are
            those of Vidu's own route, by mirror.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CreatedTask | ErrorReply
    """

    return sync_detailed(
        client=client,
        body=body,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: ImageToVideoRequest,
    idempotency_key: str | Unset = UNSET,
) -> Response[CreatedTask | ErrorReply]:
    """Start a task that turns one picture, taken as the first frame, into a video.

     The picture sets the aspect ratio; there is no field for it.

    Args:
        idempotency_key (str | Unset): Any unique text, the same for every try of one call: a
            finished try is replayed and not billed again. Without it a repeated call may make and
            bill a second task. A replayed failure needs a new key. How long a key is remembered is
            not documented.
        body (ImageToVideoRequest): Duration and resolution of viduq1-classic and vidu2.0 are
            those of Vidu's own route, by mirror.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CreatedTask | ErrorReply]
    """

    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: ImageToVideoRequest,
    idempotency_key: str | Unset = UNSET,
) -> CreatedTask | ErrorReply | None:
    """Start a task that turns one picture, taken as the first frame, into a video.

     The picture sets the aspect ratio; there is no field for it.

    Args:
        idempotency_key (str | Unset): Any unique text, the same for every try of one call: a
            finished try is replayed and not billed again. Without it a repeated call may make and
            bill a second task. A replayed failure needs a new key. How long a key is remembered is
            not documented.
        body (ImageToVideoRequest): Duration and resolution of viduq1-classic and vidu2.0 are
            those of Vidu's own route, by mirror.

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
            idempotency_key=idempotency_key,
        )
    ).parsed
