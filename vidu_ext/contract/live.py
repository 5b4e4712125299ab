"""Live checks: send free requests to accounts and compare the answers with the specs. They create no task and show no values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal, TypeAlias

from attrs import field, frozen

from vidu_ext.client.account_choice import AccountChoice
from vidu_ext.client.settings import Settings
from vidu_ext.providers.accounts import Account
from vidu_ext.providers.base import Provider
from vidu_ext.providers.records import TaskFilter
from vidu_ext.spec.drift import answer_drifts
from vidu_ext.transport.driver import SyncDriver, monotonic
from vidu_ext.values.drift import Drift
from vidu_ext.values.exchange import Call, ExchangeError, Reply
from vidu_ext.values.tasks import TaskRef

Standing: TypeAlias = Literal["asked", "not reached", "key refused", "foreign"]
"""asked: the answers can be compared with the spec.
not reached: no request was answered.
key refused: every answer refuses the key.
foreign: no answer has the form that this provider documents."""
NO_TASK: Final = "0"
"""An id that no task has. Polling it is a free check of the key and of the form of errors."""


@frozen
class CallCheck:
    """A free request and its answer, if one came."""

    operation: str
    drifts: tuple[Drift, ...] = ()
    failure: str = ""
    """Why there is no answer."""
    reply: Reply | None = field(default=None, repr=False)
    """None if no answer came."""
    has_own_form: bool = False
    """Whether the answer has the form that this provider documents, and that `{}`, which any service may send, does not have."""


@frozen
class AccountCheck:
    """All checks of one account."""

    account: str
    provider: str
    standing: Standing
    calls: tuple[CallCheck, ...]

    @property
    def drifts(self) -> tuple[Drift, ...]:
        return tuple(drift for call in self.calls for drift in call.drifts)

    @property
    def is_recognised(self) -> bool:
        """Whether an answer proves that this is the provider: a success, or an error if only the unknown task was polled."""
        replies = [call.reply for call in self.calls if call.has_own_form and call.reply is not None]
        return any(reply.is_success or len(self.calls) == 1 for reply in replies)


def check_accounts(
    accounts: Sequence[Account], settings: Settings, *, newest: int, tasks: Sequence[TaskRef] = ()
) -> Iterator[AccountCheck]:
    """Send all free requests to each account, and poll `tasks` and the first `newest` tasks of its list."""
    choice = AccountChoice(accounts, prefer=None, now=monotonic)
    driver = SyncDriver(choice.endpoints, settings)
    try:
        for account in choice.accounts.values():
            provider = choice.provider(account.name)
            refs = [ref for ref in tasks if ref.account == account.name]
            calls = tuple(_checks(driver, account.name, provider, refs, newest))
            yield AccountCheck(account.name, account.provider, _standing(provider, calls), calls)
    finally:
        driver.close()


def _checks(driver: SyncDriver, account: str, provider: Provider, tasks: Sequence[TaskRef], newest: int) -> Iterator[CallCheck]:
    """Yield the checks of one account; the first free request that gets no answer is the last."""
    listing = provider.tasks_call(TaskFilter(), None)
    refs = [TaskRef(account, NO_TASK), *tasks]
    for call in provider.free_calls():
        check = _check_call(driver, account, provider, call)
        yield check
        if check.reply is None:
            return
        if listing is not None and call.operation == listing.operation:
            snapshots, _ = provider.tasks_page(account, check.reply.json()) or ((), None)
            refs += [snapshot.ref for snapshot in snapshots[:newest]]
    for ref in refs:
        yield _check_call(driver, account, provider, provider.status_call(ref))


def _check_call(driver: SyncDriver, account: str, provider: Provider, call: Call) -> CallCheck:
    try:
        reply = driver.send(account, call)
    except ExchangeError as failure:
        return CallCheck(call.operation, failure=failure.detail)
    drifts, of_empty = (answer_drifts(provider.contract, call.operation, reply.status, value) for value in (reply.json(), {}))
    has_own_form = not _has_another_form(drifts) and _has_another_form(of_empty)
    return CallCheck(call.operation, drifts, reply=reply, has_own_form=has_own_form)


def _has_another_form(drifts: Sequence[Drift]) -> bool:
    return any(drift.what in ("unreadable", "status") for drift in drifts)


def _standing(provider: Provider, calls: Sequence[CallCheck]) -> Standing:
    replies = [call.reply for call in calls if call.reply is not None]
    if not replies:
        return "not reached"
    is_refused = all(not reply.is_success and provider.error(reply).category == "key" for reply in replies)
    if is_refused and any(isinstance(reply.json(), dict | list) for reply in replies):
        return "key refused"
    return "asked" if any(call.has_own_form for call in calls) else "foreign"
