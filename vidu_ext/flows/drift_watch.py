"""Watch the answers that pass through a client for what no spec documents, and report each such thing once.

An answer is compared in full when its shape is seen for the first time: the names and types of its members. Of a shape that
was seen before only the words are looked at.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

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
"""Things that one client reports. A provider may name members by ids, each of which would be a new one."""

MOST_SHAPES: Final = 2000
"""Shapes and words that are remembered. More of them are forgotten together, and compared anew."""

MOST_MEMBERS: Final = 100
"""Members of an object whose shape is remembered; the largest documented one has 40."""

_Seen: TypeAlias = "tuple[object, ...]"


class DriftWatch:
    """Reports what the answers to one client hold that no spec documents.

    Safe for threads: every change is one step of a dict, a set or a deque; at worst something is compared or reported twice.
    """

    def __init__(self, contract: Callable[[str], Contract], on_drift: OnDrift | None = None) -> None:
        self._contract = contract
        """The contract of an account's provider."""
        self._on_drift = on_drift
        self._forms: dict[tuple[str, str, int], Form | None] = {}
        self._seen: dict[_Seen, tuple[tuple[str, Form], ...]] = {}
        """Of each shape the members that must be looked at again, since their words or shapes may differ."""
        self._reported: set[tuple[str, ...]] = set()
        self._news: deque[tuple[str, Drift]] = deque()

    def look(self, account: str, call: Call, reply: Reply) -> None:
        """Compare an answer. Raises nothing. What that to a create holds is reported later: first its id is read."""
        try:
            self._look(account, call, reply)
        except Exception as fault:  # an answer that is paid for must not be lost to the comparison
            logger.debug("the answer to %s could not be compared with its spec: %s", call.operation, type(fault).__name__)
        if not call.creates:
            self.report()

    def charged(self, account: str, operation: str, amount: float, price: DocumentedPrice) -> None:
        """Report a charge that is not the documented price, once for each operation. Raises nothing."""
        from vidu_ext.values.drift import Drift

        provider = self._contract(account).provider
        drift = Drift("charge", "#/credits", str(price), f"{amount:g} credits", provider, operation, 200)
        self._note(account, drift)
        self.report()

    def report(self) -> None:
        """Log what is new, and give it to the hook, whose failure ends nothing."""
        while self._news:
            account, drift = self._news.popleft()
            date = self._contract(account).date
            logger.warning("%s answers otherwise than its spec of %s: %s. What came is kept.", account, date, drift)
            if self._on_drift is not None:
                try:
                    self._on_drift(drift)
                except Exception as fault:
                    logger.warning("Settings.on_drift failed: %s: %s", type(fault).__name__, one_line(str(fault)))

    def _look(self, account: str, call: Call, reply: Reply) -> None:
        key = account, call.operation, reply.status
        if key not in self._forms:
            from vidu_ext.spec.drift import form_of  # no client needs it before its first answer

            self._forms[key] = form_of(self._contract(account), call.operation, reply.status)
        form = self._forms[key]
        if form is None:  # no JSON is documented
            return
        value = reply.json()
        if (value is None and call.creates) or self._knows(form, value):  # that to a create may have broken off
            return
        from vidu_ext.spec.drift import answer_drifts

        for drift in answer_drifts(self._contract(account), call.operation, reply.status, value, strict=False):
            self._note(account, drift)
        if len(self._seen) > MOST_SHAPES:
            self._seen.clear()
        self._remember(form, value)

    def _knows(self, form: Form, value: Json) -> bool:
        """Whether an answer like this one was compared before."""
        kind = type(value)
        if kind is str:
            return value in form.aliases or not form.words or (form, value) in self._seen or form.knows(str(value))
        if isinstance(value, dict):
            below = self._seen.get(_shape(form, value))
            return below is not None and all(self._knows(one, value[name]) for name, one in below)
        if isinstance(value, list) and form.items is not None and list in (form.types or ()):
            items = form.items
            return all(self._knows(items, one) for one in value)
        return form.types is None or kind in form.types or (form, kind) in self._seen

    def _remember(self, form: Form, value: Json) -> None:
        if isinstance(value, dict) and len(value) <= MOST_MEMBERS:
            known = {name: form.members[name] for name in value if name in form.members}
            self._seen[_shape(form, value)] = tuple((name, one) for name, one in known.items() if _varies(one, value[name]))
            for name, one in known.items():
                self._remember(one, value[name])
        elif isinstance(value, list) and form.items is not None:
            for entry in value:
                self._remember(form.items, entry)
        elif isinstance(value, str) and form.words:
            self._seen[form, value] = ()
        if not form.takes(value):
            self._seen[form, type(value)] = ()

    def _note(self, account: str, drift: Drift) -> None:
        provider, name = drift.provider, drift.pointer.rpartition("/")[2]
        is_charge = drift.what == "charge"
        where = drift.operation if is_charge or drift.grade == "broken" else ""
        thing = provider, drift.what, where, name, "" if is_charge else drift.seen
        if thing in self._reported or len(self._reported) >= MOST_REPORTS:
            return
        self._reported.add(thing)
        self._news.append((account, drift))
        if len(self._reported) == MOST_REPORTS:
            logger.warning(
                "%s reports no more of the differences between answers and specs: there were %d", account, MOST_REPORTS
            )


def _shape(form: Form, value: Object) -> _Seen:
    return form, tuple(value), tuple(map(type, value.values()))


def _varies(form: Form, value: Json) -> bool:
    """Whether a member must be looked at although its name and type are as before."""
    if isinstance(value, str):
        return bool(form.words)
    return (isinstance(value, dict) and bool(form.members)) or (isinstance(value, list) and form.items is not None)
