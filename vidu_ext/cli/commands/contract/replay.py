"""`vidu contract replay`: compare recorded answers with the installed specs and clients."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from vidu_ext.cli.exits import Exit
from vidu_ext.cli.output import Printer

from .live import drift_document

if TYPE_CHECKING:
    from vidu_ext.values.tasks import Json


def run(
    output: Printer,
    files: list[Path] = typer.Argument(..., metavar="FILE...", help="What `vidu contract record` wrote."),
    *,
    example: bool = typer.Option(False, "--example", help="Print each as an example for its spec, with the place."),
) -> int:
    """Compare recorded answers with the installed specs, and report differences by grade. Ends with 12 if there is one.

    A recording that holds a key or a signed address is refused.
    """
    from vidu_ext.cli.clients import load_configuration
    from vidu_ext.contract.recordings import read
    from vidu_ext.providers import provider_named
    from vidu_ext.spec.drift import answer_drifts

    keys = tuple(entry.account.key for entry in load_configuration(output).entries)
    recordings = [(path, read(path, keys)) for path in files]
    documents: list[Json] = []
    grades: Counter[str] = Counter()
    for path, one in recordings:
        drifts = answer_drifts(provider_named(one.provider).contract, one.operation, one.status, one.answer)
        grades.update(drift.grade for drift in drifts)
        documents.append({
            "file": str(path), "provider": one.provider, "operation": one.operation, "status": one.status, "place": one.place,
            "example": {one.name: {"value": one.answer}}, "drifts": [drift_document(drift) for drift in drifts],
        })  # fmt: skip
        for drift in drifts:
            output.row(str(path), str(drift))
        if example:
            output.text(f"# openapi/{one.provider}.yaml {one.place}")
            output.text(f"{one.name}: {json.dumps({'value': one.answer}, ensure_ascii=False)}")
    output.document({"recordings": documents, **{grade: grades[grade] for grade in ("broken", "changed", "new")}})
    if not output.as_json:
        output.say(f"{len(recordings)} recordings, {grades.total()} differences")
    return Exit.DRIFT if grades else Exit.OK
