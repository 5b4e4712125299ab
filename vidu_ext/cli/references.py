"""References of tasks as arguments of a command."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from .completion import references

if TYPE_CHECKING:
    from vidu_ext.client.vidu import Vidu
    from vidu_ext.values.tasks import TaskRef

References: TypeAlias = Annotated[
    list[str],
    typer.Argument(
        metavar="REF...",
        help="References, such as vidu:940107923630096384.",
        show_default=False,
        autocompletion=references,
    ),
]


def parse_references(vidu: Vidu, refs: Sequence[str]) -> list[TaskRef]:
    """Parse references and drop duplicates. Raises ConfigurationError for an invalid one, before anything is sent."""
    return list(dict.fromkeys(vidu.task(text).ref for text in refs))
