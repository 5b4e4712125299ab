"""Fault rules: which calls fail and how, and how often each rule applied. `effects` changes the replies."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import count
from threading import Lock
from typing import Any, Final, Literal, Self, cast, get_args

import attrs
from attrs import define, field, frozen
from attrs.validators import optional

from vidu_ext.emulator.messages import ServerRequest
from vidu_ext.emulator.ranges import in_range, one_of, short
from vidu_ext.emulator.routes import Family
from vidu_ext.emulator.settings import PROVIDERS
from vidu_ext.emulator.state.task_engine import MODERATED
from vidu_ext.spec.contract import contract_of
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.json import json_or_text
from vidu_ext.values.spelling import joined
from vidu_ext.values.tasks import Json, Object

FaultKind = Literal[
    "answer_lost",
    "connection_reset",
    "hang",
    "slow_body",
    "truncated_body",
    "html_502",
    "html_520",
    "http_429",
    "http_503",
    "wrong_content_type",
    "unknown_state",
    "null_fields",
    "late_list",
    "expired_url",
    "broken_range",
    "task_fails",
    "task_moderated",
]
RetryForm = Literal["seconds", "date"]
RangeAnswer = Literal["wrong_206", "whole_200"]

_WRONG: Final = "this is not a fault rule: "
LONGEST_TEXT: Final = 80
FAMILIES: Final[tuple[Family, ...]] = get_args(Family)
MOST_RULES: Final = 1_000

_JSON_ANSWERS: Final[frozenset[Family]] = frozenset({"create", "status", "list"})
_FILES: Final[frozenset[Family]] = frozenset({"download"})


def _wrong(what: str) -> ConfigurationError:
    return ConfigurationError(f"{_WRONG}{what}.")


_number, _one_of = partial(in_range, of=_WRONG), partial(one_of, of=_WRONG)


def _text(_rule: object, member: attrs.Attribute[Any], value: object) -> None:
    if not (isinstance(value, str) and 1 <= len(value) <= LONGEST_TEXT):
        raise _wrong(f"{member.name} is a text of 1 to {LONGEST_TEXT} characters, not {short(value)}")


@frozen(kw_only=True)
class Kind:
    """A kind of fault."""

    about: str
    """Description in one line."""
    families: frozenset[Family] = frozenset(FAMILIES)
    """The calls that it can affect."""
    accepts: bool = True
    """Whether the call is carried out before it fails, by default."""
    options: frozenset[str] = frozenset()
    """Members of rules of this kind that not all rules have."""


KINDS: Final[Mapping[str, Kind]] = {
    "answer_lost": Kind(about="carried out, then the connection is closed without a byte"),
    "connection_reset": Kind(about="the connection is reset without a byte", accepts=False, options=frozenset({"accepts"})),
    "hang": Kind(about="carried out, never answered", options=frozenset({"accepts", "seconds"})),
    "slow_body": Kind(about="the body comes slowly", options=frozenset({"pace"})),
    "truncated_body": Kind(about="the connection is closed in the middle of the body", options=frozenset({"sent"})),
    "html_502": Kind(about="carried out, answered with the page of a gateway, status 502", options=frozenset({"accepts"})),
    "html_520": Kind(about="carried out, answered with the page of a gateway, status 520", options=frozenset({"accepts"})),
    "http_429": Kind(about="refused as too many requests", accepts=False, options=frozenset({"retry_after", "retry_form"})),
    "http_503": Kind(
        about="refused as out of service", accepts=False, options=frozenset({"accepts", "retry_after", "retry_form"})
    ),
    "wrong_content_type": Kind(about="the answer is labelled text/html"),
    "unknown_state": Kind(about="an undocumented state", families=_JSON_ANSWERS, options=frozenset({"word"})),
    "null_fields": Kind(about="every member of a task but its id is null", families=_JSON_ANSWERS),
    "late_list": Kind(about="new tasks are missing", families=frozenset({"list"}), options=frozenset({"seconds"})),
    "expired_url": Kind(about="the storage says 403, expired", families=_FILES, accepts=False),
    "broken_range": Kind(about="a range is answered wrongly", families=_FILES, options=frozenset({"range_answer"})),
    "task_fails": Kind(about="the new task fails", families=frozenset({"create"})),
    "task_moderated": Kind(about="the new task fails in moderation", families=frozenset({"create"})),
}

FAILURES: Final[Mapping[str, str]] = {"task_fails": "InternalServiceFailure", "task_moderated": MODERATED}
"""Vidu's error codes of the tasks that these kinds let fail."""
OPTIONS: Final = frozenset[str]().union(*(kind.options for kind in KINDS.values()))
"""Members that rules of some kinds only may have."""


