"""Downloads beyond the number of connections wait for each other, and no timeout counts that time."""

from __future__ import annotations

import asyncio
import io
import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest
from attrs import evolve
from playing import PATIENCE, Way, account, awaitable_client, both_ways, brief, in_loop, task_at
from provider_forms import Act
from provider_tasks import film_of
from server import Server

from vidu_ext import AsyncVidu, DownloadOptions, RetryPolicy, Settings, TaskRef, Timeouts
from vidu_ext.transport import driver
from vidu_ext.transport.options import KEYLESS_CONNECTIONS
from vidu_ext.transport.part_file import PartFile
from vidu_ext.values.errors import ConfigurationError

POOL_PATIENCE: Final = 0.5
"""Seconds that httpx lets a request wait for a connection of its pool, and for the connection itself."""
OPTIONS: Final = DownloadOptions(tries=3, retry=RetryPolicy(first=0.005, ceiling=0.01, budget=PATIENCE))


def settings() -> Settings:
    usual = brief(silence=PATIENCE)
    timeouts = Timeouts(connect=POOL_PATIENCE, read=PATIENCE, create_read=PATIENCE, write=PATIENCE)
    return evolve(usual, timeouts=timeouts)


def refs_at(server: Server, count: int) -> list[TaskRef]:
    return [task_at(server) for _ in range(count)]


@both_ways
@in_loop
async def test_downloads_beyond_the_connections_wait_for_one(way: Way) -> None:
    """Their first tries fail: the time for further ones counts only from when each has its connection."""
    held, options = POOL_PATIENCE * (OPTIONS.tries + 1), evolve(OPTIONS, tries=9, retry=evolve(OPTIONS.retry, budget=1.9))
    plan = [Act(held=True)] * KEYLESS_CONNECTIONS + [Act(ends="closed")] * 8
    with Server("zenlayer", life=("done",), plan={"film": plan}) as server:
        refs = refs_at(server, KEYLESS_CONNECTIONS + 8)
        films = [io.BytesIO() for _ in refs]
        vidu = awaitable_client(way, [account(server)], settings())
        downloading = asyncio.gather(*(vidu.download(*pair, options=options) for pair in zip(refs, films, strict=True)))
        await asyncio.to_thread(server.wait_for, "film", KEYLESS_CONNECTIONS)
        await asyncio.sleep(held)
        server.release()
        await downloading
        await vidu.close()
    assert [film.getvalue() for film in films] == [film_of(ref.task_id) for ref in refs]


@pytest.fixture
def only_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "KEYLESS_CONNECTIONS", 1)


@both_ways
@pytest.mark.usefixtures("only_connection")
@in_loop
async def test_download_that_waits_for_a_connection_ends_when_its_client_closes(way: Way) -> None:
    with Server("zenlayer", life=("done",), plan={"film": [Act(ends="hangs")]}) as server:
        first, second = refs_at(server, 2)
        vidu = awaitable_client(way, [account(server)], settings())
        holding = asyncio.ensure_future(vidu.download(first, io.BytesIO(), options=OPTIONS))
        await asyncio.to_thread(server.wait_for, "film")
        waiting = asyncio.ensure_future(vidu.download(second, io.BytesIO(), options=OPTIONS))
        await asyncio.to_thread(server.wait_for, "status", 2)
        await vidu.close()
        with pytest.raises(ConfigurationError):
            await asyncio.wait_for(waiting, PATIENCE)
        assert len(server.calls("film")) == 1
    await asyncio.wait([holding])
    assert holding.exception()


@pytest.mark.usefixtures("only_connection")
def test_cancelled_download_releases_its_connection() -> None:
    with Server("zenlayer", life=("done",), plan={"film": [Act(ends="hangs")]}) as server:
        refs = refs_at(server, 3)
        film = io.BytesIO()

        async def run() -> None:
            async with AsyncVidu([account(server)], settings=settings()) as vidu:
                holding = asyncio.create_task(vidu.download(refs[0], io.BytesIO(), options=OPTIONS))
                await asyncio.to_thread(server.wait_for, "film")
                waiting = asyncio.create_task(vidu.download(refs[1], io.BytesIO(), options=OPTIONS))
                await asyncio.to_thread(server.wait_for, "status", 2)
                for task in (waiting, holding):
                    task.cancel()
                    await asyncio.wait([task])
                    assert task.cancelled()
                await asyncio.wait_for(vidu.download(refs[2], film, options=OPTIONS), PATIENCE)

        asyncio.run(run())
    assert film.getvalue() == film_of(refs[2].task_id)


@pytest.mark.parametrize("is_cancelled", [False, True])
def test_event_loop_neither_writes_nor_syncs_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_cancelled: bool
) -> None:
    """Once, it stood still for a third of a second while a disk was busy. A cancelled download also waits for the disk."""
    threads: list[threading.Thread] = []
    syncing, go_on = threading.Event(), threading.Event()
    fsync, write = os.fsync, PartFile.write

    def slow(file: int) -> None:
        threads.append(threading.current_thread())
        syncing.set()
        go_on.wait(PATIENCE)
        fsync(file)

    def noted(place: PartFile, data: bytes) -> None:
        threads.append(threading.current_thread())
        write(place, data)

    monkeypatch.setattr(os, "fsync", slow)
    monkeypatch.setattr(PartFile, "write", noted)

    async def awaited() -> None:
        async with AsyncVidu([account(server)], settings=settings()) as vidu:
            downloading = asyncio.create_task(vidu.download(ref, tmp_path / "a.mp4", options=OPTIONS))
            await asyncio.to_thread(syncing.wait, PATIENCE)
            if is_cancelled:
                downloading.cancel()
                await asyncio.sleep(0)
                assert not downloading.done()
            go_on.set()
            with suppress(asyncio.CancelledError):
                await downloading
            assert downloading.cancelled() is is_cancelled

    with Server("zenlayer", life=("done",)) as server:
        [ref] = refs_at(server, 1)
        asyncio.run(awaited())
    assert len(threads) >= 2
    assert threading.main_thread() not in threads
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.mp4", film_of(ref.task_id))]
