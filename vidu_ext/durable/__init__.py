"""Durable batches on DBOS: jobs that survive the process that runs them. Needs the extra `durable`.

A job is a DBOS workflow. SQLite serves one machine, PostgreSQL many. `vidu guide batches` describes what is guaranteed.
"""

from __future__ import annotations

from importlib import import_module

from vidu_ext.values.errors import MissingExtraError
from vidu_ext.values.installed import install_command

try:
    for _needed in ("dbos", "sqlalchemy", "yaml"):
        import_module(_needed)
except ImportError as error:
    raise MissingExtraError(
        f"batches need the extra `durable`, which is not installed ({error.name} is missing): {install_command('durable')}."
    ) from error

from vidu_ext.durable.manifests.manifest import Row, read_manifest
from vidu_ext.durable.workers.submit_step import Patience
from vidu_ext.durable.workers.worker import Worker, WorkerOptions

from .batches import Batches, BatchOptions, Planned, Price
from .errors import DatabaseError, ManifestError, RowFault, StorageFullError
from .job import Job, JobState, Limits

__all__ = [
    "BatchOptions",
    "Batches",
    "DatabaseError",
    "Job",
    "JobState",
    "Limits",
    "ManifestError",
    "Patience",
    "Planned",
    "Price",
    "Row",
    "RowFault",
    "StorageFullError",
    "Worker",
    "WorkerOptions",
    "read_manifest",
]
