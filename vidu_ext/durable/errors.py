"""The errors of batches: a database or disk that cannot be used, a manifest with errors."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from vidu_ext.values.errors import ConfigurationError, DownloadError
from vidu_ext.values.remedy import Remedy


class DatabaseError(ConfigurationError):
    """The database of the batches cannot be used. Tasks that were sent before are recorded in it."""


class StorageFullError(DownloadError):
    """The disk of the files or of the database is full. Tasks and their results are not lost."""


@frozen
class RowFault:
    """One error in one row of a manifest."""

    row: int
    """Number of the row, from 1; 0 for the manifest as a whole."""
    message: str

    def __str__(self) -> str:
        return f"row {self.row}: {self.message}" if self.row else self.message


class ManifestError(ConfigurationError):
    """A manifest has errors, which the message lists. Nothing was sent and nothing was changed."""

    def __init__(self, faults: Sequence[RowFault], *, remedy: Remedy | None = None) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: fault.row))
        """All errors, in the order of the rows."""
        rows = len({fault.row for fault in faults if fault.row})
        head = f"{len(faults)} error(s) in {rows} row(s) of the manifest" if rows else "the manifest cannot be used"
        lines = [f"\n  {fault}" for fault in self.faults]
        super().__init__("".join([f"{head}; nothing was sent and nothing was changed.", *lines]), remedy=remedy)
