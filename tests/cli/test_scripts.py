"""Scripts read documents and tab-separated rows whose form does not change, whatever the reader does."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_running import COMMAND, QUICK, Shell, ended, files_of, request_of
from server import Server

pytest_plugins = ["cli_fixtures"]

LONG = "x" * 500


def test_state_of_a_task_is_one_document(tmp_path: Path) -> None:
    with Server(life=("done",)) as server:
        shell = Shell(tmp_path, [server])
        ref = f"vidu:{server.make({}).id}"
        document = shell.run("status", ref, "--json").document
        assert document == {
            "reference": ref,
            "state": "succeeded",
            "word": "success",
            "progress": None,
            "credits": 60,
            "outputs": [{"kind": "video", "creation_id": "7"}],
        }
        with_urls = shell.run("status", ref, "--json", "--urls").document
        assert with_urls["outputs"] == [{"kind": "video", "creation_id": "7", "url": server.film_url(server.paid[0])}]


def test_documents_of_a_wait_are_not_mixed_with_text(tmp_path: Path) -> None:
    with Server(life=("queued", "done")) as server:
        shell = Shell(tmp_path, [server])
        refs = [f"vidu:{server.make({}).id}" for _ in range(3)]
        done = shell.run("wait", *refs, "vidu:404", "-o", "films/", "--json", "--timeout", "1", *QUICK)
        assert done.code == 9, done
        documents = {str(document["reference"]): document for document in done.documents}
        assert set(documents) == {*refs, "vidu:404"}
        for ref in refs:
            (file,) = files_of(documents[ref])
            assert Path(tmp_path, str(file["path"])).stat().st_size == file["bytes"]


def test_rows_of_lists_are_documents_with_json_and_tab_separated_without(tmp_path: Path) -> None:
    with Server() as server, Server("skills_video", life=("running",)) as other, Server("zenlayer") as third:
        shell = Shell(tmp_path, [server, other, third])
        names = [f"vidu:{server.make({}).id}" for _ in range(3)] + [f"skills_video:{other.make({}).id}"]
        assert [task["reference"] for task in shell.run("tasks", "--json").documents] == names
        assert [line.split("\t")[0] for line in shell.run("tasks", "-n", "2").lines] == [*names[:2], names[3]]
        assert [balance["account"] for balance in shell.run("credits", "--json").documents] == ["skills_video"]
        assert shell.run("tasks", "-a", "zenlayer").code == 11
        specs = shell.run("spec", "--json").documents
        assert ("comfy", "textToVideo") in {(str(spec["provider"]), str(spec["operation"])) for spec in specs}
        assert shell.run("spec", "vidu", "textToVideo", "--json").document["required"] == ["model", "prompt"]
        takers = [line.split("\t")[:2] for line in shell.run("spec", "-m", "viduq3-drama").lines]
        assert takers == [["vidu", "referenceToVideo"]]


def test_row_is_not_shortened_if_stdout_is_not_a_terminal(tmp_path: Path) -> None:
    with Server() as server, Server("comfy") as other:
        shell = Shell(tmp_path, [server, other], variables={"COLUMNS": "40"})
        done = shell.run("route", LONG, "-m", "viduq3-turbo", "-d", "99")
        assert [len(line.split("\t")) for line in done.lines] == [5, 5], done
        assert "\x1b" not in done.out + done.err


@pytest.fixture
def unread() -> Iterator[int]:
    """A pipe whose reader has gone."""
    read, write = os.pipe()
    os.close(read)
    yield write
    os.close(write)


def test_reader_that_goes_away_causes_no_traceback(vidu: Shell, server: Server, unread: int) -> None:
    for _ in range(30):
        server.make({})
    done = ended(vidu.start("tasks", stdout=unread))
    assert (done.code, done.err) == (0, "")


def test_task_whose_reference_has_no_reader_is_downloaded(vidu: Shell, server: Server, unread: int, tmp_path: Path) -> None:
    done = ended(vidu.start("generate", *request_of("vidu"), *QUICK, stdout=unread))
    assert done.code == 0, done
    assert f"vidu:{server.paid[0].id}: accepted" in done.err
    assert (tmp_path / f"{server.paid[0].id}.mp4").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("command", ["spec", "--help"])
def test_full_disk_behind_stdout_is_reported(command: str, tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = ended(Shell(tmp_path).start(command, stdout=full.fileno()))
    assert (done.code, "No space left on device" in done.err, "bug" in done.err) == (1, True, False), done


@pytest.mark.skipif(os.name != "posix", reason="needs a POSIX shell")
def test_closed_stdout_causes_no_traceback(vidu: Shell, server: Server, tmp_path: Path) -> None:
    line = f'exec "$0" "$@" {">&-"} {"2>err.txt"}'
    arguments = [*request_of("vidu"), *QUICK]
    done = subprocess.run(
        ["/bin/sh", "-c", line, *COMMAND, "generate", *arguments],
        env=vidu.environment,
        cwd=tmp_path,
        check=False,
        timeout=60,
    )
    stderr = (tmp_path / "err.txt").read_text(encoding="utf-8")
    assert "Traceback" not in stderr
    assert f"vidu:{server.paid[0].id}: accepted" in stderr
    assert done.returncode == 1


def test_prompt_that_the_terminal_cannot_write_causes_no_traceback(tmp_path: Path) -> None:
    with Server() as server:
        shell = Shell(tmp_path, [server], variables={"PYTHONIOENCODING": "ascii", "LC_ALL": "C"})
        done = shell.run_process("route", "ein Vögelchen 鳥", "-m", "viduq9", "--set", "stil=schön")
        assert (done.code, "Traceback" in done.err) == (3, False), done
