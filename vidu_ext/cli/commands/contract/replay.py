"""`vidu contract replay`: compare recorded answers with the installed specs and clients."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from vidu_ext.cli.clients import load_configuration
from vidu_ext.cli.exits import Exit
from vidu_ext.cli.output import Printer
from vidu_ext.providers import provider_named

from .live import drift_document, numbers_by_grade

if TYPE_CHECKING:
    from vidu_ext.values.drift import Drift
    from vidu_ext.values.tasks import Json


def run(
    output: Printer,
    files: list[Path] = typer.Argument(..., metavar="FILE...", help="What `vidu contract record` wrote."),
) -> int:
    """Compare recorded answers with the installed specs, and report differences by grade. Ends with 12 if there is one.

    A recording that holds a key or a signed address is refused.
    """
    from vidu_ext.contract.recordings import read
    from vidu_ext.spec.drift import answer_drifts

    keys = tuple(entry.account.key for entry in load_configuration(output).entries)
    recordings = [(path, read(path, keys)) for path in files]
    documents: list[Json] = []
    all_drifts: list[Drift] = []
    for path, recording in recordings:
        provider, operation, status, answer = recording.provider, recording.operation, recording.status, recording.answer
        drifts = answer_drifts(provider_named(provider).contract, operation, status, answer)
        all_drifts += drifts
        documents.append({
            "file": str(path), "provider": provider, "operation": operation, "status": status, "place": recording.place,
            "example": {recording.name: {"value": answer}}, "drifts": [drift_document(drift) for drift in drifts],
        })  # fmt: skip
        for drift in drifts:
            output.row(str(path), str(drift))
    output.document({"recordings": documents, **numbers_by_grade(all_drifts)})
    output.summary(f"{len(recordings)} recordings, {len(all_drifts)} differences")
    return Exit.DRIFT if all_drifts else Exit.OK
