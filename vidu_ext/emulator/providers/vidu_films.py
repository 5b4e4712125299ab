"""Vidu's films of several shots: advertising films, music videos, general films; their parts, edits and joined versions.

The parts that a film begins with are paid with it and go as it goes. An edit or a new version is a task of its own. What Vidu
answers to a part that the film has not is not documented; here it is a conflict.
"""

from __future__ import annotations

import math
from itertools import islice
from typing import Final

from attrs import evolve

from vidu_ext.emulator.messages import ServerReply
from vidu_ext.emulator.state.outputs import MediaFile, settled
from vidu_ext.emulator.state.task_engine import EmulatedTask, Stage
from vidu_ext.values.json import as_texts
from vidu_ext.values.tasks import Json, Object

from .context import ApiCall, Film, FilmVersion, written
from .dialect_vidu import WORKFLOWS, created, error_of, failure_of_inputs, word_of
from .refusals import RefusalError, conflict, json_reply, not_found, refused, task_not_found

SECONDS_OF_SHOT: Final = 5.0
MOST_SHOTS: Final = 12
LONGEST_FILM: Final = 180.0
"""Seconds from which on a workflow names no finished film, only its shots."""

FORGOTTEN_AT_ONCE: Final = 100
"""Of the oldest films and parts, those of forgotten tasks go with each new film: more than it brings."""

_KINDS: Final = {"createMusicVideo": "mv", "createGeneralFilm": "one_click"}
_STATES: Final = {"queueing": "created"}
"""Words of the task list that workflows do not have."""


def _new_film(call: ApiCall) -> Film:
    task = call.new_task(failure=failure_of_inputs(call))
    film = Film(task)
    count = max(1, min(MOST_SHOTS, math.ceil(task.output.seconds / SECONDS_OF_SHOT)))
    prompt = call.text("prompt") or "as shown in the pictures"
    film.shots = [[_part(call, film, f"Shot {index + 1}: {prompt}")] for index in range(count)]
    films = call.state.films
    for name in list(islice(films, FORGOTTEN_AT_ONCE)):
        if films[name].task.is_forgotten:
            del films[name]
    _remember(call, film, task, *(shot[0] for shot in film.shots))
    return film


def _part(call: ApiCall, film: Film, prompt: str, output: MediaFile | None = None) -> EmulatedTask:
    """A part that the film begins with."""
    part = call.new_task(leader=film.task)
    part.body = {"prompt": prompt}
    part.output = output or evolve(film.task.output, seconds=SECONDS_OF_SHOT)
    return part


def _sound(film: Film) -> MediaFile:
    return MediaFile("sound", 0, 0, film.task.output.seconds)


def _remember(call: ApiCall, film: Film, *tasks: EmulatedTask) -> None:
    for task in tasks:
        call.state.films[task.id] = film


def _film(call: ApiCall, film_id: str | None, error: RefusalError) -> Film:
    film = call.state.films.get(film_id or "")
    if film is None or film.task.account is not call.account or film.task.is_forgotten:
        raise error
    return film


def _address(call: ApiCall, task: EmulatedTask) -> str:
    if task.lead.stage is not Stage.SUCCEEDED:
        return ""
    return call.state.file_address(task, f"0.{task.output.suffix}", origin=call.request.origin, now=call.now)


# -- advertising films ------------------------------------------------------------------------------------------------


def create_ad_film(call: ApiCall) -> ServerReply:
    """Start an advertising film."""
    film = _new_film(call)
    prompt = call.text("prompt") or "as shown in the pictures"
    film.narrations = [_part(call, film, f"Take it with you: {prompt}", _sound(film))]
    film.music = [_part(call, film, "A light tune", _sound(film))]
    joined = _part(call, film, prompt, film.task.output)
    videos = [shot[0].id for shot in film.shots]
    film.versions = [FilmVersion(joined, videos, film.music[0].id, film.narrations[0].id)]
    _remember(call, film, *film.narrations, *film.music, joined)
    return json_reply(created(call, film.task))


def get_ad_film(call: ApiCall) -> ServerReply:
    """The film with all its parts."""
    film = _film(call, call.id, task_not_found())
    if film.task.operation != "createAdFilm" or film.task.id != call.id:
        raise task_not_found()
    film.task.polls += 1
    boards: list[Json] = [
        {"stroyboard_id": index, "records": [_record(call, part, "generate_video") for part in shot]}
        for index, shot in enumerate(film.shots)
    ]
    records: Object = {
        "storyboards": boards,
        "narration_records": [_record(call, part, "generate_narration") for part in film.narrations],
        "bgm_records": [_record(call, part, "generate_bgm") for part in film.music],
        "completed_creation_records": [_version(call, one) for one in film.versions],
    }
    state = word_of(film.task, call.state, call.now)
    return json_reply({"id": film.task.id, "err_code": error_of(film.task), "state": state, "data_records": records})


def edit_ad_film(call: ApiCall) -> ServerReply:
    """Make one part again."""
    film = _film(call, call.text("ad_one_click_task_id"), task_not_found())
    index = call.body.get("storyboard_video_index")
    kind = call.text("type")
    if kind == "generate_video" and not (isinstance(index, int | float) and index < len(film.shots)):
        raise conflict()
    task = call.new_task()
    if kind == "generate_video" and isinstance(index, int | float):
        task.output = evolve(film.task.output, seconds=SECONDS_OF_SHOT)
        film.shots[int(index)].append(task)
    else:
        task.output = _sound(film)
        (film.narrations if kind == "generate_narration" else film.music).append(task)
    _remember(call, film, task)
    return json_reply(
        {
            "ad_one_click_task_id": film.task.id,
            "sub_task_id": task.id,
            "state": "created",
            "err_code": "",
            "credits": int(task.price),
        }
    )


