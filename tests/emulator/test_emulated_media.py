"""Films, pictures and sounds of the emulator: players take them, they are what was asked for, and each seed has its own."""

from __future__ import annotations

import json
import math
import shutil
import struct
import subprocess
import wave
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Final, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vidu_ext.emulator.media import film, picture, sound
from vidu_ext.emulator.media.pictures import PictureForm
from vidu_ext.values.errors import ConfigurationError

Boxes: TypeAlias = "dict[bytes, bytes]"

HOLDERS: Final = (b"moov", b"trak", b"mdia", b"minf", b"stbl")
MARKS: Final = {b"\xff\xd8": "jpg", b"\x89PNG": "png"}
FORMS: Final[tuple[PictureForm, PictureForm]] = ("png", "jpeg")
SIZES: Final = st.integers(min_value=2, max_value=500)
SECONDS: Final = st.floats(min_value=0.1, max_value=4.0)


def boxes(data: bytes) -> Iterator[tuple[bytes, int, bytes]]:
    """Name, offset and content of each box; what holds boxes is followed by them."""
    place = 0
    while place < len(data):
        size, kind = struct.unpack_from(">I4s", data, place)
        assert 8 <= size <= len(data) - place, f"box {kind!r} at {place} says {size} of {len(data) - place}"
        content = data[place + 8 : place + size]
        yield kind, place, content
        if kind in HOLDERS:
            yield from boxes(content)
        place += size


def contents(data: bytes) -> Boxes:
    return {kind: content for kind, _, content in boxes(data)}


def table(content: bytes) -> tuple[int, ...]:
    """The numbers of a box, after its version and flags."""
    return struct.unpack(f">{len(content) // 4 - 1}I", content[4:])


def frames_of(data: bytes) -> list[bytes]:
    """The frames that the sample tables lead to."""
    found = contents(data)
    _, count, *lengths = table(found[b"stsz"])
    (_, place) = table(found[b"stco"])
    frames: list[bytes] = []
    for length in lengths[:count]:
        frames.append(data[place : place + length])
        place += length
    return frames


