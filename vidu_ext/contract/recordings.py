"""Recordings of answers: their files, and the examples that they become in a spec."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, Final, cast

from attrs import asdict, field, frozen

from vidu_ext.providers import PROVIDERS
from vidu_ext.spec.contract import Contract, contract_of
from vidu_ext.spec.drift import documented_statuses, status_entry
from vidu_ext.spec.operation import MEDIA_TYPE
from vidu_ext.spec.redaction import Redaction, check_recording
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.json import Place, as_object, pointer_of, text_of_file
from vidu_ext.values.tasks import Json

MEMBERS: Final = frozenset({"provider", "operation", "status", "date", "answer"})


@frozen
class Recording:
    """An answer without its private data."""

    provider: str
    operation: str
    status: int
    date: str
    """Day of the answer, in ISO format."""
    answer: Json = field(repr=False)

    @property
    def name(self) -> str:
        """The name of the example in the spec."""
        return f"seen-{self.date}"

    @property
    def place(self) -> str:
        """JSON pointer of the example in the spec."""
        contract = contract_of(self.provider)
        operation = contract.operation(self.operation)
        entry = status_entry(documented_statuses(contract, self.operation), self.status) or str(self.status)
        response: Place = (*operation.place, "responses", entry)
        return pointer_of((*contract.spec.resolve(response), "content", MEDIA_TYPE, "examples", self.name))

    def text(self) -> str:
        """Return the recording as the text of a file."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"


def recorded(contract: Contract, operation: str, status: int, answer: Json, *, day: date, keys: Iterable[str] = ()) -> Recording:
    """Make a recording of an answer, with private data removed. Raises ConfigurationError if a key remains in it."""
    kept = Recording(contract.provider, operation, status, day.isoformat(), Redaction(contract).answer(operation, status, answer))
    check_recording(kept.answer, f"the answer of {operation}", keys=keys)
    return kept


def read(path: Path, keys: Iterable[str] = ()) -> Recording:
    """Read a recording from a file. Raises ConfigurationError if it is invalid, or contains a key or a signed URL."""
    try:
        value = cast("Json", json.loads(text_of_file(path.read_bytes())))
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}.") from None
    except (ValueError, RecursionError):
        raise ConfigurationError(f"{path} is not a recording: it is not JSON.") from None
    check_recording(value, str(path), keys=keys)
    members: dict[str, Any] = as_object(value)
    if members.keys() != MEMBERS or members["provider"] not in PROVIDERS or type(members["status"]) is not int:
        raise ConfigurationError(f"{path} is not a recording; it needs {', '.join(sorted(MEMBERS))}, and nothing else.")
    try:
        date.fromisoformat(members["date"])
        contract_of(members["provider"]).operation(members["operation"])
    except (ValueError, TypeError) as error:  # a ConfigurationError is one too
        raise ConfigurationError(f"{path} is not a recording: {error}") from None
    return Recording(**members)
