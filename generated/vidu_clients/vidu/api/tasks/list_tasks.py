from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ... import errors
from ...reading import read
from ...types import UNSET, Response, Unset

if TYPE_CHECKING:
    import httpx

    from ...client import AuthenticatedClient, Client
    from ...models.error_reply import ErrorReply
    from ...models.model_version import ModelVersion
    from ...models.task_list import TaskList
    from ...models.task_state import TaskState


def _get_kwargs(
    *,
    created_at_from: str | Unset = UNSET,
    created_at_to: str | Unset = UNSET,
    task_ids: list[str] | Unset = UNSET,
    templates: list[str] | Unset = UNSET,
    model_versions: list[ModelVersion | str] | Unset = UNSET,
    resolutions: list[str] | Unset = UNSET,
    states: list[TaskState] | Unset = UNSET,
    pager_page: int | Unset = UNSET,
    pager_pagesz: int | Unset = UNSET,
    pager_page_token: str | Unset = UNSET,
    paper_page: int | Unset = UNSET,
    paper_pagesz: int | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["created_at.from"] = created_at_from

    params["created_at.to"] = created_at_to

    json_task_ids: list[str] | Unset = UNSET
    if not isinstance(task_ids, Unset):
        json_task_ids = task_ids

    params["task_ids"] = json_task_ids

    json_templates: list[str] | Unset = UNSET
    if not isinstance(templates, Unset):
        json_templates = templates

    params["templates"] = json_templates

    json_model_versions: list[str] | Unset = UNSET
    if not isinstance(model_versions, Unset):
        json_model_versions = []
        for model_versions_item_data in model_versions:
            model_versions_item: str
            if isinstance(model_versions_item_data, str):
                model_versions_item = model_versions_item_data
            else:
                model_versions_item = model_versions_item_data
            json_model_versions.append(model_versions_item)

    params["model_versions"] = json_model_versions

    json_resolutions: list[str] | Unset = UNSET
    if not isinstance(resolutions, Unset):
        json_resolutions = resolutions

    params["resolutions"] = json_resolutions

    json_states: list[str] | Unset = UNSET
    if not isinstance(states, Unset):
        json_states = []
        for states_item_data in states:
            states_item: str = states_item_data
            json_states.append(states_item)

    params["states"] = json_states

    params["pager.page"] = pager_page

    params["pager.pagesz"] = pager_pagesz

    params["pager.page_token"] = pager_page_token

    params["paper.page"] = paper_page

    params["paper.pagesz"] = paper_pagesz

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/ent/v2/tasks",
        "params": params,
    }

    return _kwargs


