from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ... import errors
from ...reading import read
from ...types import Response

if TYPE_CHECKING:
    import httpx

    from ...client import AuthenticatedClient, Client
    from ...models.compose_music_video_request import ComposeMusicVideoRequest
    from ...models.error_reply import ErrorReply
    from ...models.workflow_created import WorkflowCreated


def _get_kwargs(
    id: str,
    *,
    body: ComposeMusicVideoRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/ent/v2/one-click/mv/{id}/compose".format(
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
) -> ErrorReply | WorkflowCreated:
    if response.status_code == 200:
        response_200: WorkflowCreated = read(response.json(), "WorkflowCreated")
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
) -> Response[ErrorReply | WorkflowCreated]:
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
    body: ComposeMusicVideoRequest,
) -> Response[ErrorReply | WorkflowCreated]:
    """Join chosen shots of a music video into a new version.

     The answer is the id of the new job. The body that the callback carries is not documented.

    Args:
        id (str): Id of the film; the GET also takes the id of one of its jobs. A 64-bit integer
            written in decimal.
        body (ComposeMusicVideoRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorReply | WorkflowCreated]
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
    body: ComposeMusicVideoRequest,
) -> ErrorReply | WorkflowCreated | None:
    """Join chosen shots of a music video into a new version.

     The answer is the id of the new job. The body that the callback carries is not documented.

    Args:
        id (str): Id of the film; the GET also takes the id of one of its jobs. A 64-bit integer
            written in decimal.
        body (ComposeMusicVideoRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorReply | WorkflowCreated
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
    body: ComposeMusicVideoRequest,
) -> Response[ErrorReply | WorkflowCreated]:
    """Join chosen shots of a music video into a new version.

     The answer is the id of the new job. The body that the callback carries is not documented.

    Args:
        id (str): Id of the film; the GET also takes the id of one of its jobs. A 64-bit integer
            written in decimal.
        body (ComposeMusicVideoRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorReply | WorkflowCreated]
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
    body: ComposeMusicVideoRequest,
) -> ErrorReply | WorkflowCreated | None:
    """Join chosen shots of a music video into a new version.

     The answer is the id of the new job. The body that the callback carries is not documented.

    Args:
        id (str): Id of the film; the GET also takes the id of one of its jobs. A 64-bit integer
            written in decimal.
        body (ComposeMusicVideoRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorReply | WorkflowCreated
    """

    return (
        await asyncio_detailed(
            id=id,
            client=client,
            body=body,
        )
    ).parsed
