"""Films, pictures and sounds of the emulator: players take them, they are what was asked for, and each seed has its own."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
import wave
from collections.abc import Callable
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest

from vidu_ext.emulator.media import film, picture, sound

RATIOS: Final = [(16, 9), (9, 16), (1, 1), (4, 3), (3, 4), (21, 9)]
"""The documented ones of films."""


def run(*command: str) -> bytes:
    """Return what a program prints on stdout. Fails if it prints anything on stderr."""
    program = shutil.which(command[0])
    if program is None:
        pytest.skip(f"NOT TESTED: nothing was decoded, for {command[0]} is not installed")
    answer = subprocess.run([program, *command[1:]], capture_output=True, check=True)
    assert answer.stderr == b""
    return answer.stdout


def probed(folder: Path, data: bytes) -> list[dict[str, str]]:
    """Return the streams of a file that ffmpeg decodes to its end without a warning."""
    path = folder / "file"
    path.write_bytes(data)
    run("ffmpeg", "-v", "warning", "-xerror", "-i", str(path), "-f", "null", "-")
    entries = "stream=codec_name,width,height,duration,nb_read_frames,avg_frame_rate,channels,sample_rate"
    report = json.loads(run("ffprobe", "-v", "error", "-count_frames", "-show_entries", entries, "-of", "json", str(path)))
    return [{name: str(value) for name, value in stream.items()} for stream in report["streams"]]


def picture_at(folder: Path, data: bytes, *, at: float = 0.0) -> bytes:
    """Return one picture as red, green and blue bytes."""
    path = folder / "file"
    path.write_bytes(data)
    command = ("-v", "error", "-ss", str(at), "-i", str(path), "-frames:v", "1", "-pix_fmt", "rgb24", "-f", "rawvideo", "-")
    return run("ffmpeg", *command)


@pytest.mark.parametrize(("width", "height"), RATIOS)
def test_film_has_the_aspect_ratio_asked_for(tmp_path: Path, width: int, height: int) -> None:
    (stream,) = probed(tmp_path, film(seed="a", width=80 * width, height=80 * height, seconds=1))
    assert stream["codec_name"] == "h264"
    assert int(stream["width"]) * height == int(stream["height"]) * width


@pytest.mark.parametrize(("seconds", "has_sound"), [(0.01, False), (5, False), (5.04, True)])
def test_film_has_the_length_asked_for_to_a_frame(tmp_path: Path, seconds: float, has_sound: bool) -> None:
    shown, *heard = probed(tmp_path, film(seed="a", width=1280, height=720, seconds=seconds, has_sound=has_sound))
    frames = max(1, round(seconds * 24))
    assert (shown["nb_read_frames"], shown["avg_frame_rate"]) == (str(frames), "24/1")
    assert float(shown["duration"]) == pytest.approx(frames / 24, abs=1e-6)
    assert [(sound["codec_name"], sound["channels"], sound["sample_rate"]) for sound in heard] == [
        ("aac", "1", "48000")
    ] * has_sound
    assert all(float(sound["duration"]) == pytest.approx(frames / 24, abs=1_024 / 48_000) for sound in heard)


def test_film_moves_and_can_be_shown_from_any_time(tmp_path: Path) -> None:
    data = film(seed="a", width=320, height=180, seconds=3)
    frames = [picture_at(tmp_path, data, at=frame / 24) for frame in range(0, 72, 14)]
    assert all(one != other for one, other in pairwise(frames))


def test_sound_of_a_film_is_not_silent(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(film(seed="a", width=96, height=54, seconds=3, has_sound=True))
    heard = run("ffmpeg", "-v", "error", "-i", str(path), "-map", "0:a", "-f", "s16le", "-")
    samples = struct.unpack(f"<{len(heard) // 2}h", heard)
    quiet = [second for second in range(3) if max(samples[second * 48_000 + 2_000 : (second + 1) * 48_000 - 2_000]) < 1_000]
    assert not quiet


@pytest.mark.parametrize(("file_format", "codec"), [("jpeg", "mjpeg"), ("png", "png")])
@pytest.mark.parametrize(("width", "height"), [(1, 1), (1080, 1920)])
def test_picture_has_the_size_asked_for(tmp_path: Path, file_format: str, codec: str, width: int, height: int) -> None:
    data = picture(seed="a", width=width, height=height, file_format=file_format)
    assert len(picture_at(tmp_path, data)) == 3 * width * height
    entries = ("-show_entries", "stream=codec_name,width,height", "-of", "csv=p=0")
    assert run("ffprobe", "-v", "error", *entries, str(tmp_path / "file")).decode().split() == [f"{codec},{width},{height}"]


def test_sound_has_the_length_asked_for_and_is_not_silent() -> None:
    with wave.open(BytesIO(sound(seed="a", seconds=2.5))) as tone:
        assert (tone.getnchannels(), tone.getsampwidth(), tone.getnframes()) == (1, 2, 2.5 * tone.getframerate())
        samples = struct.unpack(f"<{tone.getnframes()}h", tone.readframes(tone.getnframes()))
    assert 5_000 < max(samples) <= 12_000


MAKERS: Final[dict[str, Callable[[str], bytes]]] = {
    "film": lambda seed: film(seed=seed, width=320, height=180, seconds=1),
    "picture": lambda seed: picture(seed=seed, width=320, height=180),
    "png": lambda seed: picture(seed=seed, width=64, height=64, file_format="png"),
    "sound": lambda seed: sound(seed=seed, seconds=0.1),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_seed_makes_the_same_file_again_and_no_other_seed_does(kind: str) -> None:
    make = MAKERS[kind]
    files = {make(f"task {number}") for number in range(20)}
    assert len(files) == 20
    assert {make(f"task {number}") for number in range(20)} == files
    assert make("\ud800 no text, \u6f22\u5b57")


def test_padded_film_has_exactly_the_size_and_no_part_of_it_repeats() -> None:
    """A download that is put together from wrong ranges must not pass for the file."""
    data = film(seed="a", width=64, height=64, seconds=0.5, least_bytes=200_000)
    assert len(data) == 200_000
    end = data[-150_000:]
    assert len({end[place : place + 100] for place in range(0, len(end), 100)}) == 1_500