@errors.answer_is_kept
def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorReply | TaskList:
    if response.status_code == 200:
        response_200: TaskList = read(response.json(), "TaskList")
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
) -> Response[ErrorReply | TaskList]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    created_at_from: str | Unset = UNSET,
    created_at_to: str | Unset = UNSET,
    task_ids: list[str] | Unset = UNSET,
    templates: list[str] | Unset = UNSET,
    model_versions: list[ModelVersion | str] | Unset = UNSET,
    resolutions: list[str] | Unset = UNSET,
    states: list[TaskState] | Unset = UNSET,
    pager_page: int | Unset = UNSET,
    pager_pagesz: int | Unset = UNSET,
    pager_page_token: str | Unset = UNSET,
    paper_page: int | Unset = UNSET,
    paper_pagesz: int | Unset = UNSET,
) -> Response[ErrorReply | TaskList]:
    """List the tasks of the account, filtered and page by page.

     Array parameters repeat their key. With task_ids one call gives the state of many tasks. A new task
    may be missing for a moment, and a total is not returned. The page size and number are printed as
    paper.* on some pages and as pager.* on others, while the token is pager.page_token everywhere; send
    pager.*.

    Args:
        created_at_from (str | Unset): Start of the period, RFC 3339 as clients send it. Left out,
            the list looks back seven days.
        created_at_to (str | Unset): End of the period. The page prints the same default for both
            ends, a period of seven days.
        task_ids (list[str] | Unset): Only these tasks. No maximum is documented; a page holds
            100.
        templates (list[str] | Unset): Only tasks of these templates.
        model_versions (list[ModelVersion | str] | Unset): Only tasks of these model versions, not
            the words of the model field. Words for Q3 are not documented.
        resolutions (list[str] | Unset): Only tasks of these resolutions.
        states (list[TaskState] | Unset): Only tasks in these states. All states when left out.
        pager_page (int | Unset): Number of the page, from 0.
        pager_pagesz (int | Unset): Tasks on a page.
        pager_page_token (str | Unset): The next_page_token of the page before.
        paper_page (int | Unset): The same as pager.page, as the older page spells it. Answered
            with 200, but perhaps without effect.
        paper_pagesz (int | Unset): The same as pager.pagesz, as the older page spells it.
            Answered with 200, but perhaps without effect.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorReply | TaskList]
    """

    kwargs = _get_kwargs(
        created_at_from=created_at_from,
        created_at_to=created_at_to,
        task_ids=task_ids,
        templates=templates,
        model_versions=model_versions,
        resolutions=resolutions,
        states=states,
        pager_page=pager_page,
        pager_pagesz=pager_pagesz,
        pager_page_token=pager_page_token,
        paper_page=paper_page,
        paper_pagesz=paper_pagesz,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    created_at_from: str | Unset = UNSET,
    created_at_to: str | Unset = UNSET,
    task_ids: list[str] | Unset = UNSET,
    templates: list[str] | Unset = UNSET,
    model_versions: list[ModelVersion | str] | Unset = UNSET,
    resolutions: list[str] | Unset = UNSET,
    states: list[TaskState] | Unset = UNSET,
    pager_page: int | Unset = UNSET,
    pager_pagesz: int | Unset = UNSET,
    pager_page_token: str | Unset = UNSET,
    paper_page: int | Unset = UNSET,
    paper_pagesz: int | Unset = UNSET,
) -> ErrorReply | TaskList | None:
    """List the tasks of the account, filtered and page by page.

     Array parameters repeat their key. With task_ids one call gives the state of many tasks. A new task
    may be missing for a moment, and a total is not returned. The page size and number are printed as
    paper.* on some pages and as pager.* on others, while the token is pager.page_token everywhere; send
    pager.*.

    Args:
        created_at_from (str | Unset): Start of the period, RFC 3339 as clients send it. Left out,
            the list looks back seven days.
        created_at_to (str | Unset): End of the period. The page prints the same default for both
            ends, a period of seven days.
        task_ids (list[str] | Unset): Only these tasks. No maximum is documented; a page holds
            100.
        templates (list[str] | Unset): Only tasks of these templates.
        model_versions (list[ModelVersion | str] | Unset): Only tasks of these model versions, not
            the words of the model field. Words for Q3 are not documented.
        resolutions (list[str] | Unset): Only tasks of these resolutions.
        states (list[TaskState] | Unset): Only tasks in these states. All states when left out.
        pager_page (int | Unset): Number of the page, from 0.
        pager_pagesz (int | Unset): Tasks on a page.
        pager_page_token (str | Unset): The next_page_token of the page before.
        paper_page (int | Unset): The same as pager.page, as the older page spells it. Answered
            with 200, but perhaps without effect.
        paper_pagesz (int | Unset): The same as pager.pagesz, as the older page spells it.
            Answered with 200, but perhaps without effect.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorReply | TaskList
    """

    return sync_detailed(
        client=client,
        created_at_from=created_at_from,
        created_at_to=created_at_to,
        task_ids=task_ids,
        templates=templates,
        model_versions=model_versions,
        resolutions=resolutions,
        states=states,
        pager_page=pager_page,
        pager_pagesz=pager_pagesz,
        pager_page_token=pager_page_token,
        paper_page=paper_page,
        paper_pagesz=paper_pagesz,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    created_at_from: str | Unset = UNSET,
    created_at_to: str | Unset = UNSET,
    task_ids: list[str] | Unset = UNSET,
    templates: list[str] | Unset = UNSET,
    model_versions: list[ModelVersion | str] | Unset = UNSET,
    resolutions: list[str] | Unset = UNSET,
    states: list[TaskState] | Unset = UNSET,
    pager_page: int | Unset = UNSET,
    pager_pagesz: int | Unset = UNSET,
    pager_page_token: str | Unset = UNSET,
    paper_page: int | Unset = UNSET,
    paper_pagesz: int | Unset = UNSET,
) -> Response[ErrorReply | TaskList]:
    """List the tasks of the account, filtered and page by page.

     Array parameters repeat their key. With task_ids one call gives the state of many tasks. A new task
    may be missing for a moment, and a total is not returned. The page size and number are printed as
    paper.* on some pages and as pager.* on others, while the token is pager.page_token everywhere; send
    pager.*.

    Args:
        created_at_from (str | Unset): Start of the period, RFC 3339 as clients send it. Left out,
            the list looks back seven days.
        created_at_to (str | Unset): End of the period. The page prints the same default for both
            ends, a period of seven days.
        task_ids (list[str] | Unset): Only these tasks. No maximum is documented; a page holds
            100.
        templates (list[str] | Unset): Only tasks of these templates.
        model_versions (list[ModelVersion | str] | Unset): Only tasks of these model versions, not
            the words of the model field. Words for Q3 are not documented.
        resolutions (list[str] | Unset): Only tasks of these resolutions.
        states (list[TaskState] | Unset): Only tasks in these states. All states when left out.
        pager_page (int | Unset): Number of the page, from 0.
        pager_pagesz (int | Unset): Tasks on a page.
        pager_page_token (str | Unset): The next_page_token of the page before.
        paper_page (int | Unset): The same as pager.page, as the older page spells it. Answered
            with 200, but perhaps without effect.
        paper_pagesz (int | Unset): The same as pager.pagesz, as the older page spells it.
            Answered with 200, but perhaps without effect.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorReply | TaskList]
    """

    kwargs = _get_kwargs(
        created_at_from=created_at_from,
        created_at_to=created_at_to,
        task_ids=task_ids,
        templates=templates,
        model_versions=model_versions,
        resolutions=resolutions,
        states=states,
        pager_page=pager_page,
        pager_pagesz=pager_pagesz,
        pager_page_token=pager_page_token,
        paper_page=paper_page,
        paper_pagesz=paper_pagesz,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    created_at_from: str | Unset = UNSET,
    created_at_to: str | Unset = UNSET,
    task_ids: list[str] | Unset = UNSET,
    templates: list[str] | Unset = UNSET,
    model_versions: list[ModelVersion | str] | Unset = UNSET,
    resolutions: list[str] | Unset = UNSET,
    states: list[TaskState] | Unset = UNSET,
    pager_page: int | Unset = UNSET,
    pager_pagesz: int | Unset = UNSET,
    pager_page_token: str | Unset = UNSET,
    paper_page: int | Unset = UNSET,
    paper_pagesz: int | Unset = UNSET,
) -> ErrorReply | TaskList | None:
    """List the tasks of the account, filtered and page by page.

     Array parameters repeat their key. With task_ids one call gives the state of many tasks. A new task
    may be missing for a moment, and a total is not returned. The page size and number are printed as
    paper.* on some pages and as pager.* on others, while the token is pager.page_token everywhere; send
    pager.*.

    Args:
        created_at_from (str | Unset): Start of the period, RFC 3339 as clients send it. Left out,
            the list looks back seven days.
        created_at_to (str | Unset): End of the period. The page prints the same default for both
            ends, a period of seven days.
        task_ids (list[str] | Unset): Only these tasks. No maximum is documented; a page holds
            100.
        templates (list[str] | Unset): Only tasks of these templates.
        model_versions (list[ModelVersion | str] | Unset): Only tasks of these model versions, not
            the words of the model field. Words for Q3 are not documented.
        resolutions (list[str] | Unset): Only tasks of these resolutions.
        states (list[TaskState] | Unset): Only tasks in these states. All states when left out.
        pager_page (int | Unset): Number of the page, from 0.
        pager_pagesz (int | Unset): Tasks on a page.
        pager_page_token (str | Unset): The next_page_token of the page before.
        paper_page (int | Unset): The same as pager.page, as the older page spells it. Answered
            with 200, but perhaps without effect.
        paper_pagesz (int | Unset): The same as pager.pagesz, as the older page spells it.
            Answered with 200, but perhaps without effect.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorReply | TaskList
    """

    return (
        await asyncio_detailed(
            client=client,
            created_at_from=created_at_from,
            created_at_to=created_at_to,
            task_ids=task_ids,
            templates=templates,
            model_versions=model_versions,
            resolutions=resolutions,
            states=states,
            pager_page=pager_page,
            pager_pagesz=pager_pagesz,
            pager_page_token=pager_page_token,
            paper_page=paper_page,
            paper_pagesz=paper_pagesz,
        )
    ).parsed
