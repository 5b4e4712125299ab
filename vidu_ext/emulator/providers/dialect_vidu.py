"""Create and status answers in the form that Vidu, Comfy and Zenlayer share; they differ in data only.

Sources: the success schemas and examples of the three packaged specs.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator
from functools import cache
from typing import Final

from vidu_ext.emulator.messages import ServerReply
from vidu_ext.emulator.routes import Route
from vidu_ext.emulator.state.files import COVER
from vidu_ext.emulator.state.outputs import FRAMES_A_SECOND, MediaFile, number, settled
from vidu_ext.emulator.state.task_engine import EmulatedTask, Stage
from vidu_ext.spec.document import Spec
from vidu_ext.spec.drift import form_of
from vidu_ext.values.json import Place, as_list, as_object
from vidu_ext.values.tasks import Json, Object

from .context import UPLOAD_MARK, ApiCall, State, written
from .refusals import creation_not_found, json_reply, not_found, task_not_found

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
CREATED_SHARE: Final = 0.5
"""Part of the least wait for which a task says created, before it says queueing."""

DRAMA: Final = "createDramaTask"
WORKFLOWS: Final = frozenset(
    {f"{verb}{film}" for verb in ("create", "edit", "compose") for film in ("MusicVideo", "GeneralFilm")} | {DRAMA}
)
"""Operations whose tasks answer on routes of their own and stand in no list."""

_FORMS: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF")
"""What PNG, JPEG and WebP begin with."""

_HEAD: Final = 64
"""Characters of a data URI that tell its form: whole groups of base64."""

_SEED_RANGE: Final = 2**31
_MOST_IN_ANSWER: Final = 2**53


def word_of(task: EmulatedTask, state: State, now: float) -> str:
    """The state of a task in Vidu's words."""
    lead = task.lead
    match lead.stage:
        case Stage.WAITING:
            is_new = now < lead.created + CREATED_SHARE * state.settings.queue_seconds
            return "created" if is_new else "queueing"
        case Stage.RUNNING:
            return "processing"
        case Stage.SUCCEEDED:
            return "success"
        case Stage.FAILED | Stage.CANCELED:
            return "failed"


def error_of(task: EmulatedTask) -> str:
    """Why a task failed, empty for any other."""
    match task.lead.stage:
        case Stage.FAILED:
            return task.lead.failure or "Unknown"
        case Stage.CANCELED:
            return "UserCancelled"
        case _:
            return ""


def credits_of(task: EmulatedTask) -> int:
    """What a task costs; nothing where it failed."""
    return 0 if task.stage in (Stage.FAILED, Stage.CANCELED) else int(task.price)


# -- create -----------------------------------------------------------------------------------------------------------


def create(call: ApiCall) -> ServerReply:
    """Start a task."""
    check_names(call)
    task = call.new_task(failure=failure_of_inputs(call))
    return json_reply(created(call, task))


def created(call: ApiCall, task: EmulatedTask) -> Object:
    """The answer to a create call: what was asked, with the defaults filled in."""
    body = settled(call.route, task.body)
    answer: Object = {"task_id": task.id, "state": "created"}
    for name in _echoed(call.route):
        if name in body:
            answer[name] = _echo(body[name])
    seed = number(body.get("seed"), 0)
    own: Object = {
        "type": TYPES.get(task.operation, "unspecified"),
        "seed": int(seed) if 0 < abs(seed) < 1e9 else zlib.crc32(task.id.encode()) % _SEED_RANGE,
        "payload": body.get("payload", ""),
        "prompt": body.get("prompt", ""),
        "credits": int(task.price),
        "cus_priority": 0,
        "client_request_id": "",
        "aspect_ratio": body.get("aspect_ratio", ""),
        "created_at": written(task.created),
    }
    members = _members(call.route)
    return {**{name: value for name, value in own.items() if name in members and name not in answer}, **answer}


