"""Vidu's routes that answer at once: speech, cloned voices, proposals of prompts, pictures, the library of subjects. And the
tasks of the drama models, which have a form of their own.
"""

from __future__ import annotations

from typing import Final

from vidu_ext.emulator.messages import ServerReply
from vidu_ext.emulator.state.outputs import number
from vidu_ext.emulator.state.prices import price_of
from vidu_ext.emulator.state.task_engine import EmulatedTask
from vidu_ext.values.json import as_list, as_texts
from vidu_ext.values.tasks import Json, Object

from .context import ApiCall, State, written
from .dialect_vidu import DRAMA, failure_of_inputs, word_of
from .refusals import conflict, json_reply, not_found, task_not_found

USUAL_PAGE: Final = 20
MOST_VOICES: Final = 10_000
MOST_SUBJECTS: Final = 10_000
"""Of one account; the oldest are forgotten first."""

_SYSTEM_SUBJECTS: Final[tuple[Object, ...]] = ({"id": "1", "name": "host", "images": [], "videos": [], "voice_id": ""},)
_PROPOSALS: Final = {
    "template": "Two people hug",
    "img2video": "The camera moves slowly towards the subject",
    "start_end2video": "The light changes from morning to evening",
    "e_commerce": "The product turns once on a white table",
}


_DRAMA_WORDS: Final = {"created": "queued", "queueing": "queued", "processing": "running", "success": "succeeded"}


def _spoken(call: ApiCall, task: EmulatedTask) -> str:
    return call.state.file_address(task, f"0.{task.output.suffix}", origin=call.request.origin, now=call.now)


def text_to_speech(call: ApiCall) -> ServerReply:
    """Read a text aloud."""
    task = call.new_task(is_ended=True)
    return json_reply(
        {
            "task_id": task.id,
            "state": "success",
            "file_url": _spoken(call, task),
            "credits": int(task.price),
            "payload": call.text("payload"),
            "created_at": written(call.now),
        }
    )


def clone_voice(call: ApiCall) -> ServerReply:
    """Store a voice under an id that must be new, and read the demo text with it."""
    voice, voices = call.text("voice_id"), call.account.voices
    if voice in voices:
        raise conflict()
    task = call.new_task(is_ended=True)
    voices[voice] = None
    while len(voices) > MOST_VOICES:
        voices.pop(next(iter(voices)))
    return json_reply(
        {
            "task_id": task.id,
            "state": "success",
            "voice_id": voice,
            "demo_audio": _spoken(call, task) if call.text("text") else "",
            "payload": call.text("payload"),
            "created_at": written(call.now),
        }
    )


def recommend_prompts(call: ApiCall) -> ServerReply:
    """Propose prompts, so many of each type."""
    body = call.settled
    call.state.task_engine.charge(call.account, price_of("vidu", call.operation, body))
    count = int(number(body.get("count"), 5))
    kinds = dict.fromkeys(as_texts(body.get("type")))
    prompts: list[Json] = [_proposal(kind, index, body) for kind in kinds for index in range(1, count + 1)]
    images = as_list(call.kept_body().get("images"))
    made = call.state.task_engine.number()[1]
    return json_reply({"id": made, "images": images, "count": count, "prompts": prompts, "created_at": written(call.now)})


def _proposal(kind: str, index: int, body: Object) -> Object:
    proposal: Object = {"type": kind, "content": f"{_PROPOSALS[kind]}, variant {index}"}
    if kind == "template":
        proposal |= {"prompt": f"{_PROPOSALS[kind]}, variant {index}", "template": "hugging"}
        proposal["resolution"] = body.get("resolution", "360p")
    return proposal


