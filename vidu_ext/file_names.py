"""What a downloaded file is called: from its task, its kind and its content type, never as a server suggests."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from .addresses import FILE_TYPES, ending
from .tasks import Output, TaskRef

_TYPE_ENDINGS: Final = {
    content_type: name for name, found in reversed(list(FILE_TYPES.items())) for content_type in found.content_types
}
_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_RESERVED_NAME: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)


def is_reserved(name: str) -> bool:
    """Whether the name is that of a device on Windows, whatever its ending."""
    return _RESERVED_NAME.fullmatch(name) is not None


def file_name(ref: TaskRef, output: Output, content_type: str | None, index: int = 0) -> str:
    """A safe name for a file of a result: `<task id>[-<kind>][-<number>].<ending>`.

    The kind is left out for a video, the number for the first file of its kind; so all files of one result have
    different names. Only letters, digits, `.`, `_` and `-`, at most 120 characters, no reserved name.
    """
    return f"{stem(ref, output, index)}.{_TYPE_ENDINGS.get(content_type or '') or ending(output.url) or 'bin'}"


def stem(ref: TaskRef, output: Output, index: int) -> str:
    """The name without its ending, which is known before the content type is."""
    kind = "" if output.kind == "video" else f"-{output.kind}"
    number = f"-{index + 1}" if index else ""
    return f"{_plain_id(ref.task_id)}{kind}{number}"


def _plain_id(task_id: str) -> str:
    if _PLAIN_NAME.fullmatch(task_id) and not is_reserved(task_id):
        return task_id
    digest = hashlib.sha256(task_id.encode()).hexdigest()[:12]
    return f"task-{re.sub('[^A-Za-z0-9_-]+', '_', task_id)[:60]}-{digest}"
