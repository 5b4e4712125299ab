from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ... import errors
from ...reading import read
from ...types import Response

if TYPE_CHECKING:
    import httpx

    from ...client import AuthenticatedClient, Client
    from ...models.created_generation import CreatedGeneration
    from ...models.error_reply import ErrorReply
    from ...models.q3_video_request import Q3VideoRequest


def _get_kwargs(
    *,
    body: Q3VideoRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/generation/vidu/q3",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


@errors.answer_is_kept
def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> CreatedGeneration | ErrorReply:
    if response.status_code == 200:
        response_200: CreatedGeneration = read(response.json(), "CreatedGeneration")
        return response_200

    if response.status_code == 202:
        response_202: CreatedGeneration = read(response.json(), "CreatedGeneration")
        return response_202

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

    if response.status_code == 404:
        response_404: ErrorReply = read(response.json(), "ErrorReply")
        return response_404

    if response.status_code == 422:
        response_422: ErrorReply = read(response.json(), "ErrorReply")
        return response_422

    if response.status_code == 429:
        response_429: ErrorReply = read(response.json(), "ErrorReply")
        return response_429

    if response.status_code == 500:
        response_500: ErrorReply = read(response.json(), "ErrorReply")
        return response_500

    if response.status_code == 502:
        response_502: ErrorReply = read(response.json(), "ErrorReply")
        return response_502

    if response.status_code == 503:
        response_503: ErrorReply = read(response.json(), "ErrorReply")
        return response_503

    if response.status_code == 504:
        response_504: ErrorReply = read(response.json(), "ErrorReply")
        return response_504

    response_default: ErrorReply = read(response.json(), "ErrorReply")
    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[CreatedGeneration | ErrorReply]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: Q3VideoRequest,
) -> Response[CreatedGeneration | ErrorReply]:
    """Start a video with Vidu Q3, from a text or from a start picture.

     The start picture is optional; with it the picture becomes the first frame. Which variant of Q3 runs
    is not documented.

    Args:
        body (Q3VideoRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CreatedGeneration | ErrorReply]
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
    body: Q3VideoRequest,
) -> CreatedGeneration | ErrorReply | None:
    """Start a video with Vidu Q3, from a text or from a start picture.

     The start picture is optional; with it the picture becomes the first frame. Which variant of Q3 runs
    is not documented.

    Args:
        body (Q3VideoRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CreatedGeneration | ErrorReply
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: Q3VideoRequest,
) -> Response[CreatedGeneration | ErrorReply]:
    """Start a video with Vidu Q3, from a text or from a start picture.

     The start picture is optional; with it the picture becomes the first frame. Which variant of Q3 runs
    is not documented.

    Args:
        body (Q3VideoRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CreatedGeneration | ErrorReply]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: Q3VideoRequest,
) -> CreatedGeneration | ErrorReply | None:
    """Start a video with Vidu Q3, from a text or from a start picture.

     The start picture is optional; with it the picture becomes the first frame. Which variant of Q3 runs
    is not documented.

    Args:
        body (Q3VideoRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CreatedGeneration | ErrorReply
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
