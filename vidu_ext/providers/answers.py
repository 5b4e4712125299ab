"""Generated models that the clients name in their signatures. For type checkers; nothing is imported when a program runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from vidu_clients.vidu.models import Subject

    StoredSubject: TypeAlias = Subject
    """Not the subject of a request, which has this name too."""
