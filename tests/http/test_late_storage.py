"""A storage some seconds behind the task: its "no such file" is believed of an old task, but not at once of a young one."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Final

import pytest
from attrs import evolve
from playing import PATIENCE, RETRY, Way, account, both_ways, call_client, client, request_for, task_at
from provider_forms import Act
from provider_tasks import film_of
from server import Server

from vidu_ext import DownloadOptions, TaskRef
from vidu_ext.flows.download import MOST_REFRESHES
from vidu_ext.values.errors import ResultExpiredError

MISSING: Final = {
    "404": Act(status=404, body=b"<Error><Code>NoSuchKey</Code></Error>"),
    "403": Act(status=403, body=b"<Error><Code>AccessDenied</Code></Error>"),
}
TIMES: Final = MOST_REFRESHES + 8
OPTIONS: Final = DownloadOptions(retry=evolve(RETRY, budget=PATIENCE))

MINUTE: Final = 60.0
HOUR: Final = 60 * MINUTE


def submitted(way: Way, server: Server) -> bytes:
    """Return the film of a task that this client submits and waits for."""
    return fetched(way, server, None)


def waited_for(way: Way, server: Server) -> bytes:
    """Return the film of another process's task, which has ended before its first poll."""
    return fetched(way, server, task_at(server))


def downloaded(way: Way, server: Server) -> bytes:
    """Return the film of another process's task, downloaded by its reference."""
    film, ref = io.BytesIO(), task_at(server)
    call_client(way, [account(server)], lambda vidu: vidu.download(ref, film, options=OPTIONS))
    return film.getvalue()


def fetched(way: Way, server: Server, ref: TaskRef | None) -> bytes:
    """Return the film of a task that is waited for: that of `ref`, or a new one."""
    film = io.BytesIO()
    with client(way, [account(server)]) as vidu:
        task = vidu.task(ref) if ref else vidu.submit(request_for("vidu"))
        task.wait().download(film, options=OPTIONS)
    return film.getvalue()


@both_ways
@pytest.mark.parametrize("answer", MISSING)
@pytest.mark.parametrize("use", [submitted, waited_for])
def test_late_storage_is_asked_until_it_has_the_film(use: Callable[[Way, Server], bytes], answer: str, way: Way) -> None:
    """Once, a paid film counted as lost because its URL was 404 for four seconds."""
    with Server(life=("done",), plan={"film": [MISSING[answer]] * TIMES}) as server:
        film = use(way, server)
        assert film == film_of(server.paid[0].id)
        assert len(server.calls("film")) == TIMES + 1


YOUNG: Final[Mapping[str, Mapping[str, float]]] = {
    "created a minute ago": {"created_at": MINUTE},
    "ended a minute ago": {"completed_at": MINUTE},
}
OLD: Final[Mapping[str, Mapping[str, float]]] = {
    "created a day ago": {"created_at": 24 * HOUR},
    "created a day ago, ended an hour ago": {"created_at": 24 * HOUR, "updated_at": HOUR},
}


@pytest.mark.parametrize("ahead", [-6 * HOUR, 6 * HOUR], ids=["our clock ahead", "our clock behind"])
@pytest.mark.parametrize("provider", ["vidu", "skills_video"])
@pytest.mark.parametrize("ages", YOUNG)
def test_new_process_waits_for_the_file_of_a_task_that_is_young_by_the_times_of_its_provider(
    ages: str, provider: str, ahead: float
) -> None:
    """Once, a process that had not seen the task unfinished said after two seconds that its film had expired."""
    with Server(provider, life=("done",), plan={"film": [MISSING["404"]] * TIMES}, ages=YOUNG[ages], ahead=ahead) as server:
        assert downloaded("blocking", server) == film_of(server.paid[0].id)


@pytest.mark.parametrize("ahead", [-48 * HOUR, 48 * HOUR], ids=["our clock ahead", "our clock behind"])
@pytest.mark.parametrize(("use", "way"), [(downloaded, "awaited"), (waited_for, "blocking")])
@pytest.mark.parametrize("ages", OLD)
def test_file_of_a_task_that_is_old_by_the_times_of_its_provider_has_expired(
    ages: str, use: Callable[[Way, Server], bytes], ahead: float, way: Way
) -> None:
    with Server(life=("done",), plan={"film": [MISSING["404"]] * TIMES}, ages=OLD[ages], ahead=ahead) as server:
        with pytest.raises(ResultExpiredError, match="no working URL"):
            use(way, server)
        assert len(server.calls("film")) == MOST_REFRESHES + 1
