from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ... import errors
from ...reading import read, warn_deprecated
from ...types import Response

if TYPE_CHECKING:
    import httpx

    from ...client import AuthenticatedClient, Client
    from ...models.error_reply import ErrorReply
    from ...models.upscale_legacy_created_task import UpscaleLegacyCreatedTask
    from ...models.upscale_legacy_request import UpscaleLegacyRequest


def _get_kwargs(
    *,
    body: UpscaleLegacyRequest,
) -> dict[str, Any]:
    warn_deprecated(
        "The API has deprecated upscaleLegacy: Start a task that raises the resolution of a 360p video of the first model; superseded by upscale."
    )
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/ent/v2/upscale",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


@errors.answer_is_kept
def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorReply | UpscaleLegacyCreatedTask:
    if response.status_code == 200:
        response_200: UpscaleLegacyCreatedTask = read(
            response.json(), "UpscaleLegacyCreatedTask"
        )
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
) -> Response[ErrorReply | UpscaleLegacyCreatedTask]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: UpscaleLegacyRequest,
) -> Response[ErrorReply | UpscaleLegacyCreatedTask]:
    """Start a task that raises the resolution of a 360p video of the first model; superseded by upscale.

    Args:
        body (UpscaleLegacyRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorReply | UpscaleLegacyCreatedTask]
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
    body: UpscaleLegacyRequest,
) -> ErrorReply | UpscaleLegacyCreatedTask | None:
    """Start a task that raises the resolution of a 360p video of the first model; superseded by upscale.

    Args:
        body (UpscaleLegacyRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorReply | UpscaleLegacyCreatedTask
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: UpscaleLegacyRequest,
) -> Response[ErrorReply | UpscaleLegacyCreatedTask]:
    """Start a task that raises the resolution of a 360p video of the first model; superseded by upscale.

    Args:
        body (UpscaleLegacyRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorReply | UpscaleLegacyCreatedTask]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: UpscaleLegacyRequest,
) -> ErrorReply | UpscaleLegacyCreatedTask | None:
    """Start a task that raises the resolution of a 360p video of the first model; superseded by upscale.

    Args:
        body (UpscaleLegacyRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorReply | UpscaleLegacyCreatedTask
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
