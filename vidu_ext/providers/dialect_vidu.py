"""The adapter of providers with Vidu's request and answer forms. Their data is in vidu.py, comfy.py and zenlayer.py."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, cast

from attrs import evolve

from vidu_ext.values.exchange import Call, Category
from vidu_ext.values.json import as_list, as_object
from vidu_ext.values.tasks import Json, Object, Output, OutputKind, Snapshot, TaskRef, TaskState
from vidu_ext.values.urls import UPLOAD_SCHEME

from .base import Names, Provider, entries, next_page
from .reading import agree, as_entries, both_hold, kind_of, number, objects, rfc3339, task_id, text, whole_number

if TYPE_CHECKING:
    from vidu_clients.vidu.models import SubjectList

    from vidu_ext.values.submission import Submission

    from .base import StoredSubject
    from .records import Balance, TaskFilter, UploadPlace

LIST: Final = "listTasks"
PAGE_SIZE: Final = "pager.pagesz"
PAGE_SIZES: Final = ("pager_pagesz", "paper_pagesz")
"""The parameter for the size of a page in both documented spellings; the server ignores the one it does not know."""

UPLOAD_SCENE: Final = "vidu"
"""The only documented purpose of an upload."""

NAMES: Final[Names] = {
    "ImageToVideo": {"image": "images[]"},
    "StartEndToVideo": {"start": "images[]", "end": "images[]"},
    "ExtendVideo": {"creation_id": "video_creation_id", "end_image": "images[]"},
    "Multiframe": {"frames": "image_settings"},
    "Frame": {"image": "key_image"},
    "Subject": {"stored_id": "server_id"},
}

ECHOED: Final = ("model", "prompt", "duration", "resolution", "aspect_ratio", "template")
"""Members of a request that the list of tasks repeats."""
DISTINCTIVE: Final = ("prompt", "images")
"""Members that distinguish a request. Without an idempotency key, at least one of them must agree."""

TRACKS: Final[Mapping[str, OutputKind]] = {
    "watermarked_url": "watermarked",
    "cover_url": "cover",
    "speech_url": "speech",
    "sound_url": "sound",
    "bgm_url": "music",
}
"""Files of a creation in addition to the main one."""
TRACK_LISTS: Final[Mapping[str, OutputKind]] = {"moderation_url": "moderation", "attachments": "attachment"}
"""Lists of files of a creation."""
FILM_PARTS: Final[Mapping[str, OutputKind]] = {
    "storyboards": "attachment",
    "narration_records": "speech",
    "bgm_records": "music",
}
"""Parts of an advertising film."""
KINDS: Final[Mapping[str, OutputKind]] = {
    "video": "video",
    "image": "image",
    "audio": "audio",
    "upscale": "video",
    "template": "video",
}
"""The kind of the main file, by the type of the task or the part after its 2: `img2video`, `reference2image`."""

BALANCES: Final = ("remains", "remaining_credits")
"""The member of the answer about credits with its rows; the second is the name in the table of the page."""

LATEST: Final = 253_402_300_799.0
"""The end of the year 9999, in seconds since the epoch; no later time can be written."""

CANCELED_BY_USER: Final = "UserCancelled"
"""Error code of a canceled task; there is no state for it."""


def by_word(words: Mapping[Category, Iterable[str]]) -> dict[str, Category]:
    return {word: category for category, group in words.items() for word in group}


STATES: Final[Mapping[str, TaskState]] = {
    "created": TaskState.CREATED,
    "queueing": TaskState.QUEUED,
    "processing": TaskState.PROCESSING,
    "success": TaskState.SUCCEEDED,
    "failed": TaskState.FAILED,
}

ERRORS: Final = by_word(
    {
        "busy": ("OperationInProcess", "QuotaExceeded", "TooManyRequests", "SystemThrottling"),
        "key": ("Unauthorized", "Forbidden"),
        "credits": ("CreditInsufficient",),
        "model": ("ModelUnavailable",),
        "moderation": (
            *("TaskPromptPolicyViolation", "CreationPolicyViolation"),
            *("AuditSubmitIllegal", "AuditFailed", "PhotoAuditNotPass"),
        ),
        "invalid": (
            *("BadRequest", "FieldLacking", "FieldUnwanted", "FieldInvalid", "FieldItemCountOutOfRange", "PageSizeOutOfRange"),
            *("ImageDownloadFailure", "ImageFormatInvalid", "ImageSizeInvalid", "ImageObjectsUndetected"),
            *("ImageCheckBodyJointsFailed", "ImageCheckFaceFailed"),
            *("FaceDetectFailure", "FaceDetectNotPass", "NoFaceDetected", "MultiFaceDetected"),
            *("VideoDownloadFailure", "VideoFormatInvalid", "CODEC"),
        ),
        "not-found": ("TaskNotFound", "CreationNotFound", "NotFound"),
        "other": ("Conflict", "Canceled", CANCELED_BY_USER, "InternalServiceFailure", "Unknown"),
    }
)
"""Reasons and error codes of Vidu, which the other two pass on."""


class ViduShaped(Provider):
    """A provider with Vidu's request and answer forms."""

    __slots__ = ()

    states = STATES
    categories = ERRORS
    names = NAMES
    list_operation = LIST
    list_member = "tasks"
    usual_kind: OutputKind = "file"
    """The kind of the main file if neither its URL nor the type of the task shows it."""

    # -- one task -----------------------------------------------------------------------------------------------------

    def snapshot(self, ref: TaskRef, value: Json, *, operation: str | None = None) -> Snapshot | None:
        found = super().snapshot(ref, value, operation=operation)
        if found is None:
            return None
        is_canceled = found.state is TaskState.FAILED and found.error_code == CANCELED_BY_USER
        return evolve(
            found,
            state=TaskState.CANCELED if is_canceled else found.state,
            error_message=found.error_message or _blocked_inputs(as_object(value)),
        )

    def _outputs(self, answer: Object) -> Iterator[Output]:
        for entry in as_entries(answer.get("creations")):  # the page of the list of tasks calls it an object
            yield from self._files_of(as_object(entry), text(answer.get("type")) or "")
        yield from _film(answer)
        if records := as_object(answer.get("data_records")):
            yield from _ad_film(records)

    def _files_of(self, creation: Object, task_type: str) -> Iterator[Output]:
        creation_id = task_id(creation.get("id"))
        if url := text(creation.get("url")):
            kind = kind_of(url) or KINDS.get(task_type.rpartition("2")[2]) or self.usual_kind
            yield Output(kind, url, creation_id)
        for member, track in TRACKS.items():
            if url := text(creation.get(member)):
                yield Output(track, url, creation_id)
        for member, track in TRACK_LISTS.items():
            for entry in as_list(creation.get(member)):
                if url := text(entry) or text(as_object(entry).get("url")):
                    yield Output(track, url, creation_id)

    # -- many tasks ---------------------------------------------------------------------------------------------------

    @property
    def list_size(self) -> int:
        return self.contract.maximum(LIST, PAGE_SIZE) if self._offers(LIST) else 0

    def list_call(self, task_ids: Sequence[str]) -> Call:
        return self._list_call({"task_ids": list(task_ids)})

    def _list_call(self, asked: Mapping[str, object]) -> Call:
        """Return a call of the list with the parameters that are not empty."""
        given = {name: value for name, value in asked.items() if value}
        return self._call(LIST, parameters={**given, **dict.fromkeys(PAGE_SIZES, self.list_size)})

    def tasks_call(self, wanted: TaskFilter, page: str | None) -> Call | None:
        if not self._offers(LIST):
            return None
        parameters: dict[str, object] = {
            "created_at_from": wanted.since,
            "created_at_to": wanted.until,
            "states": self.words_of(wanted.states),
            "model_versions": [model.removeprefix("vidu") for model in wanted.models],
            "resolutions": list(wanted.resolutions),
            "templates": list(wanted.templates),
            "pager_page_token": page,
        }
        return self._list_call(parameters)

    def cancel_call(self, ref: TaskRef) -> Call | None:
        if ref.poll not in (None, self.usual_poll) or not self._offers("cancelTask"):
            return None
        return self._call("cancelTask", ref.task_id, body={"id": ref.task_id})

    # -- looking for a lost task --------------------------------------------------------------------------------------

    def search_call(self, page: str | None, *, since: float | None) -> Call:
        earliest = None if since is None else rfc3339(min(max(since, 0.0), LATEST))  # a wrong clock may show any time
        return self._list_call({"created_at_from": earliest, "pager_page_token": page})

    def may_be(self, submission: Submission, row: Object) -> bool:
        """Return whether a listed task agrees with a submission.

        With an idempotency key, the key decides later, so pictures are not compared: a service may keep copies at its own URLs.
        Without one, the task is taken because of this comparison alone.
        """
        if submission.key_is_ours and text(row.get("payload")) == submission.idempotency_key:
            return True
        sent = dict(submission.body)
        if sent.get("is_rec") is True:
            sent.pop("prompt", None)  # the service rewrites it
        if submission.idempotency_key is not None:
            return agree(sent, row, ECHOED)
        return agree(sent, row, (*ECHOED, *DISTINCTIVE)) and any(both_hold(sent, row, member) for member in DISTINCTIVE)

    def idempotency_key_of(self, snapshot: Snapshot) -> str | None:
        return text(snapshot.raw.get("payload")) if self.settlement == "payload" else None

    def shows_key(self, snapshot: Snapshot) -> bool:
        return self.settlement != "payload" or isinstance(snapshot.raw.get("payload"), str)  # an empty one if it has none

    # -- account and files --------------------------------------------------------------------------------------------

    def balances(self, value: Json) -> tuple[Balance, ...] | None:
        places = (as_object(value).get(member) for member in BALANCES)
        rows = next((found for found in places if isinstance(found, list)), None)
        found = objects(rows)
        return None if found is None else tuple(map(_balance, found))

    def subjects_call(self, page: str | None) -> Call | None:
        if not self._offers("listSubjects"):
            return None
        asked: dict[str, object] = {"next_page_token": page} if page else {}
        return self._call(
            "listSubjects", parameters={"ownership": "private", "count": self.contract.maximum("listSubjects", "count"), **asked}
        )

    def subjects_page(self, value: Json) -> tuple[Sequence[StoredSubject], str | None] | None:
        answer = as_object(value)
        rows = objects(entries(answer, "subjects"))
        if rows is None:
            return None
        try:
            found = cast("SubjectList", self.model("listSubjects", {**answer, "subjects": [*rows]})).subjects
        except ValueError:
            return None
        if not isinstance(found, list) or len(found) != len(rows):
            return None  # the generated model omits rows that it cannot read
        return found, next_page(value)

    def upload_call(self, file_name: str, content_type: str) -> Call | None:
        if self._offers("createUpload"):
            return self._call("createUpload", body={"scene": UPLOAD_SCENE})
        if self._offers("createStorage"):
            return self._call("createStorage", body={"file_name": file_name, "content_type": content_type})
        return None

    def upload_stand_in(self, index: int) -> str:
        usual = super().upload_stand_in(index)
        return f"{UPLOAD_SCHEME}?id={usual.removeprefix('https://')}" if self._offers("finishUpload") else usual

    def upload_place(self, value: Json) -> UploadPlace | None:
        from .records import UploadPlace

        answer = as_object(value)
        put_url = text(answer.get("put_url")) or text(answer.get("upload_url"))
        is_stored = answer.get("existing_file") is True
        place = UploadPlace(None if is_stored else put_url, task_id(answer.get("id")), text(answer.get("download_url")))
        is_whole = place.public_url if is_stored else put_url and (place.upload_id or place.public_url)
        return place if is_whole else None

    def upload_finish_call(self, place: UploadPlace, etag: str) -> Call | None:
        if place.upload_id is None or not self._offers("finishUpload"):
            return None
        return self._call("finishUpload", place.upload_id, body={"etag": etag})

    def uploaded_url(self, place: UploadPlace, value: Json) -> str | None:
        return text(as_object(value).get("uri")) or place.public_url


