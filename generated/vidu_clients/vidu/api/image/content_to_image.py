from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ... import errors
from ...reading import read
from ...types import Response

if TYPE_CHECKING:
    import httpx

    from ...client import AuthenticatedClient, Client
    from ...models.content_image_model import (
        ContentImageModel,
    )
    from ...models.content_image_request import ContentImageRequest
    from ...models.content_images import ContentImages
    from ...models.error_reply import ErrorReply


def _get_kwargs(
    model: ContentImageModel,
    *,
    body: ContentImageRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/ent/v2/image/reference2image/{model}".format(
            model=errors.segment("model", quote(str(model), safe="")),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


@errors.answer_is_kept
def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ContentImages | ErrorReply:
    if response.status_code == 200:
        response_200: ContentImages = read(response.json(), "ContentImages")
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
) -> Response[ContentImages | ErrorReply]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    model: ContentImageModel,
    *,
    client: AuthenticatedClient,
    body: ContentImageRequest,
) -> Response[ContentImages | ErrorReply]:
    """Make a picture from parts of text and pictures, and answer with its address.

     Synchronous. The form is that of Gemini; the model stands in the path.

    Args:
        model (ContentImageModel): Model that makes the picture.
        body (ContentImageRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ContentImages | ErrorReply]
    """

    kwargs = _get_kwargs(
        model=model,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    model: ContentImageModel,
    *,
    client: AuthenticatedClient,
    body: ContentImageRequest,
) -> ContentImages | ErrorReply | None:
    """Make a picture from parts of text and pictures, and answer with its address.

     Synchronous. The form is that of Gemini; the model stands in the path.

    Args:
        model (ContentImageModel): Model that makes the picture.
        body (ContentImageRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ContentImages | ErrorReply
    """

    return sync_detailed(
        model=model,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    model: ContentImageModel,
    *,
    client: AuthenticatedClient,
    body: ContentImageRequest,
) -> Response[ContentImages | ErrorReply]:
    """Make a picture from parts of text and pictures, and answer with its address.

     Synchronous. The form is that of Gemini; the model stands in the path.

    Args:
        model (ContentImageModel): Model that makes the picture.
        body (ContentImageRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ContentImages | ErrorReply]
    """

    kwargs = _get_kwargs(
        model=model,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    model: ContentImageModel,
    *,
    client: AuthenticatedClient,
    body: ContentImageRequest,
) -> ContentImages | ErrorReply | None:
    """Make a picture from parts of text and pictures, and answer with its address.

     Synchronous. The form is that of Gemini; the model stands in the path.

    Args:
        model (ContentImageModel): Model that makes the picture.
        body (ContentImageRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ContentImages | ErrorReply
    """

    return (
        await asyncio_detailed(
            model=model,
            client=client,
            body=body,
        )
    ).parsed
