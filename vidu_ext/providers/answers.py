"""Generated models in the signatures of the clients. For type checkers only; nothing is imported at run time."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from vidu_clients.vidu.models import Subject

    StoredSubject: TypeAlias = Subject
    """A subject stored at Vidu; the class of subjects in requests has the same name."""
