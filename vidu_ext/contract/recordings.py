"""Answers that users keep: what a file holds of one, and the example that it becomes in a spec."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, Final, cast

from attrs import asdict, field, frozen

from vidu_ext.providers import PROVIDERS
from vidu_ext.spec.contract import MEDIA_TYPE, Contract, contract_of
from vidu_ext.spec.drift import documented_statuses, status_word
from vidu_ext.spec.redaction import Redaction, check_recording
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.json import Place, as_object, pointer_of, text_of_file
from vidu_ext.values.tasks import Json

MEMBERS: Final = frozenset({"provider", "operation", "status", "date", "answer"})


@frozen
class Recording:
    """One answer, without what is private in it."""

    provider: str
    operation: str
    status: int
    date: str
    """The day on which it was seen."""
    answer: Json = field(repr=False)

    @property
    def name(self) -> str:
        """The name of the documented example that it becomes."""
        return f"seen-{self.date}"

    @property
    def place(self) -> str:
        """Where in the spec the example belongs."""
        contract = contract_of(self.provider)
        operation = contract.operation(self.operation)
        word = status_word(documented_statuses(contract, self.operation), self.status) or str(self.status)
        response: Place = ("paths", operation.path, operation.method, "responses", word)
        return pointer_of((*contract.spec.resolve(response), "content", MEDIA_TYPE, "examples", self.name))

    def text(self) -> str:
        """The recording as a file holds it."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"


def recorded(contract: Contract, operation: str, status: int, answer: Json, *, day: date, keys: Iterable[str] = ()) -> Recording:
    """What may be kept of an answer. Raises ConfigurationError if a key were in it all the same."""
    kept = Recording(contract.provider, operation, status, day.isoformat(), Redaction(contract).answer(operation, status, answer))
    check_recording(kept.answer, f"the answer of {operation}", keys=keys)
    return kept


def read(path: Path, keys: Iterable[str] = ()) -> Recording:
    """A recording from a file. Raises ConfigurationError if it is none, or holds a key or a signed address."""
    try:
        value = cast("Json", json.loads(text_of_file(path.read_bytes())))
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}.") from None
    except (ValueError, RecursionError):
        raise ConfigurationError(f"{path} is no recording: it is no JSON.") from None
    check_recording(value, str(path), keys=keys)
    return _parsed(path, as_object(value))


def _parsed(path: Path, value: dict[str, Any]) -> Recording:
    if value.keys() != MEMBERS or value["provider"] not in PROVIDERS or type(value["status"]) is not int:
        raise ConfigurationError(f"{path} is no recording; it needs {', '.join(sorted(MEMBERS))}, and nothing else.")
    try:
        date.fromisoformat(value["date"])
        contract_of(value["provider"]).operation(value["operation"])
    except (ValueError, TypeError) as error:  # a ConfigurationError is one too
        raise ConfigurationError(f"{path} is no recording: {error}") from None
    return Recording(**value)
