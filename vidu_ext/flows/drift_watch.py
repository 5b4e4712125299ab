"""Report once each thing in the answers to a client that no spec documents.

An answer is compared in full if something in it is new: the names of an object's members, or an undocumented type or word. A
list is checked column by column, so that a hundred tasks take hardly longer than one.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Final, TypeAlias, cast

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
"""Most names, types and words that are remembered. Beyond them, all are forgotten and compared again."""

FEW_ENTRIES: Final = 4
"""Most entries of a list that cost less one by one than by columns."""

MOST_MEMBERS: Final = 100
"""Most members of an object that is remembered; the largest documented one has 40."""

_Seen: TypeAlias = "tuple[object, ...]"


class DriftWatch:
    """Reports what is undocumented in the answers to one client.

    Safe for threads: every change is one step of a dict, a set or a deque; at worst something is compared or reported twice.
    """

    def __init__(self, contract: Callable[[str], Contract], on_drift: OnDrift | None = None) -> None:
        self._contract = contract
        """Returns the contract of an account's provider."""
        self._on_drift = on_drift
        self._forms: dict[tuple[str, str, int], Form | None] = {}
        self._last: dict[tuple[str, str, int], bytes] = {}
        """The last answer of each kind, which needs no comparison if it comes again."""
        self._seen: set[_Seen] = set()
        """Names of members, types and words that were compared before, each with its form."""
        self._shapes: dict[_Seen, tuple[tuple[str, Form | None, bool], ...]] = {}
        """By the names and types of an object: the members whose words or content may differ, and whether each is needed."""
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
        if self._knows_one(form, value):
            return
        from vidu_ext.spec.drift import answer_drifts

        for drift in answer_drifts(self._contract(account), call.operation, reply.status, value, strict=False):
            self._note(account, drift)
        if len(self._seen) > MOST_SHAPES:
            self._seen.clear()
            self._shapes.clear()
        self._remember(form, value)

    def _knows_one(self, form: Form, value: Json) -> bool:
        """Return whether an answer like this one was compared before. For an object this costs less than `_knows`."""
        if not isinstance(value, dict):
            return self._knows(form, (value,))
        varying = self._shapes.get(_shape(form, value))
        if varying is None:
            return False
        for name, member_form, is_needed in varying:
            member = value[name]
            if is_needed and member == "" and (form, name) not in self._seen:
                return False
            if member_form is not None and not self._knows_member(member_form, member):
                return False
        return True

    def _knows_member(self, form: Form, member: Json) -> bool:
        if isinstance(member, str):
            return member in form.aliases or (form, member) in self._seen or form.is_known_word(member)
        if isinstance(member, list) and form.items is not None and len(member) <= FEW_ENTRIES:
            return all(self._knows_one(form.items, entry) for entry in member)
        return self._knows_one(form, member)

    def _knows(self, form: Form, values: Sequence[Json]) -> bool:
        """Return whether values like all of these, at least one, were compared before."""
        kinds = {str} if _are_texts(values) else set(map(type, values))
        if form.types is not None and not all(kind in form.types or (form, kind) in self._seen for kind in kinds):
            return False
        if str in kinds and form.words:
            words = set(cast("Sequence[str]", values) if len(kinds) == 1 else [text for text in values if isinstance(text, str)])
            if not all(word in form.aliases or (form, word) in self._seen or form.is_known_word(word) for word in words):
                return False
        if dict in kinds:
            alike: dict[tuple[str, ...], list[Object]] = {}
            for value in values:
                if isinstance(value, dict):
                    alike.setdefault(tuple(value), []).append(value)
            if not all(self._knows_objects(form, names, objects) for names, objects in alike.items()):
                return False
        if list in kinds and form.items is not None:
            entries = list(chain.from_iterable(value for value in values if isinstance(value, list)))
            return not entries or self._knows(form.items, entries)
        return True

    def _knows_objects(self, form: Form, names: tuple[str, ...], objects: list[Object]) -> bool:
        """Return whether objects like these, which all have these members in this order, were compared before."""
        if (form, names) not in self._seen:
            return False
        columns: Iterable[tuple[Json, ...]] = zip(*map(dict[str, Json].values, objects), strict=True)
        for name, column in zip(names, columns, strict=True):
            member = form.members.get(name)
            if member is not None and not self._knows(member, column):
                return False
            if name in form.needed and not all(column) and (None in column or "" in column) and (form, name) not in self._seen:
                return False
        return True

    def _remember(self, form: Form, value: Json) -> None:
        if isinstance(value, dict) and len(value) <= MOST_MEMBERS:
            self._seen.add((form, tuple(value)))
            self._shapes[_shape(form, value)] = _varying(form, value)
            self._seen.update((form, name) for name in form.needed if value.get(name) in (None, ""))
            for name in form.members.keys() & value.keys():
                self._remember(form.members[name], value[name])
        elif isinstance(value, list) and form.items is not None:
            for entry in value:
                self._remember(form.items, entry)
        elif isinstance(value, str) and form.words:
            self._seen.add((form, value))
        if form.types is not None and type(value) not in form.types:
            self._seen.add((form, type(value)))

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


def _are_texts(values: Sequence[Json]) -> bool:
    """Return whether all values are texts. Joining them is the quickest way to find out."""
    try:
        return isinstance(values[0], str) and bool("".join(cast("Sequence[str]", values)) or True)
    except TypeError:
        return False


def _shape(form: Form, value: Object) -> _Seen:
    return form, tuple(value), tuple(map(type, value.values()))


def _varying(form: Form, value: Object) -> tuple[tuple[str, Form | None, bool], ...]:
    """Return the members of an object that must be looked at although their names and types are known."""
    varying: list[tuple[str, Form | None, bool]] = []
    for name, member in value.items():
        member_form, is_text = form.members.get(name), isinstance(member, str)
        has_content = member_form is not None and (bool(member_form.words) if is_text else isinstance(member, dict | list))
        if has_content or (is_text and name in form.needed):
            varying.append((name, member_form if has_content else None, name in form.needed))
    return tuple(varying)
