"""The examples of the guide do what their first lines say, against the emulator."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from runpy import run_path
from typing import Final

import pytest
from cli_running import Shell
from snippets import GUIDE
from starlette.testclient import TestClient

from vidu_ext import Vidu
from vidu_ext.guide.examples import agent, batch, web_service
from vidu_ext.testing import ViduEmulator

pytest_plugins = ["pytester", "user_suite"]

EXAMPLES: Final = GUIDE / "examples"
NAMES: Final = sorted(path.name for path in EXAMPLES.iterdir() if path.suffix in (".py", ".ipynb"))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path


def test_every_example_has_a_line_on_its_page_and_a_test() -> None:
    page = (GUIDE / "examples.md").read_text(encoding="utf-8")
    tests = Path(__file__).read_text(encoding="utf-8")
    assert [name for name in NAMES if f"(examples/{name})" not in page] == []
    assert [name for name in NAMES if name.partition(".")[0] not in tests] == []


def test_command_prints_an_example_as_a_file(tmp_path: Path) -> None:
    assert Shell(tmp_path).run("guide", "examples/batch.py").out == (EXAMPLES / "batch.py").read_text(encoding="utf-8")


def test_web_service_makes_one_video_for_a_repeated_request(vidu_emulator: ViduEmulator) -> None:
    with TestClient(web_service.app) as service:
        answers = [
            service.post("/videos", json={"prompt": "a paper bird"}, headers={"idempotency-key": "8814"}) for _ in range(2)
        ]
        assert [(answer.status_code, answer.json()["new"]) for answer in answers] == [(202, True), (202, False)]
        video = answers[0].json()["video"]
        assert answers[1].json()["video"] == video
        with Vidu() as vidu:
            vidu.wait(video, timeout=10)
        shown = service.get(f"/videos/{video}").json()
    assert (shown["state"], shown["address"][:4]) == ("succeeded", "http")
    assert len(vidu_emulator.ledger.paid) == 1


@pytest.mark.usefixtures("vidu_emulator")
def test_web_service_says_what_is_wrong_with_a_request() -> None:
    with TestClient(web_service.app) as service:
        key = {"idempotency-key": "8814"}
        assert service.post("/videos", json={"prompt": "a paper bird"}).status_code == 400
        assert service.post("/videos", json={"prompt": ""}, headers=key).status_code == 400
        assert service.post("/videos", json={"prompt": "a paper bird"}, headers=key).status_code == 202
        assert service.post("/videos", json={"prompt": "another bird"}, headers=key).status_code == 409
        assert service.get("/videos/nonsense").status_code == 400


def test_batch_that_is_started_again_pays_for_nothing_twice(folder: Path, vidu_emulator: ViduEmulator) -> None:
    manifest = folder / "films.csv"
    manifest.write_text("prompt,model,duration\na paper bird,viduq3-turbo,5\na kite,viduq3-turbo,5\n", encoding="utf-8")
    assert batch.main(manifest) == batch.main(manifest) == 0
    assert len(list((folder / "films.videos").glob("*.mp4"))) == len(vidu_emulator.ledger.paid) == 2


def test_batch_without_a_manifest_ends_with_its_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["batch.py"])
    with pytest.raises(SystemExit, match=r"^usage: python batch\.py films\.csv$"):
        run_path(str(EXAMPLES / "batch.py"), run_name="__main__")


@pytest.mark.usefixtures("vidu_emulator")
def test_cells_of_the_notebook_run_in_order(folder: Path) -> None:
    notebook = json.loads((EXAMPLES / "notebook.ipynb").read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] for cell in notebook["cells"] if cell["cell_type"] == "code")
    (folder / "cells.py").write_text("\n".join(cells), encoding="utf-8")
    done = subprocess.run([sys.executable, "-W", "error", "cells.py"], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert (folder / "bird.mp4").exists()
    assert "new" in done.stdout


def test_agent_that_repeats_its_call_pays_once(vidu_emulator: ViduEmulator) -> None:
    with Vidu() as vidu:
        call = {"order": "bird-1", "prompt": "a paper bird"}
        first, second = (json.loads(agent.answer(vidu, "make_video", call)) for _ in range(2))
        assert (first["new"], second["new"], second["video"]) == (True, False, first["video"])
        assert Path(json.loads(agent.answer(vidu, "get_video", {"video": first["video"]}))["file"]).exists()
    assert len(vidu_emulator.ledger.paid) == 1


@pytest.mark.usefixtures("vidu_emulator")
def test_agent_is_answered_when_something_is_wrong() -> None:
    with Vidu() as vidu:
        assert json.loads(agent.answer(vidu, "make_video", {"order": "bird-2", "prompt": ""}))["error"]
        assert json.loads(agent.answer(vidu, "get_video", {"video": "nonsense"}))["error"]


def test_shown_test_suite_passes(suite: pytest.Pytester) -> None:
    text = (EXAMPLES / "test_program.py").read_text(encoding="utf-8")
    suite.makepyfile(test_program=text)
    suite.runpytest_inprocess().assert_outcomes(passed=text.count("\ndef test_"))
