"""The demonstration does what it says, from any folder, and is gone without a trace when it is interrupted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from demo import SCENES

DEMO: Final = Path(__file__).with_name("demo.py")


def test_demonstration_makes_its_videos_without_a_configured_proxy(tmp_path: Path) -> None:
    environment = {**os.environ, **dict.fromkeys(("http_proxy", "HTTP_PROXY", "ALL_PROXY"), "http://127.0.0.1:9")}
    done = subprocess.run(
        [sys.executable, DEMO], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=240
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(SCENES)} videos, {len(SCENES)} paid tasks, {len(SCENES)} faults survived" in done.stdout
    assert {path.name for path in (tmp_path / ".demo").iterdir()} == {*(f"{scene.provider}.mp4" for scene in SCENES), "log.txt"}
    assert "emulator-key" not in done.stdout + (tmp_path / ".demo" / "log.txt").read_text(encoding="utf-8")


def test_interrupted_demonstration_leaves_no_server_behind(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, DEMO], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    assert "The emulator plays" in process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in stderr
    for _ in range(600):
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    raise AssertionError("something of the demonstration still runs")
