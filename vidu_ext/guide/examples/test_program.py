"""Tests of a program that makes videos: `pytest test_program.py`. Needs the extra `emulator`.

`make` is the program. The fixture `vidu_emulator` leads its `Vidu()` to an emulator, so that no test costs money.
"""

from pathlib import Path

import pytest

from vidu_ext import BusyError, InsufficientCreditsError, Price, RetryPolicy, Settings, TaskFailedError, TextToVideo, Vidu
from vidu_ext.testing import ViduEmulator


def make(prompt: str, target: Path) -> float | None:
    """Make a video and return what it cost."""
    with Vidu(settings=Settings(retry=RetryPolicy(budget=0.1)), prefer=["vidu"]) as vidu:
        film = TextToVideo(prompt=prompt, model="viduq3-turbo", duration=5, resolution="720p")
        result = vidu.submit(film, account="vidu", at_most=Price(usd=0.50)).wait(timeout=10)
        result.download(target)
        return result.credits


def test_video_is_made_and_paid_once(vidu_emulator: ViduEmulator, tmp_path: Path) -> None:
    assert make("a paper bird", tmp_path / "bird.mp4") == vidu_emulator.ledger.paid[0].credits
    assert b"ftyp" in (tmp_path / "bird.mp4").read_bytes()[:32]


def test_lost_answer_is_paid_once(vidu_emulator: ViduEmulator, tmp_path: Path) -> None:
    vidu_emulator.add_fault("kind=answer_lost,operation=create,nth=1")
    make("a paper bird", tmp_path / "bird.mp4")
    assert len(vidu_emulator.ledger.paid) == 1


def test_busy_provider_costs_nothing(vidu_emulator: ViduEmulator, tmp_path: Path) -> None:
    vidu_emulator.add_fault("kind=http_429,operation=create")
    with pytest.raises(BusyError):
        make("a paper bird", tmp_path / "bird.mp4")
    assert not vidu_emulator.ledger.paid


def test_moderated_video_leaves_no_file(vidu_emulator: ViduEmulator, tmp_path: Path) -> None:
    vidu_emulator.add_fault("kind=task_moderated")
    with pytest.raises(TaskFailedError):
        make("a paper bird", tmp_path / "bird.mp4")
    assert not (tmp_path / "bird.mp4").exists()


def test_expired_address_is_asked_for_again(vidu_emulator: ViduEmulator, tmp_path: Path) -> None:
    vidu_emulator.add_fault("kind=expired_url,nth=1,times=1")
    make("a paper bird", tmp_path / "bird.mp4")
    assert (tmp_path / "bird.mp4").exists()


@pytest.mark.vidu_emulator(credits={"vidu": 10})
def test_empty_account_is_said(vidu_emulator: ViduEmulator, tmp_path: Path) -> None:
    with pytest.raises(InsufficientCreditsError):
        make("a paper bird", tmp_path / "bird.mp4")
    assert not vidu_emulator.ledger.paid
