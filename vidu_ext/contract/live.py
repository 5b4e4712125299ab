"""Live checks: sends free requests to accounts and compares the answers with the specs. Creates no task; shows no values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal, TypeAlias

from attrs import field, frozen

from vidu_ext.client.session import Session, Settings
from vidu_ext.providers.accounts import Account
from vidu_ext.providers.base import Provider, TaskFilter
from vidu_ext.spec.contract import contract_of
from vidu_ext.spec.drift import answer_drifts
from vidu_ext.transport.driver import SyncDriver, chance, monotonic
from vidu_ext.values.drift import Drift
from vidu_ext.values.exchange import Call, ExchangeError, Reply
from vidu_ext.values.tasks import TaskRef

Standing: TypeAlias = Literal["asked", "not reached", "key refused", "foreign"]
NO_TASK: Final = "0"
"""An id that no task has. Asking for it is a free check of the key and of the form of errors."""
NEWEST: Final = 5
"""Number of listed tasks whose state is read."""


@frozen
class Answered:
    """A request and its answer."""

    operation: str
    status: int | None
    """None if no answer came."""
    drifts: tuple[Drift, ...] = ()
    failure: str = ""
    """Why there is no answer."""
    reply: Reply | None = field(default=None, repr=False)


@frozen
class Asked:
    """The answers of one account."""

    account: str
    provider: str
    standing: Standing
    """not reached: no answers. key refused: every answer refuses the key. foreign: no answer has the form of this provider."""
    answers: tuple[Answered, ...]

    @property
    def drifts(self) -> tuple[Drift, ...]:
        return tuple(drift for answer in self.answers for drift in answer.drifts)

    @property
    def readable(self) -> list[Reply]:
        """The answers in the form of this provider. Without documented members it may be from another service and is left out."""
        return [
            answer.reply
            for answer in self.answers
            if answer.reply is not None
            and not any(map(_is_strange, answer.drifts))
            and any(map(_is_strange, answer_drifts(contract_of(self.provider), answer.operation, answer.reply.status, {})))
        ]

    @property
    def is_recognised(self) -> bool:
        """Whether an answer is as documented. It must be a success if more than the unknown task was asked for."""
        return any(reply.is_success or len(self.answers) == 1 for reply in self.readable)


def ask(
    accounts: Sequence[Account], settings: Settings, *, tasks: Sequence[TaskRef] = (), newest: int = NEWEST
) -> Iterator[Asked]:
    """Send all free requests to each account, and read the states of `tasks` and of the `newest` listed tasks."""
    session = Session(accounts, prefer=None, settings=settings, chance=chance, now=monotonic)
    driver = SyncDriver(session.endpoints, session.settings)
    try:
        for account in session.accounts.values():
            named = [ref for ref in tasks if ref.account == account.name]
            answers = tuple(_answers(driver, account.name, session.provider(account.name), named, newest))
            yield Asked(account.name, account.provider, _standing(session.provider(account.name), answers), answers)
    finally:
        driver.close()


def _answers(driver: SyncDriver, account: str, provider: Provider, named: Sequence[TaskRef], newest: int) -> Iterator[Answered]:
    """Yield the answers of one account. Stops after the first free request without an answer."""
    listing = provider.tasks_call(TaskFilter(), None)
    refs = [TaskRef(account, NO_TASK), *named]
    for call in provider.free_calls():
        answered = _ask(driver, account, provider, call)
        yield answered
        if answered.status is None:
            return
        if listing is not None and call.operation == listing.operation and answered.reply is not None:
            page = provider.tasks_page(account, answered.reply.json())
            refs += [snapshot.ref for snapshot in (page[0] if page else ())[:newest]]
    for ref in refs:
        yield _ask(driver, account, provider, provider.status_call(ref))


def _ask(driver: SyncDriver, account: str, provider: Provider, call: Call) -> Answered:
    try:
        reply = driver.send(account, call)
    except ExchangeError as failure:
        return Answered(call.operation, None, failure=failure.detail)
    return Answered(call.operation, reply.status, drifts_of(provider, call.operation, reply), reply=reply)


def drifts_of(provider: Provider, operation: str, reply: Reply) -> tuple[Drift, ...]:
    """Return how an answer differs from the spec."""
    return answer_drifts(provider.contract, operation, reply.status, reply.json())


def _is_strange(drift: Drift) -> bool:
    return drift.what in ("unreadable", "status")


def _standing(provider: Provider, answers: Sequence[Answered]) -> Standing:
    replies = [answer.reply for answer in answers if answer.reply is not None]
    if not replies:
        return "not reached"
    if all(not isinstance(reply.json(), dict | list) for reply in replies):
        return "foreign"
    is_refused = all(not reply.is_success and provider.error(reply).category == "key" for reply in replies)
    return "key refused" if is_refused else "asked"
