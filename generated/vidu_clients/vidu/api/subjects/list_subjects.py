from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ... import errors
from ...reading import read
from ...types import UNSET, Response, Unset

if TYPE_CHECKING:
    import httpx

    from ...client import AuthenticatedClient, Client
    from ...models.error_reply import ErrorReply
    from ...models.subject_list import SubjectList
    from ...models.subject_owner import SubjectOwner


def _get_kwargs(
    *,
    ownership: SubjectOwner | Unset = UNSET,
    subject_ids: list[str] | Unset = UNSET,
    count: int | Unset = UNSET,
    next_page_token: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_ownership: str | Unset
    if isinstance(ownership, Unset):
        json_ownership = UNSET
    else:
        json_ownership = ownership

    params["ownership"] = json_ownership

    json_subject_ids: list[str] | Unset = UNSET
    if not isinstance(subject_ids, Unset):
        json_subject_ids = subject_ids

    params["subject_ids"] = json_subject_ids

    params["count"] = count

    params["next_page_token"] = next_page_token

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/ent/v2/subjects",
        "params": params,
    }

    return _kwargs


@errors.answer_is_kept
def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorReply | SubjectList:
    if response.status_code == 200:
        response_200: SubjectList = read(response.json(), "SubjectList")
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

    response_default: ErrorReply = read(response.json(), "ErrorReply")
    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ErrorReply | SubjectList]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    ownership: SubjectOwner | Unset = UNSET,
    subject_ids: list[str] | Unset = UNSET,
    count: int | Unset = UNSET,
    next_page_token: str | Unset = UNSET,
) -> Response[ErrorReply | SubjectList]:
    """List stored subjects, your own or those of the service.

     The page prints the parameters as a body; a GET carries them in the query.

    Args:
        ownership (SubjectOwner | Unset): Whose subjects.
        subject_ids (list[str] | Unset): Only these subjects; the key is repeated for each id.
        count (int | Unset): Size of a page.
        next_page_token (str | Unset): The token from the page before; left out for the first
            page.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorReply | SubjectList]
    """

    kwargs = _get_kwargs(
        ownership=ownership,
        subject_ids=subject_ids,
        count=count,
        next_page_token=next_page_token,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    ownership: SubjectOwner | Unset = UNSET,
    subject_ids: list[str] | Unset = UNSET,
    count: int | Unset = UNSET,
    next_page_token: str | Unset = UNSET,
) -> ErrorReply | SubjectList | None:
    """List stored subjects, your own or those of the service.

     The page prints the parameters as a body; a GET carries them in the query.

    Args:
        ownership (SubjectOwner | Unset): Whose subjects.
        subject_ids (list[str] | Unset): Only these subjects; the key is repeated for each id.
        count (int | Unset): Size of a page.
        next_page_token (str | Unset): The token from the page before; left out for the first
            page.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorReply | SubjectList
    """

    return sync_detailed(
        client=client,
        ownership=ownership,
        subject_ids=subject_ids,
        count=count,
        next_page_token=next_page_token,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    ownership: SubjectOwner | Unset = UNSET,
    subject_ids: list[str] | Unset = UNSET,
    count: int | Unset = UNSET,
    next_page_token: str | Unset = UNSET,
) -> Response[ErrorReply | SubjectList]:
    """List stored subjects, your own or those of the service.

     The page prints the parameters as a body; a GET carries them in the query.

    Args:
        ownership (SubjectOwner | Unset): Whose subjects.
        subject_ids (list[str] | Unset): Only these subjects; the key is repeated for each id.
        count (int | Unset): Size of a page.
        next_page_token (str | Unset): The token from the page before; left out for the first
            page.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorReply | SubjectList]
    """

    kwargs = _get_kwargs(
        ownership=ownership,
        subject_ids=subject_ids,
        count=count,
        next_page_token=next_page_token,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    ownership: SubjectOwner | Unset = UNSET,
    subject_ids: list[str] | Unset = UNSET,
    count: int | Unset = UNSET,
    next_page_token: str | Unset = UNSET,
) -> ErrorReply | SubjectList | None:
    """List stored subjects, your own or those of the service.

     The page prints the parameters as a body; a GET carries them in the query.

    Args:
        ownership (SubjectOwner | Unset): Whose subjects.
        subject_ids (list[str] | Unset): Only these subjects; the key is repeated for each id.
        count (int | Unset): Size of a page.
        next_page_token (str | Unset): The token from the page before; left out for the first
            page.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorReply | SubjectList
    """

    return (
        await asyncio_detailed(
            client=client,
            ownership=ownership,
            subject_ids=subject_ids,
            count=count,
            next_page_token=next_page_token,
        )
    ).parsed
