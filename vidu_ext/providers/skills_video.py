"""The adapter of skills.video, which has its own paths, members and state words. The path names the model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from attrs import frozen

from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.exchange import Call, Category
from vidu_ext.values.json import as_list, as_object
from vidu_ext.values.tasks import Json, Object, Output, OutputKind, Snapshot, TaskRef, TaskState

from .base import Balance, Candidate, Names, Provider, SearchPage, TaskFilter
from .offers import UnsupportedError
from .reading import agree, both_hold, charge, created_at, ended_at, kind_of, number, text

if TYPE_CHECKING:
    from vidu_ext.values.requests import Request
    from vidu_ext.values.submission import Submission

ROUTES: Final[Mapping[str, Mapping[str | None, str]]] = {
    "TextToVideo": {None: "createQ3Video", "viduq3": "createQ3Video", "viduq2-turbo": "createQ2Video"},
    "ImageToVideo": {None: "createQ3Video", "viduq3": "createQ3Video"},
    "ReferenceToVideo": {None: "createQ2Video", "viduq2-turbo": "createQ2Video"},
    "ReferenceToImage": {None: "createQ2Image", "viduq2": "createQ2Image"},
}
"""The route of each kind of request, by model."""

_ALIKE: Final[Mapping[str, str | None]] = {"model": None, "bgm": "generate_audio"}
NAMES: Final[Names] = {
    "TextToVideo": _ALIKE,
    "ImageToVideo": {**_ALIKE, "image": "first_frame_url"},
    "ReferenceToVideo": {**_ALIKE, "images": "reference_image_urls"},
    "ReferenceToImage": {**_ALIKE, "images": "image_urls"},
}

LIST: Final = "listRunningGenerations"

PICTURES: Final = ("first_frame_url", "reference_image_urls", "image_urls")
"""Members without a default: a generation that has one which was not sent belongs to another request."""

RESULTS: Final[Mapping[str, OutputKind]] = {"videos": "video", "video": "video", "images": "image", "image": "image"}
"""The members of a result with its files, in the documented order."""


_ADDRESS: Final = re.compile(r"https?://\S+")


@frozen(kw_only=True, eq=False)
class SkillsVideo(Provider):
    """The Vidu models of skills.video."""

    # -- creating -----------------------------------------------------------------------------------------------------

    def route_of(self, request: Request) -> str:
        kind = type(request).__name__
        routes = ROUTES.get(kind)
        if routes is None:
            raise UnsupportedError(f"{self.title} has no route for {kind}")
        operation = routes.get(request.model)
        if operation is None:
            models = " or ".join(model for model in routes if model is not None)
            raise UnsupportedError(f"{self.title} serves {kind} with {models}, not with {request.model}")
        return operation

    # -- reading ------------------------------------------------------------------------------------------------------

    def meaning(self, word: str) -> Category | None:
        """Return the meaning of a code, which is a family and an ending, `VIDEO_GENERATION_TIMEOUT`, or just the ending."""
        endings = (ending for ending in self.categories if word == ending or word.endswith(f"_{ending}"))
        ending = max(endings, key=len, default=None)
        return None if ending is None else self.categories[ending]

    def snapshot(self, ref: TaskRef, value: Json, *, operation: str | None = None) -> Snapshot | None:
        answer = as_object(value)
        word = text(answer.get(self.state_member))
        if word is None:
            return None
        code = text(answer.get("code")) or text(answer.get("error"))
        cost, odd_charge = charge(as_object(answer.get("usage")).get("total"))
        return Snapshot(
            ref=ref,
            state=self.state_of(word),
            word=word,
            raw=answer,
            error_code=code,
            error_message=text(answer.get("message")),
            credits=cost,
            odd_charge=odd_charge,
            outputs=tuple(_outputs(answer.get("data"))),
            is_moderated=code is not None and self.meaning(code) == "moderation",
            created_at=created_at(answer),
            ended_at=ended_at(answer),
            prompt=text(as_object(answer.get("input")).get("prompt")),
            reader=self._reader(ref, operation),
        )

    # -- the list of unfinished tasks ---------------------------------------------------------------------------------

    def tasks_call(self, wanted: TaskFilter, page: str | None) -> Call | None:
        if wanted != TaskFilter() or page is not None:
            raise ConfigurationError(f"{self.title} lists unfinished tasks on one page; it has no filter.")
        return self._list_call()

    def search_call(self, page: str | None, *, since: float | None) -> Call:  # noqa: ARG002  # one list, without times
        return self._list_call()

    def search(self, submission: Submission, value: Json, *, since: float | None) -> SearchPage | None:  # noqa: ARG002
        rows = self.rows(value)
        if rows is None:
            return None
        candidates = tuple(
            Candidate(self._ref(submission.account, submission.operation, name), None)
            for name, row in rows
            if _is_it(submission.body, as_object(row.get("input")))
        )
        return SearchPage(candidates, None)

    def _list_call(self) -> Call:
        most = self.contract.most(LIST, "limit")
        return self._call(LIST, parameters={"limit": most})

    # -- account ------------------------------------------------------------------------------------------------------

    def balances(self, value: Json) -> tuple[Balance, ...] | None:
        """Return every number of the answer under its own name: their meanings are not documented."""
        if not isinstance(value, dict):
            return None
        return tuple(Balance(name, left) for name, written in value.items() if (left := number(written)) is not None)


def _is_it(sent: Object, seen: Object) -> bool:
    """Return whether an unfinished generation agrees with a request.

    There is no other way to distinguish it, so its input must have the prompt, and the same pictures or none.
    """
    same_pictures = all(bool(sent.get(member)) == bool(seen.get(member)) for member in PICTURES)
    return same_pictures and both_hold(sent, seen, "prompt") and agree(sent, seen, sent)


def _outputs(data: Json) -> Iterator[Output]:
    """Yield the files of a result, each once: those of the documented members, or else every URL anywhere in it.

    The form of a video's result is not documented, and a paid result must not be lost because of that. A picture in it may be
    the cover of a video that is not there yet.
    """
    files: dict[str, OutputKind] = {}
    for member, kind in RESULTS.items():
        for entry in _listed(as_object(data).get(member)):
            if url := text(entry) or text(as_object(entry).get("url")):
                files.setdefault(url, kind)
    made = as_object(data).get("type")
    if not files:
        made = made or "video"
        files = {url: kind_of(url) or "file" for url in _addresses(data)}
    yield from (Output("cover" if (made, kind) == ("video", "image") else kind, url) for url, kind in files.items())


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]


def _addresses(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        if _ADDRESS.fullmatch(value):
            yield value
        return
    for below in value.values() if isinstance(value, dict) else as_list(value):
        yield from _addresses(below)


# -- the words of skills.video --------------------------------------------------------------------------------------------

STATES: Final[Mapping[str, TaskState]] = {
    "in_queue": TaskState.QUEUED,
    "in_progress": TaskState.PROCESSING,
    "completed": TaskState.SUCCEEDED,
    "failed": TaskState.FAILED,
    "canceled": TaskState.CANCELED,
}

ERRORS: Final[Mapping[str, Category]] = {
    "RATE_LIMITED": "busy",
    "INSUFFICIENT_CREDITS": "credits",
    "UNSUPPORTED_MODEL": "model",
    "CONTENT_REJECTED": "moderation",
    "INVALID_INPUT": "invalid",
    # The maker of the model may have been called; whether that is paid for is not documented.
    "FAILED": "other",
    "TIMEOUT": "other",
    "PROVIDER_UNAVAILABLE": "other",
}
"""Endings of the error codes."""

PROVIDER: Final = SkillsVideo(
    name="skills_video",
    title="skills.video",
    settlement="running-list",
    states=STATES,
    state_member="status",
    state_component="GenerationStatus",
    categories=ERRORS,
    names=NAMES,
    list_operation=LIST,
)
