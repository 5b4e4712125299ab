"""Write manifests, read them, and list the errors of those that are refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vidu_ext.durable import ManifestError, Row, read_manifest


def jsonl(folder: Path, *rows: object) -> Path:
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def read(folder: Path, name: str, text: str | bytes) -> tuple[Row, ...]:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_manifest(path)


def faults_in(folder: Path, name: str, text: str) -> list[str]:
    """Return the errors of a manifest with this text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return faults_of(path)


def faults_of(path: Path) -> list[str]:
    with pytest.raises(ManifestError) as caught:
        read_manifest(path)
    return [str(fault) for fault in caught.value.faults]


def member_of(row: Row, member: str) -> object:
    return getattr(row.request, member)