def check_names(call: ApiCall) -> None:
    """Refuse a request that names a creation or a subject that there is not."""
    for member in ("video_creation_id", "creation_id"):
        if member in call.body and call.route.provider == "vidu" and creation_task(call, call.text(member)) is None:
            raise creation_not_found()
    names = [str(as_object(one).get("server_id") or "") for one in as_list(call.body.get("subjects"))]
    if call.route.provider == "vidu" and any(name and name not in call.account.subjects for name in names):
        raise not_found()


def creation_task(call: ApiCall, creation_id: str) -> EmulatedTask | None:
    """The task that a creation belongs to."""
    if not (creation_id.isascii() and creation_id.isdigit() and len(creation_id) < 20):
        return None
    task = call.task(str(int(creation_id) - 1))
    return task if task is not None and task.lead.stage is Stage.SUCCEEDED else None


def creation_id(task: EmulatedTask) -> str:
    return str(int(task.id) + 1)


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


@cache
def _echoed(route: Route) -> tuple[str, ...]:
    """Members that the create answer shares with the request."""
    members = _members(route)
    return tuple(name for name in route.operation.properties if name in members and name not in ("seed", "task_id", "state"))


@cache
def _members(route: Route) -> frozenset[str]:
    """Members that the spec knows in the success answer of a route."""
    operation = route.operation
    place: Place = ("paths", operation.path, operation.method, "responses", "200", "content", "application/json", "schema")
    return frozenset(_properties(route.contract.spec, place))


def _properties(spec: Spec, place: Place) -> set[str]:
    place = spec.resolve(place)
    schema = spec.at(place)
    names = set(as_object(schema.get("properties")))
    for index in range(len(as_list(schema.get("allOf")))):
        names |= _properties(spec, (*place, "allOf", index))
    return names


def _echo(value: Json) -> Json:
    """Whole numbers without a fraction: a request may say 5.0."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < _MOST_IN_ANSWER else value


# -- status -----------------------------------------------------------------------------------------------------------


def get_creations(call: ApiCall) -> ServerReply:
    """Tell how a task stands."""
    task = call.task(call.id)
    if task is None or task.operation in WORKFLOWS:
        raise task_not_found()
    task.polls += 1
    answer = status(call.state, task, origin=call.request.origin, now=call.now)
    documented = form_of(call.route.contract, call.route.operation.id, 200)
    return json_reply({name: value for name, value in answer.items() if documented and name in documented.members})


def status(state: State, task: EmulatedTask, *, origin: str, now: float) -> Object:
    """The status answer: state, echoes and, once it succeeded, the results. A notice has the same members."""
    body = settled(task.route, task.body)
    resolution = body.get("upscale_resolution") or body.get("resolution")
    failure = error_of(task)
    return {
        "id": task.id,
        "state": word_of(task, state, now),
        "err_code": failure,
        "err_msg": MESSAGES.get(failure, ""),
        "creations": creations(state, task, origin=origin, now=now),
        "credits": credits_of(task),
        "payload": body.get("payload", ""),
        "bgm": body.get("bgm") is True,
        "off_peak": body.get("off_peak") is True,
        "audio": body.get("audio") is True,
        "progress": task.lead.progress(now),
        "cus_priority": 0,
        "type": TYPES.get(task.operation, "unspecified"),
        "model": body.get("model", ""),
        "resolution": resolution or "",
        "aspect_ratio": body.get("aspect_ratio", ""),
        "template": body.get("template", ""),
        "duration": int(task.output.seconds),
    }


def creations(state: State, task: EmulatedTask, *, origin: str, now: float, is_listed: bool = False) -> list[Json]:
    """The results of a task with fresh addresses, none before it succeeded. The measures of a film are told by the list only."""
    if task.lead.stage is not Stage.SUCCEEDED:
        return []

    def address(name: str) -> str:
        return state.file_address(task, name, origin=origin, now=now)

    output, body = task.output, task.body
    creation: Object = {
        "id": creation_id(task),
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