def create_subject(call: ApiCall) -> ServerReply:
    """Store a subject; style and description are the service's."""
    price = price_of("vidu", call.operation, call.body)
    call.state.task_engine.charge(call.account, price)
    body = call.kept_body()
    subject: Object = {
        "id": call.state.task_engine.number()[1],
        "name": body.get("name", ""),
        "images": as_list(body.get("images")),
        "videos": as_list(body.get("videos")),
        "voice_id": body.get("voice_id", ""),
        "style": "photo",
        "description": f"{str(body.get('name', ''))[:100]}, as shown",
    }
    shelf = call.account.subjects
    shelf[str(subject["id"])] = subject
    while len(shelf) > MOST_SUBJECTS:
        shelf.pop(next(iter(shelf)))
    return json_reply({**subject, "credits": price})


def list_subjects(call: ApiCall) -> ServerReply:
    """One page of subjects, oldest first; a token is the place of the next one."""
    query = call.query
    is_system = query.get("ownership") == "system"
    stock = list(_SYSTEM_SUBJECTS if is_system else call.account.subjects.values())
    if "subject_ids" in query:
        wanted = frozenset(as_texts(query["subject_ids"]))
        stock = [subject for subject in stock if subject["id"] in wanted]
    count = int(number(query.get("count"), USUAL_PAGE))
    count = count if count > 0 else USUAL_PAGE
    token = str(query.get("next_page_token") or "0")
    first = int(token) if token.isascii() and token.isdigit() and len(token) < 10 else len(stock)
    page: list[Json] = list(stock[first : first + count])
    following = str(first + count) if first + count < len(stock) else ""
    return json_reply({"subjects": page, "next_page_token": following, "count": count})


def update_subject(call: ApiCall) -> ServerReply:
    """Change a subject; the answer does not repeat its media."""
    subject = call.account.subjects.get(call.id or "")
    if subject is None:
        raise not_found()
    changes = {name: value for name, value in call.kept_body().items() if name != "id"}
    if not subject["videos"]:
        changes.pop("videos", None)
    subject.update(changes)
    return json_reply({name: subject[name] for name in ("id", "name", "style", "description", "voice_id")})


# -- pictures and drama -------------------------------------------------------------------------------------------------


def make_images(call: ApiCall) -> ServerReply:
    """Make a picture and name its address, in the form of the route."""
    task = call.new_task(is_ended=True)
    url, made, price = _spoken(call, task), int(call.now), int(task.price)
    match call.operation:
        case "chatToImage":
            return json_reply({"created": str(made), "data": [{"url": url}], "credits": price, "usageMetadata": {}})
        case "contentToImage":
            part: Object = {"fileData": {"mimeType": task.output.content_type, "fileUri": url}}
            candidate: Object = {"content": {"parts": [part]}, "finishReason": "STOP", "index": 0}
            return json_reply({"candidates": [candidate], "credits": price})
        case _:
            return json_reply({"data": [{"url": url}], "output_format": task.output.suffix, "task_id": task.id})


def create_drama(call: ApiCall) -> ServerReply:
    """Start a task of the drama models."""
    return json_reply({"id": call.new_task(failure=failure_of_inputs(call)).id})


def get_drama(call: ApiCall) -> ServerReply:
    """Tell how a task of the drama models stands."""
    task = call.task(call.id)
    if task is None or task.operation != DRAMA:
        raise task_not_found()
    task.polls += 1
    return json_reply(drama_status(call.state, task, origin=call.request.origin, now=call.now))


def drama_status(state: State, task: EmulatedTask, *, origin: str, now: float) -> Object:
    """The state of a drama task, numbers as texts; a notice has the same members."""
    word = word_of(task, state, now)
    url = state.file_address(task, f"0.{task.output.suffix}", origin=origin, now=now) if word == "success" else None
    return {
        "id": task.id,
        "model": task.body.get("model", ""),
        "status": _DRAMA_WORDS.get(word, word),
        "content": {"video_url": url} if url else None,
        "duration": str(int(task.output.seconds)),
        "created_at": str(int(task.created)),
        "updated_at": str(int(now)),
    }


def forget_drama(_call: ApiCall) -> ServerReply:
    """Answer the calls of the Chinese platform whose answers are empty or not documented."""
    return json_reply({})