@frozen(kw_only=True)
class FaultRule:
    """Which calls fail, and how. Raises ConfigurationError for an invalid member, or one that its kind does not have."""

    kind: FaultKind = field(validator=_one_of(*KINDS))
    provider: str | None = field(default=None, validator=optional(_one_of(*PROVIDERS)))
    """None means all."""
    operation: str | None = field(default=None, validator=optional(_text))
    """An operationId of a spec, or a family: `create`, `status`, `list`, `download`. None means all calls that the kind
    can affect."""
    nth: int | None = field(default=None, validator=optional(_number(1, 1e9, is_whole=True)))
    """The first of the matching calls that it affects, counted from 1. None means 1."""
    times: int | None = field(default=None, validator=optional(_number(1, 1e9, is_whole=True)))
    """Maximum number of calls that it affects. None means one if `nth` is given, else no limit."""
    probability: float = field(default=1.0, validator=_number(0, 1))
    """Probability, from 0 to 1, that a call is affected."""
    accepts: bool | None = field(default=None, validator=optional(_one_of(False, True)))
    """Whether the call is carried out, and a create paid, before it fails. None means the default of the kind."""
    seconds: float | None = field(default=None, validator=optional(_number(0, 3_600)))
    """For `hang`: real seconds after which the connection is closed, default 600, at most 3,600. For `late_list`: tasks
    younger than this, in seconds of the emulator's clock, are missing, default 30; so are tasks without a time."""
    pace: int | None = field(default=None, validator=optional(_number(1, 1e9, is_whole=True)))
    """For `slow_body`: bytes per real second, default 1,024."""
    sent: int | None = field(default=None, validator=optional(_number(0, 1e12, is_whole=True)))
    """For `truncated_body`: bytes of the body that are sent, default half of them."""
    retry_after: float | None = field(default=None, validator=optional(_number(0, 1e6)))
    """For `http_429` and `http_503`: the seconds of Retry-After. None means no such header."""
    retry_form: RetryForm | None = field(default=None, validator=optional(_one_of(*get_args(RetryForm))))
    """Whether `retry_after` is written as seconds, the default, or as an HTTP date."""
    word: str | None = field(default=None, validator=optional(_text))
    """For `unknown_state`: the word, default `postponed`."""
    range_answer: RangeAnswer | None = field(default=None, validator=optional(_one_of(*get_args(RangeAnswer))))
    """For `broken_range`: a 206 whose Content-Range is wrong, the default, or a 200 with the whole file."""

    def __attrs_post_init__(self) -> None:
        kind = KINDS[self.kind]
        for name in OPTIONS - kind.options:
            if getattr(self, name) is not None:
                kinds = [name_of_kind for name_of_kind, other in KINDS.items() if name in other.options]
                raise _wrong(f"{name} belongs to {joined(kinds)}, not to {self.kind}")
        if self.retry_form is not None and self.retry_after is None:
            raise _wrong("retry_form says how retry_after is written, which is missing")
        if self.operation is not None:
            self._check_operation(self.operation, kind)

    def _check_operation(self, operation: str, kind: Kind) -> None:
        if operation in FAMILIES:
            if operation not in kind.families:
                raise _wrong(f"{self.kind} can affect {joined(sorted(kind.families))}, not {operation}")
            return
        providers = PROVIDERS if self.provider is None else (self.provider,)
        if not any(operation in contract_of(provider).operations for provider in providers):
            owner, families = self.provider or "any provider", joined(FAMILIES, last=" or ")
            raise _wrong(f"{short(operation)} is not an operation of {owner}. Name an operationId of its spec, or {families}")

    @property
    def prevents(self) -> bool:
        """Whether the call is not carried out."""
        return not (KINDS[self.kind].accepts if self.accepts is None else self.accepts)

    def adapt(self, request: ServerRequest) -> ServerRequest:
        """Return the request to carry out: without its range if the answer is the whole file."""
        if self.kind != "broken_range" or self.range_answer != "whole_200":
            return request
        return attrs.evolve(request, headers={name: value for name, value in request.headers.items() if name != "range"})

    def to_json(self) -> Object:
        """Return the rule as a JSON object without default members; `from_json` reads it."""
        return attrs.asdict(self, filter=lambda member, value: value != member.default)

    @classmethod
    def from_json(cls, value: Json) -> Self:
        """Read a rule from a JSON object. Raises ConfigurationError, in one line, for anything else."""
        if not isinstance(value, dict):
            raise _wrong(f"it is a JSON object, not {short(value)}")
        unknown = set(value) - _MEMBERS
        if unknown:
            raise _wrong(f"it has no member {joined(sorted(map(short, unknown)))}; it may have {joined(sorted(_MEMBERS))}")
        if "kind" not in value:
            raise _wrong(f"kind is missing. The kinds are {joined(list(KINDS))}")
        return cls(**cast("Any", value))  # which checks every member

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a rule such as `kind=html_502,provider=vidu,operation=create,nth=1`. Raises ConfigurationError, in one line."""
        members: Object = {}
        for part in text.split(","):
            name, equals, written = (piece.strip() for piece in part.partition("="))
            if not equals or not name:
                raise _wrong(f"{short(part.strip())} is not written as name=value, as in kind=html_502,operation=create,nth=1")
            if name in members:
                raise _wrong(f"{name} is given twice")
            members[name] = written if name == "word" else json_or_text(written)
        return cls.from_json(members)


_MEMBERS: Final = frozenset(attrs.fields_dict(FaultRule))


@define(kw_only=True)
class ActiveRule:
    """An active rule, with its counts."""

    number: int
    """Number by which it is removed."""
    rule: FaultRule
    calls: int = 0
    """Matching calls."""
    applied: int = 0
    """Affected calls."""
    chances: random.Random = field(repr=False, eq=False)

    def to_json(self) -> Object:
        """Return the rule with its number and counts."""
        return {"number": self.number, "calls": self.calls, "applied": self.applied, "rule": self.rule.to_json()}


class Faults:
    """The active rules, in the order in which they were added. Thread-safe.

    At most one rule affects a call: the first that is due. All rules that match the call count it, and a rule that did not
    come first affects the next call. The seed determines the random choices: the same calls in the same order have the
    same faults.
    """

    def __init__(self, rules: Sequence[FaultRule | str] = (), seed: int = 0) -> None:
        self._seed = seed
        self._lock = Lock()
        self._active: dict[int, ActiveRule] = {}
        self._numbers = count(1)
        for rule in rules:
            self.add(rule)

    @property
    def rules(self) -> tuple[FaultRule, ...]:
        """The active rules."""
        return tuple(active.rule for active in self.active)

    @property
    def active(self) -> tuple[ActiveRule, ...]:
        """The active rules with their numbers and counts."""
        with self._lock:
            return tuple(map(attrs.evolve, self._active.values()))

    def add(self, rule: FaultRule | str) -> int:
        """Add a rule, or the text of one, and return its number. Raises ConfigurationError if there are 1,000 already."""
        rule = FaultRule.parse(rule) if isinstance(rule, str) else rule
        with self._lock:
            if len(self._active) >= MOST_RULES:
                raise ConfigurationError(f"there are {MOST_RULES:,} fault rules already. Remove some first.")
            number = next(self._numbers)
            chances = random.Random(f"{self._seed}/{len(self._active) + 1}")  # noqa: S311  # a random choice in a test, not cryptography
            self._active[number] = ActiveRule(number=number, rule=rule, chances=chances)
            return number

    def remove(self, number: int) -> None:
        """Remove the rule of this number. Raises ConfigurationError if there is none."""
        with self._lock:
            if self._active.pop(number, None) is None:
                raise ConfigurationError(f"there is no fault rule of number {number}.")

    def clear(self) -> None:
        """Remove all rules. Rules that are added next make the same random choices as the first ones."""
        with self._lock:
            self._active.clear()

    def next(
        self, provider: str, operation: str, *, family: Family = "other", request: ServerRequest | None = None
    ) -> FaultRule | None:
        """Count a call, and return the rule that affects it, or None.

        `operation` is its operationId, or `download` for a file.
        """
        if not self._active:
            return None
        affecting: FaultRule | None = None
        with self._lock:
            for active in self._active.values():
                if not _matches(active.rule, provider, operation, family, request):
                    continue
                active.calls += 1
                if affecting is None and _is_due(active):
                    affecting = active.rule
                    active.applied += 1
        return affecting


def _matches(rule: FaultRule, provider: str, operation: str, family: Family, request: ServerRequest | None) -> bool:
    if family not in KINDS[rule.kind].families:
        return False
    if rule.provider not in (None, provider) or rule.operation not in (None, operation, family):
        return False
    return rule.kind != "broken_range" or request is None or "range" in request.headers


def _is_due(active: ActiveRule) -> bool:
    rule = active.rule
    most = math.inf if rule.nth is None else 1
    most = most if rule.times is None else rule.times
    is_due = active.calls >= (rule.nth or 1) and active.applied < most
    return is_due and (rule.probability >= 1 or active.chances.random() < rule.probability)
