"""Providers that are shaped like Vidu: their tasks, states and results.

Sources: the success schemas and examples of the packaged specs.
"""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterator
from typing import Final

from vidu_ext.emulator.media.films import FRAMES_A_SECOND
from vidu_ext.emulator.messages import ServerReply
from vidu_ext.emulator.routes import Route, answer_members, route_named
from vidu_ext.emulator.state.files import COVER
from vidu_ext.emulator.state.outputs import number
from vidu_ext.emulator.state.task_engine import EmulatedTask, Stage
from vidu_ext.values.json import leaves
from vidu_ext.values.tasks import Json, Object

from .context import UPLOAD_MARK, ApiCall, State, shown_credits
from .examples import answer_of_create, word_of
from .record import ProviderRecord
from .refusals import json_reply

TYPES: Final = {
    "textToVideo": "text2video",
    "imageToVideo": "img2video",
    "startEndToVideo": "headtailimg2video",
    "referenceToVideo": "character2video",
    "referenceToImage": "reference2image",
    "upscale": "upscale",
    "upscaleLegacy": "upscale",
    "template": "template",
}
"""Type of a task by its operation; any other is unspecified."""

POLL: Final = "getCreations"
STATES: Final = ("created", "queueing", "processing", "success", "failed")

_PICTURES: Final = frozenset({"image", "images", "start_image", "key_image"})
"""Members of requests that hold pictures."""
_FORMS: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF")
"""First bytes of PNG, JPEG and WebP."""

_HEAD: Final = 64
"""Characters of base64 that are decoded to see the format."""

_SEED_RANGE: Final = 2**31


class ViduDialect(ProviderRecord):
    """A provider with the answers of Vidu. Enough for one that differs only in its paths and its key."""

    def start(self, call: ApiCall) -> EmulatedTask:
        """Start a task. Raises Refusal."""
        return call.new_task(failure=failure_of_inputs(call))

    def create(self, call: ApiCall) -> ServerReply:
        return json_reply(create_answer(call, self.start(call)))

    def report(self, state: State, task: EmulatedTask, route: Route, *, origin: str) -> Object:
        is_usual = route.operation.id == POLL
        return status_answer(state, task, origin=origin) if is_usual else super().report(state, task, route, origin=origin)


def state_word(task: EmulatedTask, state: State) -> str:
    """Return Vidu's word for the state of a task."""
    return word_of(task, STATES, state)


def error_of(task: EmulatedTask) -> str:
    """Return why a task failed; '' if it did not."""
    return {Stage.FAILED: task.failure or "Unknown", Stage.CANCELED: "UserCancelled"}.get(task.state, "")


# -- create -----------------------------------------------------------------------------------------------------------


def create_answer(call: ApiCall, task: EmulatedTask) -> Object:
    """Return the answer to a create call, with a seed if the request has none."""
    answer = answer_of_create(call, task, {"type": TYPES.get(task.operation, "unspecified")})
    seed = number(task.body.get("seed"), 0)
    if "seed" in answer_members(call.route):
        answer["seed"] = int(seed) if 0 < abs(seed) < 1e9 else zlib.crc32(task.id.encode()) % _SEED_RANGE
    return answer


def failure_of_inputs(call: ApiCall) -> str | None:
    """Return why the task will fail because of its pictures: one is unreadable, or its upload is not finished."""
    uploads = call.state.uploads
    for picture in _pictures(call.body):
        if picture.startswith("data:") and not _is_readable(picture):
            return "ImageFormatInvalid"
        if picture.startswith(UPLOAD_MARK):
            upload = uploads.get(picture.removeprefix(UPLOAD_MARK))
            if upload is None or not upload.is_finished or upload.account != call.account.number:
                return "ImageDownloadFailure"
    return None


def _pictures(body: Object) -> Iterator[str]:
    """Yield the URLs and data URIs of all pictures of a request."""
    return (text for place, text in leaves(body) if isinstance(text, str) and not _PICTURES.isdisjoint(place))


def _is_readable(uri: str) -> bool:
    """Return whether a data URI begins like a picture of a documented format."""
    start = uri.find(",") + 1
    try:
        return base64.b64decode(uri[start : start + _HEAD], validate=True).startswith(_FORMS)
    except ValueError:
        return False


# -- status -----------------------------------------------------------------------------------------------------------


def status_answer(state: State, task: EmulatedTask, *, origin: str) -> Object:
    """Return the status answer: state, echoes and, once it succeeded, the results."""
    body, error = task.complete, error_of(task)
    resolution = body.get("upscale_resolution") or body.get("resolution")
    members = answer_members(route_named(task.provider, POLL))
    answer: Object = {
        "id": task.id,
        "state": state_word(task, state),
        "err_code": error,
        "err_msg": re.sub("(?<=[a-z])(?=[A-Z])", " ", error).lower(),
        "creations": creations(state, task, origin=origin),
        "credits": shown_credits(task),
        "progress": task.progress(state.now),
        "cus_priority": 0,
        "type": TYPES.get(task.operation, "unspecified"),
        "resolution": resolution or "",
        "duration": int(task.output.seconds),
        **{name: body.get(name) is True for name in ("bgm", "off_peak", "audio")},
        **{name: body.get(name, "") for name in ("payload", "model", "aspect_ratio", "template")},
    }
    return {name: value for name, value in answer.items() if name in members}


def creations(state: State, task: EmulatedTask, *, origin: str, is_listed: bool = False) -> list[Json]:
    """Return the results of a task with fresh URLs, none before it succeeded. Only lists have the size of a film."""
    if task.state is not Stage.SUCCEEDED:
        return []

    def address(name: str) -> str:
        return state.file_address(task, name, origin=origin)

    output, body = task.output, task.body
    creation: Object = {
        "id": str(int(task.id) + 1),
        "url": address(f"0.{output.suffix}"),
        "cover_url": address(f"0{COVER}") if output.form == "film" else "",
        "watermarked_url": address(f"0-marked.{output.suffix}") if body.get("watermark") is True else "",
        "moderation_url": [],
    }
    if output.form == "film":
        size: Object = {"width": output.width, "height": output.height}
        measures: Object = {"duration": output.seconds, "fps": FRAMES_A_SECOND, "resolution": size}
        creation["video"] = measures if is_listed else {"duration": 0, "fps": 0, "resolution": None}
    if output.form == "picture":
        creation["attachments"] = []
    else:
        creation |= {"speech_url": "", "sound_url": "", "bgm_url": ""}
    return [creation]