def tool(name: str) -> list[str]:
    """The program, and the option that says what it prints."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"NOT TESTED: nothing was decoded, for {name} is not installed")
    return [found, "-v"]


def probed(folder: Path, data: bytes, name: str = "film.mp4") -> dict[str, object]:
    """What ffprobe says of a file that it decodes to its end without a word of complaint."""
    path = folder / name
    path.write_bytes(data)
    entries = "stream=codec_name,width,height,duration,nb_read_frames,avg_frame_rate,sample_rate"
    command = [*tool("ffprobe"), "error", "-count_frames", "-show_entries", entries, "-of", "json", str(path)]
    answer = subprocess.run(command, capture_output=True, check=True)
    assert answer.stderr == b""
    (stream,) = json.loads(answer.stdout)["streams"]
    return dict(stream)


def decoded(folder: Path, data: bytes, *, at: float = 0.0) -> bytes:
    """One picture of a film or picture as red, green and blue bytes."""
    suffix = next((suffix for mark, suffix in MARKS.items() if data.startswith(mark)), "mp4")
    path = folder / f"file.{suffix}"
    path.write_bytes(data)
    command = [*tool("ffmpeg"), "quiet", "-ss", str(at), "-i", str(path), "-frames:v", "1", "-pix_fmt", "rgb24"]
    return subprocess.run([*command, "-f", "rawvideo", "-"], capture_output=True, check=True).stdout


def pixel(image: bytes, x: int, y: int) -> tuple[int, ...]:
    """Red, green and blue of a point of a picture 320 pixels wide."""
    return tuple(image[3 * (y * 320 + x) :][:3])


# -- players ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("width", "height", "seconds", "pace", "frames"),
    [
        (1280, 720, 5, 24, 120),
        (854, 480, 5, 24, 120),
        (720, 1280, 2.5, 24, 60),
        (1920, 1080, 1, 60, 60),
        (2, 2, 0.1, 24, 2),
        (18, 34, 0.01, 10, 1),
        (4096, 16, 0.5, 24, 12),
    ],
)
def test_ffmpeg_plays_a_film_of_the_size_and_length_asked_for(
    tmp_path: Path, width: int, height: int, seconds: float, pace: int, frames: int
) -> None:
    stream = probed(tmp_path, film(seed="a", width=width, height=height, seconds=seconds, frames_a_second=pace))
    assert (stream["codec_name"], stream["width"], stream["height"]) == ("h264", width, height)
    assert (stream["nb_read_frames"], stream["avg_frame_rate"]) == (str(frames), f"{pace}/1")
    assert float(str(stream["duration"])) == pytest.approx(frames / pace, abs=1e-6)


def test_ffmpeg_finds_nothing_to_complain_about(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(film(seed="a", width=854, height=480, seconds=5, least_bytes=100_000))
    command = [*tool("ffmpeg"), "warning", "-xerror", "-i", str(path), "-f", "null", "-"]
    played = subprocess.run(command, capture_output=True, text=True)
    assert (played.returncode, played.stderr) == (0, "")


def test_a_film_shows_something_that_moves_and_ends_with_a_full_bar(tmp_path: Path) -> None:
    data = film(seed="a", width=320, height=180, seconds=3)
    first, middle, last = (decoded(tmp_path, data, at=moment) for moment in (0.0, 1.5, 2.95))
    lit = pixel(last, 319, 179)
    assert [pixel(image, 10, 179) == lit for image in (first, middle, last)] == [False, True, True]
    assert [pixel(image, 310, 179) == lit for image in (first, middle, last)] == [False, False, True]


def test_no_error_adds_up_until_a_key_frame_mends_it(tmp_path: Path) -> None:
    """Only what moves from the one frame to the next may differ: four of 273 blocks."""
    data = film(seed="drift", width=336, height=208, seconds=4, frames_a_second=30)
    before, after = (decoded(tmp_path, data, at=frame / 30) for frame in (59, 60))
    assert 0 < sum(one != other for one, other in zip(before, after, strict=True)) / len(before) < 0.03


def test_the_picture_of_a_seed_shows_what_its_film_begins_with(tmp_path: Path) -> None:
    still = decoded(tmp_path, picture(seed="cover", width=320, height=180))
    moving = decoded(tmp_path, film(seed="cover", width=320, height=180, seconds=1))
    for x, y in [(5, 5), (160, 75), (160, 100), (300, 150), (300, 177)]:
        near = zip(pixel(still, x, y), pixel(moving, x, y), strict=True)
        assert all(abs(one - other) <= 24 for one, other in near), (x, y, pixel(still, x, y), pixel(moving, x, y))


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1, 1), (33, 7), (1080, 1920)])
def test_a_picture_decodes_to_the_size_asked_for(tmp_path: Path, width: int, height: int) -> None:
    stream = probed(tmp_path, picture(seed="a", width=width, height=height), "picture.jpg")
    assert (stream["codec_name"], stream["width"], stream["height"]) == ("mjpeg", width, height)


@pytest.mark.parametrize(("width", "height"), [(320, 180), (1, 1), (33, 7)])
def test_a_png_shows_exactly_what_the_jpeg_of_its_seed_shows(tmp_path: Path, width: int, height: int) -> None:
    stream = probed(tmp_path, picture(seed="a", width=width, height=height, form="png"), "picture.png")
    assert (stream["codec_name"], stream["width"], stream["height"]) == ("png", width, height)
    exact, near = (decoded(tmp_path, picture(seed="a", width=width, height=height, form=form)) for form in FORMS)
    assert len(exact) == len(near) == 3 * width * height
    assert all(abs(one - other) <= 24 for one, other in zip(exact, near, strict=True))


def test_a_sound_has_the_length_asked_for_and_is_heard(tmp_path: Path) -> None:
    data = sound(seed="a", seconds=2.5)
    stream = probed(tmp_path, data, "sound.wav")
    assert (stream["codec_name"], float(str(stream["duration"]))) == ("pcm_s16le", 2.5)
    with wave.open(BytesIO(data)) as tone:
        assert (tone.getnchannels(), tone.getsampwidth(), tone.getnframes()) == (1, 2, 2.5 * tone.getframerate())
        samples = struct.unpack(f"<{tone.getnframes()}h", tone.readframes(tone.getnframes()))
    assert 5_000 < max(samples) <= 12_000


# -- structure, without a player -------------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(width=SIZES, height=SIZES, seconds=SECONDS, least=st.integers(min_value=0, max_value=50_000))
def test_the_tables_of_any_film_lead_to_whole_frames(width: int, height: int, seconds: float, least: int) -> None:
    data = film(seed="b", width=width, height=height, seconds=seconds, least_bytes=least)
    assert len(data) >= least
    outer = [kind for kind, _, _ in boxes(data)]
    assert outer[0] == b"ftyp"
    assert outer.index(b"moov") < outer.index(b"mdat")
    found = contents(data)
    frames = frames_of(data)
    assert len(frames) == max(1, round(seconds * 24))
    assert sum(len(frame) for frame in frames) == len(found[b"mdat"])
    assert table(found[b"stts"]) == (1, len(frames), 1_000)
    assert table(found[b"mvhd"])[2:4] == (24_000, len(frames) * 1_000)
    keys = [place + 1 for place, frame in enumerate(frames) if frame[4] & 0x1F == 5]
    assert table(found[b"stss"]) == (len(keys), *keys)
    parameters = data[data.index(b"avcC") + 4 + 8 :]
    units = [frame[4:] for frame in frames] + [parameters[: data.index(b"stts") - data.index(b"avcC") - 12 - 4]]
    assert not [unit for unit in units if any(start in unit[1:] for start in (b"\0\0\0", b"\0\0\1", b"\0\0\2"))]
    assert all(int.from_bytes(frame[:4], "big") == len(frame) - 4 for frame in frames)


@pytest.mark.parametrize(
    ("size", "pace", "level"),
    [((640, 360), 24, 30), ((1280, 720), 24, 31), ((1920, 1080), 24, 40), ((1920, 1080), 60, 42), ((4096, 4096), 120, 61)],
)
def test_the_level_is_the_lowest_that_allows_the_film(size: tuple[int, int], pace: int, level: int) -> None:
    data = film(seed="a", width=size[0], height=size[1], seconds=0.05, frames_a_second=pace)
    configuration = data[data.index(b"avcC") + 4 :]
    assert configuration[:4] == bytes([1, 66, 0xC0, level])


@settings(max_examples=15)
@given(width=SIZES, height=SIZES)
def test_any_picture_begins_ends_and_tells_its_size_as_a_jpeg_does(width: int, height: int) -> None:
    data = picture(seed="c", width=width, height=height)
    assert (data[:4], data[6:11], data[-2:]) == (b"\xff\xd8\xff\xe0", b"JFIF\0", b"\xff\xd9")
    place = 2
    segments: dict[int, bytes] = {}
    while not segments or 0xDA not in segments:
        _, marker, length = struct.unpack_from(">BBH", data, place)
        segments[marker] = data[place + 4 : place + 2 + length]
        place += 2 + length
    assert struct.unpack(">HH", segments[0xC0][1:5]) == (height, width)
    assert b"\xff" not in data[place:-2].replace(b"\xff\0", b"")


# -- the same for the same, different for different, small -----------------------------------------------------------------

MAKERS: Final[dict[str, Callable[[str], bytes]]] = {
    "film": lambda seed: film(seed=seed, width=320, height=180, seconds=1),
    "tiny film": lambda seed: film(seed=seed, width=2, height=2, seconds=0.1),
    "picture": lambda seed: picture(seed=seed, width=320, height=180),
    "png": lambda seed: picture(seed=seed, width=64, height=64, form="png"),
    "tiny picture": lambda seed: picture(seed=seed, width=1, height=1),
    "sound": lambda seed: sound(seed=seed, seconds=0.1),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_a_seed_makes_the_same_file_again_and_no_other_seed_does(kind: str) -> None:
    make = MAKERS[kind]
    files = {make(f"task {number}") for number in range(20)}
    assert len(files) == 20
    assert {make(f"task {number}") for number in range(20)} == files
    assert make("\ud800 no text, \u6f22\u5b57")


def test_films_of_different_seeds_look_different(tmp_path: Path) -> None:
    seen = [decoded(tmp_path, film(seed=f"task {number}", width=64, height=64, seconds=0.1)) for number in range(4)]
    assert len(set(seen)) == 4


def test_a_padded_film_has_exactly_the_size_and_no_place_in_it_repeats() -> None:
    """A download that is put together from wrong ranges must not pass for the file."""
    data = film(seed="a", width=64, height=64, seconds=0.5, least_bytes=200_000)
    assert len(data) == 200_000
    end = data[-150_000:]
    blocks = {end[place : place + 100] for place in range(0, len(end), 100)}
    assert len(blocks) == 1_500
    small = film(seed="a", width=64, height=64, seconds=0.5)
    assert film(seed="a", width=64, height=64, seconds=0.5, least_bytes=10) == small


def test_a_film_is_small_by_itself() -> None:
    assert len(film(seed="a", width=1280, height=720, seconds=5)) < 100_000
    assert len(film(seed="a", width=1920, height=1080, seconds=16)) < 200_000
    assert len(picture(seed="a", width=1280, height=720)) < 20_000


# -- nonsense --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "make",
    [
        lambda: film(seed="a", width=0, height=10, seconds=1),
        lambda: film(seed="a", width=10, height=-2, seconds=1),
        lambda: film(seed="a", width=10, height=5_000, seconds=1),
        lambda: film(seed="a", width=True, height=10, seconds=1),
        lambda: film(seed="a", width=10, height=10, seconds=0),
        lambda: film(seed="a", width=10, height=10, seconds=-1),
        lambda: film(seed="a", width=10, height=10, seconds=math.nan),
        lambda: film(seed="a", width=10, height=10, seconds=601),
        lambda: film(seed="a", width=10, height=10, seconds=1, frames_a_second=0),
        lambda: film(seed="a", width=10, height=10, seconds=1, frames_a_second=121),
        lambda: film(seed="a", width=10, height=10, seconds=1, least_bytes=-1),
        lambda: film(seed="a", width=10, height=10, seconds=1, least_bytes=1 << 40),
        lambda: picture(seed="a", width=0, height=1),
        lambda: picture(seed="a", width=1, height=70_000),
        lambda: sound(seed="a", seconds=math.inf),
        lambda: sound(seed="a", seconds=0),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_made(make: Callable[[], bytes]) -> None:
    with pytest.raises(ConfigurationError):
        make()


def test_an_odd_size_of_a_film_becomes_the_next_even_one() -> None:
    assert film(seed="a", width=853, height=479, seconds=1) == film(seed="a", width=854, height=480, seconds=1)


# -- sound of a film --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "pace"), [(5, 24), (0.1, 24), (0.04, 24), (60, 30), (7.3, 60)])
def test_a_film_with_sound_has_none(tmp_path: Path, seconds: float, pace: int) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(film(seed="a", width=96, height=54, seconds=seconds, frames_a_second=pace, has_sound=True))
    entries = "stream=codec_type,codec_name,profile,duration,channels,sample_rate,nb_read_frames:format=duration"
    command = [*tool("ffprobe"), "error", "-count_frames", "-show_entries", entries, "-of", "json", str(path)]
    answer = subprocess.run(command, capture_output=True, check=True)
    assert answer.stderr == b""
    told = json.loads(answer.stdout)
    shown, heard = told["streams"]
    assert (shown["codec_type"], shown["codec_name"]) == ("video", "h264")
    assert (heard["codec_type"], heard["codec_name"], heard["profile"]) == ("audio", "aac", "LC")
    assert (heard["channels"], heard["sample_rate"]) == (1, "48000")
    assert float(heard["duration"]) == pytest.approx(float(shown["duration"]), abs=1_024 / 48_000)
    assert int(heard["nb_read_frames"]) == round(float(heard["duration"]) * 48_000 / 1_024)
    assert float(told["format"]["duration"]) >= float(shown["duration"])
    played = subprocess.run(
        [*tool("ffmpeg"), "warning", "-xerror", "-i", str(path), "-f", "null", "-"], capture_output=True, text=True
    )
    assert (played.returncode, played.stderr) == (0, "")


def test_the_sound_of_a_film_is_a_noise(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(film(seed="a", width=96, height=54, seconds=1, has_sound=True))
    command = [*tool("ffmpeg"), "quiet", "-i", str(path), "-map", "0:a", "-f", "s16le", "-"]
    samples = subprocess.run(command, capture_output=True, check=True).stdout
    assert len(samples) >= 2 * 47_000
    assert not any(samples)