def _blocked_inputs(answer: Object) -> str | None:
    """Return a sentence with the inputs that moderation refused, counted from 1; None if none is named."""
    named: list[str] = []
    for entry in map(as_object, as_list(answer.get("blocked_resources"))):
        kind, index = text(entry.get("content_type")), whole_number(entry.get("index"))
        if kind is not None and index is not None:
            named.append(f"{kind} {index + 1}")
    return f"refused by moderation: {', '.join(named)}" if named else None


def _film(answer: Object) -> Iterator[Output]:
    """Yield the files of a music video or general film. Its shots are the result if there is no whole film."""
    film = text(answer.get("signed_url"))
    if film:
        yield Output(kind_of(film) or "video", film)
    for record in as_list(answer.get("job_records")):
        for job in map(as_object, as_list(as_object(record).get("jobs"))):
            if (url := text(job.get("signed_url"))) and url != film:
                yield Output("attachment" if film else kind_of(url) or "video", url)


def _ad_film(records: Object) -> Iterator[Output]:
    """Yield the versions of an advertising film and their parts."""
    for version in map(as_object, as_list(records.get("completed_creation_records"))):
        if url := text(version.get("creation_url")):
            yield Output(kind_of(url) or "video", url)
    for member, kind in FILM_PARTS.items():
        for entry in map(as_object, as_list(records.get(member))):
            for part in map(as_object, as_list(entry.get("records")) or [entry]):
                if url := text(part.get("creation_url")):
                    yield Output(kind, url)


def _balance(row: Object) -> Balance:
    from .records import Balance

    return Balance(
        kind=text(row.get("type")) or "unknown",
        credits=number(row.get("credit_remain")),
        running=whole_number(row.get("current_concurrency")),
        limit=whole_number(row.get("concurrency_limit")),
        queued=whole_number(row.get("queue_count")),
    )
