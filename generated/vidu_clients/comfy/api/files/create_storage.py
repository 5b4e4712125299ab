from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ... import errors
from ...reading import read
from ...types import Response

if TYPE_CHECKING:
    import httpx

    from ...client import AuthenticatedClient, Client
    from ...models.create_storage_reply import CreateStorageReply
    from ...models.create_storage_request import CreateStorageRequest
    from ...models.error_reply import ErrorReply


def _get_kwargs(
    *,
    body: CreateStorageRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/customers/storage",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


@errors.answer_is_kept
def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> CreateStorageReply | ErrorReply:
    if response.status_code == 200:
        response_200: CreateStorageReply = read(response.json(), "CreateStorageReply")
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
) -> Response[CreateStorageReply | ErrorReply]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: CreateStorageRequest,
) -> Response[CreateStorageReply | ErrorReply]:
    """Get a place to put a file and the address under which a request can name it.

     Then send the raw bytes with PUT to upload_url, with the same Content-Type as declared here (with
    none, if none was declared) and without any credential of Comfy, and use download_url in the
    request. Where existing_file is true the storage has the file already: nothing is put, and
    upload_url may be missing. Nothing is billed, so asking twice does no harm.

    Args:
        body (CreateStorageRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CreateStorageReply | ErrorReply]
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
    body: CreateStorageRequest,
) -> CreateStorageReply | ErrorReply | None:
    """Get a place to put a file and the address under which a request can name it.

     Then send the raw bytes with PUT to upload_url, with the same Content-Type as declared here (with
    none, if none was declared) and without any credential of Comfy, and use download_url in the
    request. Where existing_file is true the storage has the file already: nothing is put, and
    upload_url may be missing. Nothing is billed, so asking twice does no harm.

    Args:
        body (CreateStorageRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CreateStorageReply | ErrorReply
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: CreateStorageRequest,
) -> Response[CreateStorageReply | ErrorReply]:
    """Get a place to put a file and the address under which a request can name it.

     Then send the raw bytes with PUT to upload_url, with the same Content-Type as declared here (with
    none, if none was declared) and without any credential of Comfy, and use download_url in the
    request. Where existing_file is true the storage has the file already: nothing is put, and
    upload_url may be missing. Nothing is billed, so asking twice does no harm.

    Args:
        body (CreateStorageRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CreateStorageReply | ErrorReply]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: CreateStorageRequest,
) -> CreateStorageReply | ErrorReply | None:
    """Get a place to put a file and the address under which a request can name it.

     Then send the raw bytes with PUT to upload_url, with the same Content-Type as declared here (with
    none, if none was declared) and without any credential of Comfy, and use download_url in the
    request. Where existing_file is true the storage has the file already: nothing is put, and
    upload_url may be missing. Nothing is billed, so asking twice does no harm.

    Args:
        body (CreateStorageRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CreateStorageReply | ErrorReply
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