def compose_ad_film(call: ApiCall) -> ServerReply:
    """Join chosen parts, one video for each shot."""
    film = _film(call, call.text("ad_one_click_task_id"), task_not_found())
    videos = list(as_texts(call.body.get("video_task_ids")))
    music, narration = call.text("bgm_task_id"), call.text("narration_task_id")
    if any(film.find(name) is None for name in (*videos, music, narration)):
        raise conflict()
    if len(videos) != len(film.shots):
        raise refused(400, "FieldItemCountOutOfRange", "field item count out of range: video_task_ids")
    task = call.new_task()
    task.output = film.task.output
    film.versions.append(FilmVersion(task, videos, music, narration))
    _remember(call, film, task)
    return json_reply(
        {
            "ad_one_click_task_id": film.task.id,
            "compose_sub_task_id": task.id,
            "state": "created",
            "credits": int(task.price),
        }
    )


def _record(call: ApiCall, part: EmulatedTask, kind: str) -> Json:
    return {
        "id": part.id,
        "state": word_of(part, call.state, call.now),
        "err_code": error_of(part),
        "type": kind,
        "prompt": part.body.get("prompt", ""),
        "creation_url": _address(call, part),
    }


def _version(call: ApiCall, version: FilmVersion) -> Json:
    return {
        "id": version.task.id,
        "state": word_of(version.task, call.state, call.now),
        "err_code": error_of(version.task),
        "creation_url": _address(call, version.task),
        "params": {
            "video_task_ids": list[Json](version.video_ids),
            "bgm_task_id": version.music_id,
            "narration_task_id": version.narration_id,
        },
    }


# -- music videos and general films -----------------------------------------------------------------------------------


def create_workflow(call: ApiCall) -> ServerReply:
    """Start a music video or general film."""
    film = _new_film(call)
    joined = _part(call, film, call.text("prompt"), film.task.output)
    film.versions = [FilmVersion(joined, [shot[0].id for shot in film.shots])]
    _remember(call, film, joined)
    return json_reply({"id": film.task.id})


def get_workflow(call: ApiCall) -> ServerReply:
    """The film, or one of its jobs with the record that it stands in."""
    film = _workflow(call, call.id)
    asked = film.task if call.id == film.task.id else film.find(call.id or "") or film.task
    asked.lead.polls += 1
    records = [
        _jobs(call, "generate_video", index, shot) for index, shot in enumerate(film.shots) if _is_asked(film, asked, shot)
    ]
    joined = [version.task for version in film.versions]
    if _is_asked(film, asked, joined):
        records.append(_jobs(call, "compose", 0, joined))
    finished = film.versions[-1].task if asked is film.task else asked
    is_short = asked.output.seconds < LONGEST_FILM
    return json_reply(
        {
            "id": asked.id,
            "type": _KINDS[film.task.operation],
            "creator_id": str(call.account.number),
            "state": _workflow_state(call, asked),
            "input": "",
            "job_records": records,
            "created_at": written(asked.lead.created),
            "updated_at": _updated(asked),
            "err_code": error_of(asked),
            "err_msg": error_of(asked),
            "signed_url": _address(call, finished) if is_short else "",
        }
    )


def edit_workflow(call: ApiCall) -> ServerReply:
    """Make one shot again."""
    film = _workflow(call, call.id)
    job = call.text("job_id")
    shot = next((shot for shot in film.shots if any(part.id == job for part in shot)), None)
    if shot is None:
        raise conflict()
    task = call.new_task()
    task.output = shot[0].output
    shot.append(task)
    _remember(call, film, task)
    return json_reply({"id": task.id})


def compose_workflow(call: ApiCall) -> ServerReply:
    """Join chosen shots."""
    film = _workflow(call, call.id)
    names = list(as_texts(call.body.get("job_ids")))
    if any(film.find(name) is None for name in names):
        raise conflict()
    task = call.new_task()
    task.output = film.task.output
    film.versions.append(FilmVersion(task, names))
    _remember(call, film, task)
    return json_reply({"id": task.id})


def _workflow(call: ApiCall, film_id: str | None) -> Film:
    film = _film(call, film_id, not_found())
    kind = "createMusicVideo" if call.operation.endswith("MusicVideo") else "createGeneralFilm"
    if film.task.operation != kind or film.task.operation not in WORKFLOWS:
        raise not_found()
    return film


def _is_asked(film: Film, asked: EmulatedTask, jobs: list[EmulatedTask]) -> bool:
    return asked is film.task or asked in jobs


def _jobs(call: ApiCall, kind: str, index: int, jobs: list[EmulatedTask]) -> Json:
    return {"type": kind, "index": index, "jobs": [_job(call, kind, index, job) for job in jobs]}


def _job(call: ApiCall, kind: str, index: int, job: EmulatedTask) -> Json:
    answer: Object = {
        "id": job.id,
        "type": kind,
        "input": "",
        "output": "",
        "state": _workflow_state(call, job),
        "created_at": written(job.lead.created),
        "updated_at": _updated(job),
        "err_code": error_of(job),
        "err_msg": error_of(job),
        "signed_url": _address(call, job),
        "index": index,
    }
    if kind == "generate_video":
        prompt = settled(job.route, job.body).get("prompt", "")
        answer["mv_generate_video_input"] = {
            "duration": job.output.seconds,
            "prompt": prompt,
            "lyric_text": "",
            "signed_images": [],
        }
    return answer


def _workflow_state(call: ApiCall, task: EmulatedTask) -> str:
    word = word_of(task, call.state, call.now)
    return _STATES.get(word, word)


def _updated(task: EmulatedTask) -> str:
    lead = task.lead
    return written(next(moment for moment in (lead.ended, lead.started, lead.created) if moment is not None))
