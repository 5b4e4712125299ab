"""Report once each thing in the answers to a client that no spec documents.

An answer is compared in full if something in it is new: an object with other members, or a member with another type or word.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from vidu_ext.values.errors import one_line
from vidu_ext.values.exchange import Call, Reply
from vidu_ext.values.tasks import Json, Object

if TYPE_CHECKING:
    from vidu_ext.spec.contract import Contract
    from vidu_ext.spec.drift import Form
    from vidu_ext.values.drift import Drift
    from vidu_ext.values.price import DocumentedPrice

logger: Final = logging.getLogger("vidu_ext")

OnDrift: TypeAlias = "Callable[[Drift], object]"

MOST_REPORTS: Final = 200
"""Most reports of one client. A provider may use ids as names of members, and each would be new."""

MOST_SHAPES: Final = 2000
"""Most shapes of objects that are remembered. Beyond them, all are forgotten and compared again."""

MOST_MEMBERS: Final = 100
"""Most members of an object that is remembered; the largest documented one has 40."""


class DriftWatch:
    """Reports what is undocumented in the answers to one client.

    Safe for threads: every change is one step of a dict, a set or a deque; at worst something is compared or reported twice.
    """

    def __init__(self, contract: Callable[[str], Contract], on_drift: OnDrift | None = None) -> None:
        """`contract` returns the contract of an account's provider."""
        self._contract = contract
        self._on_drift = on_drift
        self._forms: dict[tuple[str, str, int], Form | None] = {}
        self._last: dict[tuple[str, str, int], bytes] = {}
        """The last answer of each kind, which needs no comparison if it comes again."""
        self._shapes: dict[tuple[Form, object], list[tuple[str, Form]]] = {}
        """The shapes of values that were compared before, each with the members to look at, too."""
        self._reported: set[tuple[str, ...]] = set()
        self._news: deque[tuple[str, Drift]] = deque()

    def look(self, account: str, call: Call, reply: Reply) -> None:
        """Compare an answer. Raises nothing. Findings in the answer to a create are reported later, after its id is read."""
        try:
            self._look(account, call, reply)
        except Exception as error:  # a failed comparison must not lose an answer that is paid for
            logger.debug("the answer to %s could not be compared with its spec: %s", call.operation, type(error).__name__)
        if not call.creates:
            self.report()

    def charged(self, account: str, operation: str, amount: float, price: DocumentedPrice, place: str) -> None:
        """Report a charge that is not the documented price, once for each operation. Raises nothing."""
        from vidu_ext.values.drift import Drift

        provider = self._contract(account).provider
        drift = Drift("charge", place, str(price), f"{amount:g} credits", provider, operation, 200)
        self._note(account, drift)
        self.report()

    def report(self) -> None:
        """Log new findings and pass them to the hook. An exception of the hook is only logged."""
        while self._news:
            account, drift = self._news.popleft()
            date = self._contract(account).date
            logger.warning("%s answers differently from its spec of %s: %s. The answer is kept.", account, date, drift)
            if self._on_drift is not None:
                try:
                    self._on_drift(drift)
                except Exception as error:
                    logger.warning("Settings.on_drift failed: %s: %s", type(error).__name__, one_line(str(error)))

    def _look(self, account: str, call: Call, reply: Reply) -> None:
        key = account, call.operation, reply.status
        if key not in self._forms:
            from vidu_ext.spec.drift import form_of  # no client needs it before its first answer

            self._forms[key] = form_of(self._contract(account), call.operation, reply.status)
        form = self._forms[key]
        if form is None or self._last.get(key) == reply.content:  # no JSON is documented; a page of tasks that run on
            return
        value = reply.json()
        if value is None and call.creates:  # the answer to a create may have broken off
            return
        self._last[key] = reply.content
        if len(self._shapes) > MOST_SHAPES:
            self._shapes.clear()
        if self._are_known(form, [value]):
            return
        from vidu_ext.spec.drift import answer_drifts

        for drift in answer_drifts(self._contract(account), call.operation, reply.status, value, strict=False):
            self._note(account, drift)

    def _are_known(self, form: Form, values: Iterable[Json]) -> bool:
        """Return whether values like each of these, and those in them, were compared before, and remember them."""
        are_known = True
        alike: dict[object, list[Any]] = {}
        for value in values:
            alike.setdefault(_shape(form, value), []).append(value)
        for shape, ones in alike.items():
            varying = self._shapes.get((form, shape))
            if varying is None:
                are_known, varying = False, _varying(form, ones[0])
                if not isinstance(ones[0], dict) or len(cast("Object", ones[0])) <= MOST_MEMBERS:
                    self._shapes[form, shape] = varying
            for name, member in varying:
                are_known = self._are_known(member, [value[name] for value in ones]) and are_known
        if list in alike and form.items is not None:
            are_known = self._are_known(form.items, chain.from_iterable(alike[list])) and are_known
        return are_known

    def _note(self, account: str, drift: Drift) -> None:
        provider, name = drift.provider, drift.pointer.rpartition("/")[2]
        is_charge = drift.what == "charge"
        operation = drift.operation if is_charge or drift.grade == "broken" else ""
        report = provider, drift.what, operation, name, "" if is_charge else drift.seen
        if report in self._reported or len(self._reported) >= MOST_REPORTS:
            return
        self._reported.add(report)
        self._news.append((account, drift))
        if len(self._reported) == MOST_REPORTS:
            logger.warning("%s: no more differences between answers and specs are reported; there were %d", account, MOST_REPORTS)


def _shape(form: Form, value: Json) -> object:
    """Return what a comparison depends on: the members of an object, their types, and the needed ones that are empty; a word of
    an enum; the type of any other value."""
    if isinstance(value, dict):
        return tuple(value), tuple(map(type, value.values())), *[name for name in form.needed if value.get(name) == ""]
    return value if form.words and isinstance(value, str) else type(value)


def _varying(form: Form, value: Json) -> list[tuple[str, Form]]:
    """Return the members of an object on whose words or content a comparison depends, too."""
    members = value if isinstance(value, dict) else {}
    return [
        (name, form.members[name])
        for name, member in members.items()
        if name in form.members and isinstance(member, (dict, list, str) if form.members[name].words else (dict, list))
    ]
