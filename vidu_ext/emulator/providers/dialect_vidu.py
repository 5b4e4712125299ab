"""A provider that is shaped like Vidu: its tasks, their states and their results.

Sources: the success schemas and examples of the packaged specs.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator
from typing import Final

from vidu_ext.emulator.messages import ServerReply
from vidu_ext.emulator.routes import route_named
from vidu_ext.emulator.state.files import COVER
from vidu_ext.emulator.state.outputs import FRAMES_A_SECOND, MediaFile, number, settled
from vidu_ext.emulator.state.task_engine import EmulatedTask, Stage
from vidu_ext.values.json import as_list, as_object
from vidu_ext.values.tasks import Json, Object

from .context import UPLOAD_MARK, ApiCall, State, shown_credits
from .examples import answer_members, answer_of_create, word_of
from .record import ProviderRecord, asked_task
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
"""Kind of a task by the operation that made it; any other is unspecified."""

MESSAGES: Final = {
    "InternalServiceFailure": "internal service failure",
    "CreationPolicyViolation": "creation policy violation",
    "ImageDownloadFailure": "image download failure",
    "ImageFormatInvalid": "invalid image format",
    "UserCancelled": "user cancelled",
    "Unknown": "unknown",
}
MODERATED: Final = "CreationPolicyViolation"
POLL: Final = "getCreations"
STATES: Final = ("created", "queueing", "processing", "success", "failed")

_FORMS: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF")
"""What PNG, JPEG and WebP begin with."""

_HEAD: Final = 64
"""Characters of a data URI that show its format: whole groups of base64."""

_SEED_RANGE: Final = 2**31


class ViduDialect(ProviderRecord):
    """A provider whose answers have the form of Vidu's. Enough for one that differs from Vidu in its paths and its key only."""

    def __init__(self) -> None:
        super().__init__()
        self.answers = {POLL: self.get_creations}

    def start(self, call: ApiCall) -> EmulatedTask:
        """Start a task. Raises a refusal."""
        return call.new_task(failure=failure_of_inputs(call))

    def create(self, call: ApiCall) -> ServerReply:
        return json_reply(created(call, self.start(call)))

    def get_creations(self, call: ApiCall) -> ServerReply:
        """Report the state of a task."""
        return json_reply(status(call.state, asked_task(call), origin=call.request.origin, now=call.now))


def state_of(task: EmulatedTask, state: State, now: float) -> str:
    """The state of a task in Vidu's words."""
    return word_of(task, STATES, state, now)


def error_of(task: EmulatedTask) -> str:
    """Why a task failed, empty for any other."""
    match task.stage:
        case Stage.FAILED:
            return task.failure or "Unknown"
        case Stage.CANCELED:
            return "UserCancelled"
        case _:
            return ""


# -- create -----------------------------------------------------------------------------------------------------------


def created(call: ApiCall, task: EmulatedTask) -> Object:
    """The answer to a create call, with a seed if none was asked for."""
    answer = answer_of_create(call, task, {"type": TYPES.get(task.operation, "unspecified")})
    seed = number(task.body.get("seed"), 0)
    if "seed" in answer_members(call.route):
        answer["seed"] = int(seed) if 0 < abs(seed) < 1e9 else zlib.crc32(task.id.encode()) % _SEED_RANGE
    return answer


def failure_of_inputs(call: ApiCall) -> str | None:
    """Why the pictures of a request make its task fail when it runs: one is none, or its upload was never finished."""
    uploads = call.state.storage.uploads
    for picture in _pictures(call.body):
        if picture.startswith("data:") and not _is_readable(picture):
            return "ImageFormatInvalid"
        if picture.startswith(UPLOAD_MARK):
            upload = uploads.get(picture.removeprefix(UPLOAD_MARK))
            if upload is None or not upload.is_finished or upload.account != call.account.number:
                return "ImageDownloadFailure"
    return None


def _pictures(body: Object) -> Iterator[str]:
    """The addresses and data URIs of all pictures of a request."""
    found = [body.get("start_image"), body.get("image"), *as_list(body.get("images"))]
    found += [as_object(one).get("key_image") for one in as_list(body.get("image_settings"))]
    found += [image for one in as_list(body.get("subjects")) for image in as_list(as_object(one).get("images"))]
    return (picture for picture in found if isinstance(picture, str))


def _is_readable(uri: str) -> bool:
    """Whether a data URI begins as a picture of a documented form does. What follows is not looked at."""
    start = uri.find(",") + 1
    try:
        return base64.b64decode(uri[start : start + _HEAD], validate=True).startswith(_FORMS)
    except ValueError:
        return False


# -- status -----------------------------------------------------------------------------------------------------------


def status(state: State, task: EmulatedTask, *, origin: str, now: float) -> Object:
    """The status answer: state, echoes and, once it succeeded, the results. A notice has the same members."""
    body = settled(task.route, task.body)
    resolution = body.get("upscale_resolution") or body.get("resolution")
    failure = error_of(task)
    known = answer_members(route_named(task.provider, POLL))
    answer: Object = {
        "id": task.id,
        "state": state_of(task, state, now),
        "err_code": failure,
        "err_msg": MESSAGES.get(failure, ""),
        "creations": creations(state, task, origin=origin, now=now),
        "credits": shown_credits(task),
        "payload": body.get("payload", ""),
        "bgm": body.get("bgm") is True,
        "off_peak": body.get("off_peak") is True,
        "audio": body.get("audio") is True,
        "progress": task.progress(now),
        "cus_priority": 0,
        "type": TYPES.get(task.operation, "unspecified"),
        "model": body.get("model", ""),
        "resolution": resolution or "",
        "aspect_ratio": body.get("aspect_ratio", ""),
        "template": body.get("template", ""),
        "duration": int(task.output.seconds),
    }
    return {name: value for name, value in answer.items() if name in known}


def creations(state: State, task: EmulatedTask, *, origin: str, now: float, is_listed: bool = False) -> list[Json]:
    """The results of a task with fresh addresses, none before it succeeded. Only lists have the size of a film."""
    if task.stage is not Stage.SUCCEEDED:
        return []

    def address(name: str) -> str:
        return state.file_address(task, name, origin=origin, now=now)

    output, body = task.output, task.body
    creation: Object = {
        "id": str(int(task.id) + 1),
        "url": address(f"0.{output.suffix}"),
        "cover_url": address(f"0{COVER}") if output.form == "film" else "",
        "watermarked_url": address(f"0-marked.{output.suffix}") if body.get("watermark") is True else "",
        "moderation_url": [],
    }
    if output.form == "film":
        creation["video"] = measures(output) if is_listed else {"duration": 0, "fps": 0, "resolution": None}
    if output.form == "picture":
        creation["attachments"] = []
    else:
        creation |= {"speech_url": "", "sound_url": "", "bgm_url": ""}
    return [creation]


def measures(output: MediaFile) -> Object:
    """Length, rate and size of a film."""
    size: Object = {"width": output.width, "height": output.height}
    return {"duration": output.seconds, "fps": FRAMES_A_SECOND, "resolution": size}
