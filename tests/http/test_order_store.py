"""The file of orders: what is kept, who may read it, and what happens if it cannot be used."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from errno import ENOLCK
from pathlib import Path
from unittest.mock import Mock

import pytest
from attrs import evolve
from playing import Way, account, both_ways, brief, call_client, request_for
from provider_forms import Act
from server import Server
from test_once import NEVER_ARRIVED, SENT, order

from vidu_ext import ConfigurationError, OrderError, Settings, SubmissionUnknownError, TaskRef
from vidu_ext.transport.orders import OrderLock, OrderStore, state_folder


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return evolve(brief(), orders=tmp_path / "orders.sqlite")


def newer(path: Path) -> None:
    OrderStore(path).salt()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 7")


def garbage(path: Path) -> None:
    path.write_bytes(b"this is no database" * 100)


def folder(path: Path) -> None:
    path.mkdir()


@both_ways
@pytest.mark.parametrize("spoil", [newer, garbage, folder])
def test_unusable_store_is_an_error_before_anything_is_sent(
    way: Way, spoil: Callable[[Path], None], tmp_path: Path, settings: Settings
) -> None:
    spoil(tmp_path / "orders.sqlite")
    with Server("vidu") as server:
        with pytest.raises(OrderError, match=r"orders\.sqlite.*[Nn]othing was sent"):
            order(way, [server], settings)
        assert server.seen == []


def test_paid_task_is_returned_even_if_it_cannot_be_recorded(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OrderError("database or disk is full")

    with Server("vidu") as server:
        with monkeypatch.context() as patch:
            patch.setattr(OrderStore, "_end", full)
            ref = order("blocking", [server], settings)
        assert "the order 'order-8814' cannot be saved (database or disk is full)" in caplog.text
        assert ref == order("blocking", [server], settings) == f"vidu:{server.paid[0].id}"


def test_store_is_accessible_to_its_owner_only(tmp_path: Path, settings: Settings) -> None:
    folder = tmp_path / "home/state"
    with Server("vidu") as server:
        order("blocking", [server], evolve(settings, orders=folder / "orders.sqlite"))
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}
    assert modes == {"state": 0o700, "orders.sqlite": 0o600}


def test_order_is_found_by_its_key_or_its_number_as_it_is_written(tmp_path: Path) -> None:
    store = OrderStore(tmp_path / "orders.sqlite")
    keyed, keyless = store.begin("late", "f", 1, 9.0), store.begin(None, "f", 1, 2.0, SENT)
    names = ("late", str(keyless.id), f"{keyless.id}.0", "\u0661", "other")
    assert [store.find_by_name(name) for name in names] == [keyed, keyless, None, None, None]


def test_order_is_found_by_its_submission_until_it_has_a_task(tmp_path: Path) -> None:
    store = OrderStore(tmp_path / "orders.sqlite")
    begun = store.begin(None, "f", 1, 2.0, SENT)
    assert store.find_by_submission(SENT) == begun
    store.record_end(begun, TaskRef("vidu", "1"))
    assert store.find_by_submission(SENT) is None
    assert [row.ref for row in store.orders()] == [TaskRef("vidu", "1")]


def test_task_that_another_process_has_found_is_not_forgotten_when_the_submit_ends_without_one(tmp_path: Path) -> None:
    """`vidu find` sent the idempotency key again while the first request was being refused; the order was then paid once more."""
    store = OrderStore(tmp_path / "orders.sqlite")
    begun = store.begin("k", "f", 1, 2.0, SENT)
    store.record_end(begun, TaskRef("comfy", "1"))
    store.record_end(begun, None)
    assert [row.ref for row in store.orders()] == [TaskRef("comfy", "1")]


def test_order_that_may_be_paid_is_kept_without_its_key_when_another_takes_that(tmp_path: Path) -> None:
    store = OrderStore(tmp_path / "orders.sqlite")
    lost, later = store.begin("k", "f", 1, 0.0, SENT), store.begin("k", "f", 2, 1.0)
    assert store.orders() == [evolve(lost, key=None), later]


def test_order_is_held_while_it_is_searched_for_and_not_longer(tmp_path: Path) -> None:
    store = OrderStore(tmp_path / "orders.sqlite")
    store.begin("k", "f", 1, 0.0, SENT)
    with store.searching(SENT):
        assert not store.lock("k").take()
    lock = store.lock("k")
    assert lock.take()
    lock.release()


def test_order_is_locked_by_the_file_to_which_its_path_leads(tmp_path: Path) -> None:
    (tmp_path / "link.sqlite").symlink_to(tmp_path / "orders.sqlite")
    lock = OrderStore(tmp_path / "orders.sqlite").lock("k")
    assert lock.take()
    assert not OrderStore(tmp_path / "link.sqlite").lock("k").take()
    lock.release()


@pytest.mark.skipif(sys.platform == "win32", reason="every file system there has locks")
def test_order_is_not_placed_on_a_file_system_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes could pay for it."""
    monkeypatch.setattr("fcntl.flock", Mock(side_effect=OSError(ENOLCK, "No locks available")))
    with pytest.raises(OrderError, match="cannot be locked: No locks available"):
        OrderStore(tmp_path / "orders.sqlite").lock("k").take()


