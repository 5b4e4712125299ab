"""The output of a request: kind of file, size and length."""

from __future__ import annotations

import math
from typing import Final, Literal

from attrs import frozen

from vidu_ext.emulator.routes import Route
from vidu_ext.values.json import as_list, as_object
from vidu_ext.values.tasks import Json, Object
from vidu_ext.values.urls import FILE_TYPES, ending

OutputForm = Literal["film", "picture", "sound"]

MOST_SECONDS: Final = 300.0
"""The longest film that is made or charged; no route documents a longer one."""

LARGEST_SIDE: Final = 4_096

USUAL_SECONDS: Final = 5.0
USUAL_SIDE: Final = 720
USUAL_PICTURE_SIDE: Final = 1_024
"""Pixels of the shorter side if the request names no resolution."""

_SHORT_SIDES: Final = {"360p": 360, "540p": 540, "720p": 720, "1080p": 1_080, "2K": 1_440, "4K": 2_160, "8K": 4_320}
_FORMS: Final[dict[str, OutputForm]] = {"image": "picture", "audio": "sound"}
"""Form of the output by the tag of the operation; default film."""
_SOUND_MEMBERS: Final = ("audio", "generate_audio", "bgm")
_SPEECH_MEMBERS: Final = ("audio_url", "text")
"""Members that ask for the sound of a film if they are true, or present."""
_SUFFIXES: Final[dict[OutputForm, str]] = {"film": "mp4", "picture": "jpg", "sound": "wav"}


@frozen
class MediaFile:
    """A file that a task makes."""

    form: OutputForm
    width: int
    """Pixels; 0 for a sound."""
    height: int
    seconds: float
    """0 for a picture."""
    has_sound: bool = False
    """Whether a film has sound."""

    @property
    def suffix(self) -> str:
        return _SUFFIXES[self.form]


def content_type_of(name: str) -> str:
    """Return the type of a file by the ending of its name; that of a film for an unknown one."""
    return FILE_TYPES[ending(name) or "mp4"].content_types[0]


def seconds_of(body: Object) -> float:
    """Return the length of the film or sound of a request with defaults. 0 and none mean that the service chooses: 5 s."""
    if parts := as_list(body.get("image_settings")):
        return min(sum(number(as_object(part).get("duration"), USUAL_SECONDS) for part in parts), MOST_SECONDS)
    seconds = number(body.get("duration"), USUAL_SECONDS)
    return min(seconds, MOST_SECONDS) if seconds > 0 else USUAL_SECONDS


def output_of(route: Route, body: Object) -> MediaFile:
    """Return the file of a request with defaults; several results of one request are equal."""
    form = _FORMS.get(route.operation.tag, "film")
    if form == "sound":
        return MediaFile("sound", 0, 0, seconds_of(body))
    resolution = body.get("upscale_resolution") or body.get("resolution")
    side = _SHORT_SIDES.get(str(resolution), USUAL_PICTURE_SIDE if form == "picture" else USUAL_SIDE)
    width, height = _size(side, str(body.get("aspect_ratio") or body.get("ratio") or "16:9"))
    if form == "picture":
        return MediaFile("picture", width, height, 0.0)
    has_sound = any(body.get(name) is True for name in _SOUND_MEMBERS) or any(name in body for name in _SPEECH_MEMBERS)
    return MediaFile("film", width, height, seconds_of(body), has_sound)


def number(value: Json, usual: float) -> float:
    """Return a number of a request, or the default if there is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return usual
    return float(value) if abs(value) < 1e9 else math.copysign(1e9, value)


def _size(short: int, aspect_ratio: str) -> tuple[int, int]:
    """Return width and height in pixels, both even and at most LARGEST_SIDE."""
    wide, _, high = aspect_ratio.partition(":")
    ratio = int(wide) / int(high) if wide.isdigit() and high.isdigit() and int(wide) and int(high) else 16 / 9
    scale = min(1.0, LARGEST_SIDE / (short * max(ratio, 1 / ratio)))
    width = short * scale * max(ratio, 1.0)
    height = short * scale * max(1 / ratio, 1.0)
    return 2 * round(width / 2), 2 * round(height / 2)
