"""The test suite of a user's program, run with our pytest plugin only."""

from __future__ import annotations

from importlib import import_module
from typing import Final

import pytest

from vidu_ext import TextToVideo, Vidu
from vidu_ext.emulator.clock import Clock
from vidu_ext.emulator.core import Emulator
from vidu_ext.testing import emulator_accounts, emulator_settings

PROGRAM: Final = """
    from vidu_ext import PollPolicy, Settings, TextToVideo, Vidu

    QUICK = Settings(poll=PollPolicy(floor=0.02, ceiling=0.02))

    def make_video(path):
        with Vidu(settings=QUICK) as vidu:
            task = vidu.submit(TextToVideo(prompt="a paper bird", model="viduq3-turbo", duration=5))
            return task.wait(timeout=60).download(path)
"""


@pytest.fixture(scope="module")
def loaded() -> None:
    """Import what is loaded on first use: pytester unloads what a suite imports, and a second import makes new classes."""
    for name in ("vidu_ext.client.async_vidu", "vidu_ext.emulator.http.server"):
        import_module(name)
    emulator = Emulator(clock=Clock(rate=0))
    with Vidu(emulator_accounts(emulator), settings=emulator_settings(emulator, step=2)) as vidu:
        vidu.submit(TextToVideo(prompt="a paper bird", duration=5)).wait(timeout=60)


@pytest.fixture
def suite(loaded: None, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:  # noqa: ARG001
    """A test suite of a user, with this plugin only."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(program=PROGRAM)
    pytester.makeini("[pytest]\naddopts = -p vidu_ext.testing --strict-markers\nfilterwarnings = error\n")
    return pytester
