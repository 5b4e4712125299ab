"""The clients of this package against an emulator where things go wrong: one paid task and its result, or one typed error."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Literal

import attrs
import httpx
import pytest

from vidu_ext import Account, AsyncVidu, DownloadOptions, Settings, TextToVideo, Timeouts, Vidu
from vidu_ext.emulator.clock import Clock
from vidu_ext.emulator.core import Emulator
from vidu_ext.emulator.environment import ORIGIN, key_of
from vidu_ext.emulator.faults.rules import FaultRule
from vidu_ext.emulator.http.app import asgi
from vidu_ext.emulator.http.server import EmulatorServer
from vidu_ext.emulator.settings import EmulatorSettings
from vidu_ext.providers import PROVIDERS
from vidu_ext.testing import emulator_settings, quick_settings
from vidu_ext.values.errors import BusyError, SubmissionUnknownError, TaskFailedError, TaskModeratedError, ViduError

Way = Literal["port", "async port", "in-process", "async in-process", "asgi"]
WAYS: tuple[Way, ...] = ("port", "async port", "in-process", "async in-process", "asgi")

MODELS = {"skills_video": "viduq3"}
AT_ONCE = DownloadOptions(retry=quick_settings().retry)
QUICK = EmulatorSettings(queue_seconds=0.005, listed_after=0.005)


@attrs.frozen
class Made:
    """The result of one video request."""

    emulator: Emulator
    failure: ViduError | None
    film: bytes | None

    @property
    def ends(self) -> list[str]:
        """How the paid tasks ended."""
        return [task.state for task in self.emulator.ledger.paid]


def make(
    way: Way, provider: str, folder: Path, *rules: str, patience: Timeouts | None = None, task_seconds: float = 0.01
) -> Made:
    """Submit, wait and download, whatever goes wrong on the way."""
    emulator = Emulator(
        attrs.evolve(QUICK, processing_seconds=task_seconds), clock=Clock(), rules=[FaultRule.parse(rule) for rule in rules]
    )
    path = folder / "bird.mp4"
    failure: ViduError | None = None
    with ExitStack() as stack:
        origin = ORIGIN if "port" not in way else stack.enter_context(EmulatorServer(emulator=emulator)).origin
        accounts, settings = _client_of(way, emulator, provider, origin, patience or Timeouts())
        request = TextToVideo(prompt="a paper bird", model=MODELS.get(provider, "viduq3-turbo"), duration=5)
        try:
            if way in ("port", "in-process"):
                _blocking(accounts, settings, request, path)
            else:
                asyncio.run(_awaited(accounts, settings, request, path))
        except ViduError as error:
            failure = error
    assert not emulator.ledger.breakdowns
    assert emulator.ledger.keys_sent_to_files == 0
    assert len(emulator.ledger.paid) <= 1
    return Made(emulator, failure, path.read_bytes() if path.exists() else None)


def _client_of(way: Way, emulator: Emulator, provider: str, origin: str, timeouts: Timeouts) -> tuple[list[Account], Settings]:
    url = emulator.base_urls(origin)[provider]
    accounts = [Account(provider=provider, key=key_of(emulator, provider), base_url=url)]
    settings = attrs.evolve(quick_settings(), verify=False)  # no certificates are needed, and reading them takes long
    if way == "asgi":
        settings = attrs.evolve(settings, async_transport=httpx.ASGITransport(asgi(emulator)))
    elif "port" not in way:
        settings = emulator_settings(emulator)
    return accounts, attrs.evolve(settings, timeouts=timeouts)


def _blocking(accounts: list[Account], settings: Settings, request: TextToVideo, path: Path) -> None:
    with Vidu(accounts, settings=settings) as vidu:
        vidu.submit(request).wait(timeout=60).download(path, options=AT_ONCE)


async def _awaited(accounts: list[Account], settings: Settings, request: TextToVideo, path: Path) -> None:
    async with AsyncVidu(accounts, settings=settings) as vidu:
        task = await vidu.submit(request)
        await (await task.wait(timeout=60)).download(path, options=AT_ONCE)


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Iterator[Way]:
    yield request.param


# -- the create call goes wrong -----------------------------------------------------------------------------------------------


def test_a_paid_task_hidden_by_a_gateway_is_found_by_its_payload(way: Way, tmp_path: Path) -> None:
    made = make(way, "vidu", tmp_path, "kind=html_502,operation=create,nth=1")
    assert made.failure is None
    assert made.ends == ["succeeded"]
    assert made.film


def test_an_answer_lost_at_comfy_is_requested_again_with_the_same_key(way: Way, tmp_path: Path) -> None:
    made = make(way, "comfy", tmp_path, "kind=answer_lost,operation=create,nth=1")
    assert made.failure is None
    assert made.ends == ["succeeded"]
    assert made.emulator.ledger.count("comfy", "textToVideo") == 2


@pytest.mark.parametrize("way", ["port", "async in-process"])
def test_a_connection_reset_after_acceptance_is_settled_by_the_list_of_running_tasks(way: Way, tmp_path: Path) -> None:
    made = make(way, "skills_video", tmp_path, "kind=connection_reset,operation=create,accepts=true,nth=1", task_seconds=0.2)
    assert made.failure is None
    assert made.ends == ["succeeded"]


@pytest.mark.parametrize("way", ["async port", "in-process"])
def test_an_outcome_that_cannot_be_settled_is_reported_and_not_sent_again(way: Way, tmp_path: Path) -> None:
    made = make(way, "zenlayer", tmp_path, "kind=answer_lost,operation=create")
    assert isinstance(made.failure, SubmissionUnknownError)
    assert len(made.emulator.ledger.paid) == 1
    assert made.emulator.ledger.count("zenlayer", "textToVideo") == 1


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_busy_provider_is_asked_again_and_paid_once(provider: str, tmp_path: Path) -> None:
    made = make("in-process", provider, tmp_path, "kind=http_429,operation=create,times=2,retry_after=0")
    assert made.failure is None
    assert made.ends == ["succeeded"]


def test_a_request_to_a_provider_that_stays_busy_is_not_paid(tmp_path: Path) -> None:
    made = make("in-process", "vidu", tmp_path, "kind=http_429,operation=create,retry_after=3600,retry_form=date")
    assert isinstance(made.failure, BusyError)
    assert made.ends == []


def test_a_create_that_hangs_is_found_after_its_timeout(tmp_path: Path) -> None:
    patience = Timeouts(create_read=0.2)
    made = make("port", "vidu", tmp_path, "kind=hang,operation=create,nth=1", patience=patience)
    assert made.failure is None
    assert made.ends == ["succeeded"]


# -- the wait goes wrong --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["html_520", "connection_reset", "unknown_state", "null_fields", "truncated_body", "http_503"])
def test_an_unreadable_status_answer_is_requested_again(kind: str, tmp_path: Path) -> None:
    made = make(
        "port", "vidu", tmp_path, f"kind={kind},provider=vidu,times=2,operation=status", f"kind={kind},times=1,operation=list"
    )
    assert made.failure is None
    assert made.ends == ["succeeded"]


@pytest.mark.parametrize("way", ["port", "async in-process"])
def test_a_failed_task_is_reported_with_its_reference(way: Way, tmp_path: Path) -> None:
    made = make(way, "vidu", tmp_path, "kind=task_fails")
    assert isinstance(made.failure, TaskFailedError)
    assert made.emulator.ledger.paid[0].id in str(made.failure)


def test_a_task_that_moderation_stops_has_its_own_error(tmp_path: Path) -> None:
    assert isinstance(make("in-process", "vidu", tmp_path, "kind=task_moderated").failure, TaskModeratedError)


# -- the download goes wrong ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes | None:
    """What arrives when nothing goes wrong."""
    return make("in-process", "vidu", tmp_path_factory.mktemp("whole")).film


@pytest.mark.parametrize("way", ["port", "async in-process"])
@pytest.mark.parametrize(
    "rules",
    [
        ["kind=truncated_body,operation=download,times=2"],
        ["kind=expired_url,nth=1"],
        ["kind=truncated_body,operation=download,nth=1", "kind=broken_range,range_answer=whole_200"],
        ["kind=truncated_body,operation=download,nth=1", "kind=broken_range,nth=1"],
        ["kind=connection_reset,operation=download,nth=1"],
        ["kind=http_503,operation=download,nth=1,retry_after=0"],
    ],
)
def test_a_film_arrives_whole_whatever_its_storage_does(way: Way, rules: list[str], film: bytes, tmp_path: Path) -> None:
    made = make(way, "vidu", tmp_path, *rules)
    assert made.failure is None
    assert made.film == film
    assert sum(rule.applied for rule in made.emulator.faults.active) >= len(rules)