def test_only_orders_that_have_no_unknown_task_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vidu_ext.transport.orders.MOST_ORDERS", 2)
    store = OrderStore(tmp_path / "orders.sqlite")
    store.begin("lost", "f", 1, 0.0, SENT)
    for key in "abcd":
        store.begin(key, "f", 1, 1.0)
    assert [row.key for row in store.orders()] == ["lost", "c", "d"]


def test_search_for_an_order_that_another_process_settled_meanwhile_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = OrderStore(tmp_path / "orders.sqlite")
    placed = store.begin("k", "f", 1, 0.0, SENT)

    def take_late(_: OrderLock) -> bool:
        store.record_end(placed, None)
        return True

    monkeypatch.setattr(OrderLock, "take", take_late)
    with pytest.raises(OrderError, match="another process is at the order 'k'"), store.searching(SENT):
        pytest.fail("it is searched for, and what was refused may be sent again")


def test_orders_are_listed_by_their_time_until_they_are_forgotten(tmp_path: Path) -> None:
    store = OrderStore(tmp_path / "orders.sqlite")
    late, early = store.begin("late", "f", 1, 9.0), store.begin(None, "f", 1, 2.0, SENT)
    assert store.orders() == [early, late]
    store.forget(early)
    assert store.orders() == [late]


def test_store_is_in_the_state_folder_of_the_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/user")
    monkeypatch.setenv("XDG_STATE_HOME", "/state")
    assert OrderStore().path == Path("/state/vidu/orders.sqlite")
    for unusable in ("", " ", "relative"):
        assert state_folder({"XDG_STATE_HOME": unusable}) == Path("/home/user/.local/state/vidu")
    monkeypatch.setattr("sys.platform", "win32")
    assert state_folder({"APPDATA": "/roaming"}) == Path("/roaming/vidu")
    assert state_folder({"APPDATA": " "}) == state_folder({}) == Path("/home/user/.local/state/vidu")


def test_orders_are_read_while_another_process_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vidu_ext.transport.orders.PATIENCE", 0.01)
    store = OrderStore(tmp_path / "orders.sqlite")
    row = store.begin("k", "f", 1, 1.0)
    with closing(sqlite3.connect(store.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert store.orders() == [row]


OTHER_PROCESS = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('BEGIN IMMEDIATE')"


def test_thread_that_reads_orders_does_not_end_the_lock_of_one_that_writes(tmp_path: Path) -> None:
    """The lock was gone, so two processes wrote at once: orders were lost, and their keys would have paid again."""
    store = OrderStore(tmp_path / "orders.sqlite")
    store.begin("k", "f", 1, 1.0)
    with closing(sqlite3.connect(store.path)) as writing:
        writing.execute("BEGIN IMMEDIATE")
        store.orders()
        other = subprocess.run([sys.executable, "-c", OTHER_PROCESS, store.path], capture_output=True, text=True, check=False)
    assert "database is locked" in other.stderr


def test_store_contains_no_api_key(tmp_path: Path, settings: Settings) -> None:
    with Server("vidu", plan={"create": [NEVER_ARRIVED], "list": [Act(status=503)] * 400}) as server:
        with pytest.raises(SubmissionUnknownError):
            order("blocking", [server], settings)
        assert server.key.encode() not in (tmp_path / "orders.sqlite").read_bytes()


@pytest.mark.parametrize("once", ["", " ", "a\nb", "x" * 501, 7])
def test_key_that_is_not_printable_text_is_refused_before_anything_is_sent(once: object, settings: Settings) -> None:
    with Server("vidu") as server:
        with pytest.raises(ConfigurationError, match="once must be printable text"):
            order("blocking", [server], settings, once)  # type: ignore[arg-type]  # what the test is about
        assert server.seen == []


@both_ways
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"again": True}, r"^again orders again under a key of yours.*once= too"),
        ({"once": "k", "idempotency_key": "k"}, r"^once excludes an idempotency key"),
    ],
)
def test_conflicting_options_are_refused_before_anything_is_sent(
    options: Mapping[str, object], message: str, way: Way, settings: Settings
) -> None:
    with Server("vidu") as server:
        with pytest.raises(ConfigurationError, match=message):
            call_client(way, [account(server)], lambda vidu: vidu.submit(request_for("vidu"), **options), settings)
        assert server.seen == []
