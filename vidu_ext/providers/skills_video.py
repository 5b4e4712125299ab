"""The adapter of skills.video, which has its own paths, members and state words. The path names the model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.exchange import Call, Category
from vidu_ext.values.json import as_object, leaves
from vidu_ext.values.tasks import Json, Object, Output, OutputKind, TaskState

from .base import Provider, UnsupportedError
from .encoding import Names
from .reading import agree, both_hold, files_in, kind_of, number

if TYPE_CHECKING:
    from vidu_ext.values.requests import Request
    from vidu_ext.values.submission import Submission

    from .records import Balance, TaskFilter

ROUTES: Final[Mapping[str, Mapping[str | None, str]]] = {
    "TextToVideo": {None: "createQ3Video", "viduq3": "createQ3Video", "viduq2-turbo": "createQ2Video"},
    "ImageToVideo": {None: "createQ3Video", "viduq3": "createQ3Video"},
    "ReferenceToVideo": {None: "createQ2Video", "viduq2-turbo": "createQ2Video"},
    "ReferenceToImage": {None: "createQ2Image", "viduq2": "createQ2Image"},
}
"""The route of each kind of request, by model."""

_COMMON_NAMES: Final[Mapping[str, str | None]] = {"model": None, "bgm": "generate_audio"}
NAMES: Final[Names] = {
    "TextToVideo": _COMMON_NAMES,
    "ImageToVideo": {**_COMMON_NAMES, "image": "first_frame_url"},
    "ReferenceToVideo": {**_COMMON_NAMES, "images": "reference_image_urls"},
    "ReferenceToImage": {**_COMMON_NAMES, "images": "image_urls"},
}
"""The names that differ here, and the members that are not sent, by kind of request."""

LIST: Final = "listRunningGenerations"

PICTURE_MEMBERS: Final = ("first_frame_url", "reference_image_urls", "image_urls")
"""The members with pictures. They have no defaults: a generation with one that was not sent belongs to another request."""

RESULT_MEMBERS: Final[Mapping[str, OutputKind]] = {"videos": "video", "video": "video", "images": "image", "image": "image"}
"""The members of a result with its files, in the documented order."""

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
    # Not "busy", after which the request is sent again: the maker of the model may have been called, and whether that is
    # paid for is not documented.
    "FAILED": "other",
    "TIMEOUT": "other",
    "PROVIDER_UNAVAILABLE": "other",
}
"""What each ending of an error code means."""

_URL: Final = re.compile(r"https?://\S+")


class SkillsVideo(Provider):
    """The Vidu models of skills.video."""

    __slots__ = ()

    name = "skills_video"
    title = "skills.video"
    settlement = "running-list"
    states = STATES
    state_member = "status"
    state_component = "GenerationStatus"
    code_members = ("code", "error")
    message_member = "message"
    charge_place = ("usage", "total")
    prompt_place = ("input", "prompt")
    categories = ERRORS
    names = NAMES
    list_operation = LIST
    list_member = None

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
        """Return the meaning of an error code by its ending, the longest that fits.

        A code is an ending alone, `TIMEOUT`, or one after a family, `VIDEO_GENERATION_TIMEOUT`.
        """
        endings = (ending for ending in self.categories if word == ending or word.endswith(f"_{ending}"))
        ending = max(endings, key=len, default=None)
        return None if ending is None else self.categories[ending]

    def _outputs(self, answer: Object) -> Iterator[Output]:
        """Yield the files of a result, each once: those of the documented members, or else every URL anywhere in it.

        The form of a video's result is not documented, and a paid result must not be lost because of that. A picture in it may
        be the cover of a video that is not there yet.
        """
        data = answer.get("data")
        files: dict[str, OutputKind] = {}
        for url, kind in files_in(as_object(data), RESULT_MEMBERS):
            files.setdefault(url, kind)
        urls = [text for _, text in leaves(data) if isinstance(text, str) and _URL.fullmatch(text)]
        result_type = as_object(data).get("type") or (None if files else "video")
        for url, kind in (files or {url: kind_of(url) or "file" for url in urls}).items():
            yield Output("cover" if result_type == "video" and kind == "image" else kind, url)

    # -- the list of unfinished tasks ---------------------------------------------------------------------------------

    def tasks_call(self, wanted: TaskFilter, page: str | None) -> Call | None:
        from .records import TaskFilter

        if wanted != TaskFilter() or page is not None:
            raise ConfigurationError(f"{self.title} lists only unfinished tasks, all on one page: ask without a filter or page.")
        return self.search_call(None, since=None)

    def search_call(self, page: str | None, *, since: float | None) -> Call:  # noqa: ARG002  # the list has no times
        return self._call(LIST, parameters={"limit": self.contract.maximum(LIST, "limit")})

    def may_be(self, submission: Submission, row: Object) -> bool:
        """Return whether an unfinished generation may come from a submission.

        Only its input identifies it: both must have a prompt and the same picture members, and agree in all that both have.
        """
        sent, seen = submission.body, as_object(row.get("input"))
        same_pictures = all(bool(sent.get(member)) == bool(seen.get(member)) for member in PICTURE_MEMBERS)
        return same_pictures and both_hold(sent, seen, "prompt") and agree(sent, seen, members=sent)

    # -- account ------------------------------------------------------------------------------------------------------

    def balances(self, value: Json) -> tuple[Balance, ...] | None:
        """Return every number of the answer under its own name: their meanings are not documented."""
        from .records import Balance

        if not isinstance(value, dict):
            return None
        return tuple(Balance(name, left) for name, written in value.items() if (left := number(written)) is not None)


PROVIDER: Final = SkillsVideo()
