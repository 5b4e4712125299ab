"""A provider on loopback with given answers, and the changes of a status answer that must be noticed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final, TypeAlias

from loopback import Page, Site
from provider_forms import Object

from vidu_ext.values.tasks import Json

KEY: Final = "vda_000000000000000000000000"
CREATION: Final[Object] = {"id": "2", "url": "https://files.example/a.mp4", "cover_url": "https://files.example/a.png"}
STATUS: Final[Object] = {
    "id": "1", "state": "success", "err_code": "", "credits": 5, "payload": "", "bgm": False, "off_peak": False,
    "creations": [CREATION],
}  # fmt: skip
"""As https://platform.vidu.com/docs/get-generation prints it."""
ROW: Final[Object] = {
    "id": "1", "type": "text2video", "state": "success", "model": "viduq1", "prompt": "a bird", "credits": 5, "duration": 5,
    "resolution": "720p", "created_at": "2026-11-01T00:00:00Z", "creations": [CREATION],
}  # fmt: skip
MISSING: Final[Object] = {"code": 404, "reason": "TaskNotFound", "message": "task not found", "metadata": {}}


def without(answer: Object, name: str) -> Object:
    return {member: value for member, value in answer.items() if member != name}


DRIFTS: Final[Mapping[str, tuple[Json, str, str]]] = {
    "creations renamed": ({**without(STATUS, "creations"), "results": [CREATION]}, "changed", "#/creations"),
    "url renamed": ({**STATUS, "creations": [{**without(CREATION, "url"), "link": "https://f.example"}]}, "changed", "/url"),
    "state as status": ({**without(STATUS, "state"), "status": "success"}, "broken", "#/state"),
    "an empty object": ({}, "broken", "#"),
    "everything in data": ({"code": 0, "message": "ok", "data": STATUS}, "changed", "#/data"),
    "a new state word": ({**STATUS, "state": "archived"}, "new", "#/state"),
    "an unknown error code": ({**STATUS, "state": "failed", "err_code": "VeryStrange", "creations": []}, "new", "#/err_code"),
    "a new member": ({**STATUS, "mood": "good"}, "new", "#/mood"),
}
"""The answer to a status call, and the grade and the place with which it must be reported."""

Answers: TypeAlias = Mapping[str, tuple[int, Json]]


def answers(status: Json) -> Answers:
    """Return the answers of Vidu by path, with a task that has this status."""
    return {
        "/ent/v2/credits": (200, {"remains": []}),
        "/ent/v2/subjects": (200, {"subjects": [], "next_page_token": ""}),
        "/ent/v2/tasks": (200, {"tasks": [ROW], "next_page_token": ""}),
        "/ent/api/v3/contents/generations/tasks": (200, {"items": [], "total": 0}),
        "/ent/v2/tasks/1/creations": (200, status),
        "/ent/v2/tasks/0/creations": (404, MISSING),
    }


class DriftingProvider(Site):
    """Answers by path, and with `otherwise` to other paths, or with `content` as each body."""

    provider: str = "vidu"
    key: str = KEY

    def __init__(self, answers: Answers, *, content: str | None = None, otherwise: tuple[int, Json] = (404, MISSING)) -> None:
        super().__init__()
        self._answers = answers
        self._content = content
        self.otherwise = otherwise

    def page(self, path: str) -> Page:
        code, value = self._answers.get(path, self.otherwise)
        return Page(json.dumps(value), code, "application/json") if self._content is None else Page(self._content, code)
