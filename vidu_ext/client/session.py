"""The accounts, settings and flows that the blocking and the awaited client share.

Modules that not every client needs are imported inside functions: it halves the time to the first client.
"""

from __future__ import annotations

import inspect
import logging
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar, cast

from attrs import evolve, field, frozen

from vidu_ext.flows.attempt import Attempt, Claims, attempt_of, payload_of
from vidu_ext.flows.call import answer_flow, call_flow, status_flow
from vidu_ext.flows.drift_watch import DriftWatch, OnDrift
from vidu_ext.flows.durations import Durations
from vidu_ext.flows.effects import Flow, wall_clock
from vidu_ext.flows.health import Health, HealthPolicy
from vidu_ext.flows.outcome import Accepted, Begun, Outcome, Unknown, error_of
from vidu_ext.flows.policy import PollPolicy, RetryPolicy, SettlePolicy, usual_poll
from vidu_ext.flows.routing import Policy, examine, explain, is_account_failure, offers_in_turn, order, preference, priced
from vidu_ext.flows.settle import find_flow
from vidu_ext.flows.sightings import Sightings
from vidu_ext.flows.submit import attempt_flow, submit_flow
from vidu_ext.providers import PROVIDERS, provider_named
from vidu_ext.providers.accounts import Account, accounts, address_variable
from vidu_ext.transport.endpoint import Endpoint
from vidu_ext.transport.options import HttpOptions
from vidu_ext.values.errors import CallError, ConfigurationError, ResponseUnreadableError, SubmissionUnknownError, one_line
from vidu_ext.values.exchange import read_json, text_of
from vidu_ext.values.explanation import Explanation
from vidu_ext.values.forks import PerAccount
from vidu_ext.values.remedy import Remedy
from vidu_ext.values.spelling import joined
from vidu_ext.values.submission import Submission
from vidu_ext.values.tasks import TaskRef, check_id
from vidu_ext.values.urls import api_root

if TYPE_CHECKING:
    from vidu_ext.flows.download import Downloaded, DownloadOptions, OnProgress, Source
    from vidu_ext.flows.effects import Target
    from vidu_ext.flows.poll import PollQueue
    from vidu_ext.providers.answers import StoredSubject
    from vidu_ext.providers.base import Balance, Provider, TaskFilter
    from vidu_ext.providers.offers import Offer
    from vidu_ext.transport.orders import OrderStore
    from vidu_ext.values.exchange import Call, Reply
    from vidu_ext.values.notice import Notice, NoticeSource
    from vidu_ext.values.orders import OrderRow
    from vidu_ext.values.price import Documented, DocumentedPrice, Price, Quote
    from vidu_ext.values.tasks import Json, Output, OutputKind, Snapshot

    from .notices import TaskNotices

T = TypeVar("T")
OnSnapshot: TypeAlias = "Callable[[Snapshot], object]"
OnAccepted: TypeAlias = "Callable[[TaskRef], object]"
OnSubmission: TypeAlias = "Callable[[Submission], object]"
Keep: TypeAlias = Callable[[Submission], Flow[None]]
Keys: TypeAlias = "Mapping[str, str] | Sequence[Account] | None"
Prefer: TypeAlias = "Sequence[str] | Policy | None"

logger: Final = logging.getLogger("vidu_ext")

CHARGE_ROUNDING: Final = 0.01
"""Credits by which a charge may differ from the documented price."""
_KEY_OF_A_JOB: Final = re.compile(r"[!-~]{1,255}")
"""An idempotency key that travels unchanged in an HTTP header and in JSON. No provider documents a narrower limit."""


_WRITTEN: Final = {
    "api_key": '{client}({{"vidu": "..."}}), with the name of the provider, or set VIDU_API_KEY',
    "timeout": "wait(task, timeout=600) for a task, or {client}(settings=Settings(timeouts=Timeouts(read=30)))",
    "base_url": '{client}([Account(provider="vidu", key="...", base_url="https://...")]), or set VIDU_BASE_URL',
}
"""What to write in place of the options of other clients."""


@frozen(kw_only=True)
class Settings(HttpOptions):
    """All settings of a client except its accounts. The defaults are for unattended work.

    `poll` is a PollPolicy, `retry` a RetryPolicy, `settle` a SettlePolicy, `health` a HealthPolicy and `timeouts` a Timeouts;
    `proxy` is the URL of a proxy, by default that of the environment; `verify` is an ssl.SSLContext in place of the usual
    certificates, or False for no verification; `event_hooks` are httpx's, `request` and `response`; `transport` (of Vidu) and
    `async_transport` (of AsyncVidu) are httpx transports to send through; `orders` is the file in which `once=` keeps what was
    ordered, by default orders.sqlite in the state folder of the user; `on_drift` receives a Drift, once, for each thing in an
    answer that no spec documents, and must return at once. Raises ConfigurationError for anything else.
    """

    poll: PollPolicy = field(factory=usual_poll)
    """By default, no pause is longer than the environment variable VIDU_POLL_SECONDS."""
    retry: RetryPolicy = field(factory=RetryPolicy)
    settle: SettlePolicy = field(factory=SettlePolicy)
    health: HealthPolicy = field(factory=HealthPolicy)
    orders: str | os.PathLike[str] | None = None
    on_drift: OnDrift | None = None

    def __attrs_post_init__(self) -> None:
        kinds = {"poll": PollPolicy, "retry": RetryPolicy, "settle": SettlePolicy, "health": HealthPolicy}
        for name, kind in kinds.items():
            given: object = getattr(self, name)
            if not isinstance(given, kind):
                raise ConfigurationError(f"Settings.{name} must be a {kind.__name__}, not {type(given).__name__}.")
        if not isinstance(self.orders, str | os.PathLike | None):  # pyright: ignore[reportUnnecessaryIsInstance]  # users without types
            raise ConfigurationError(f"Settings.orders must be the path of a file, not {type(self.orders).__name__}.")
        check_callbacks(are_awaited=False, on_drift=self.on_drift)


class Session:
    """The accounts of one client and the state it keeps for them."""

    def __init__(
        self,
        keys: Mapping[str, str] | Sequence[Account] | None,
        *,
        prefer: Sequence[str] | Policy | None,
        settings: Settings,
        chance: Callable[[], float],
        now: Callable[[], float],
        callbacks: NoticeSource | None = None,
    ) -> None:
        configured = accounts(keys)
        self.accounts: Final = {account.name: account for account in configured}
        self.settings: Final = settings
        self.health: Final = Health(settings.health)
        self.claims: Final = Claims()
        self.sightings: Final = Sightings()
        self.watch: Final = DriftWatch(lambda account: self.provider(account).contract, settings.on_drift)
        self.endpoints: Final = PerAccount(lambda name: _endpoint(self.accounts[name]))
        """Made when first needed, because each needs its spec."""
        self._durations = Durations()
        self._notices = None if callbacks is None else _notices(callbacks)
        self._policy = priced(_policy(prefer, configured), self._dollars)
        self._has_warned_of_default = False
        self._chance = chance
        self._now = now

    def provider(self, account: str) -> Provider:
        """Return the adapter of an account's provider. Raises ConfigurationError for an account that is not configured."""
        found = self.accounts.get(account)
        if found is None:
            known = ", ".join(self.accounts)
            theirs = ", ".join(one.name for one in self.accounts.values() if one.provider == account)
            those = f" Accounts of the provider {account}: {theirs}." if theirs else ""
            raise ConfigurationError(
                f"no account is called {account!r}; configured are: {known}.{those} Poll a task through the account that took it."
            )
        return provider_named(found.provider)

    def ref(self, task: object) -> TaskRef:
        """Return the reference of a handle, a reference or its text. Raises ConfigurationError if its account is unknown."""
        if isinstance(task, str):
            task = TaskRef.parse(task)
        found = task if isinstance(task, TaskRef) else getattr(task, "ref", None)
        if not isinstance(found, TaskRef):
            raise ConfigurationError(
                f"a task must be a handle, its reference or the reference as text, not {type(task).__name__}."
            )
        self.provider(found.account)
        check_id("the id of a task", found.task_id)
        return found

    def queue(self, account: str) -> PollQueue:
        from vidu_ext.flows.poll import PollQueue

        return PollQueue(
            account,
            self.provider(account),
            poll=self.settings.poll,
            retry=self.settings.retry,
            chance=self._chance,
            sightings=self.sightings,
            notices=self._notices,
            durations=self._durations,
        )

    def listen(self, callbacks: NoticeSource | None, listener: Callable[[Notice], object]) -> None:
        """Pass notices that are signed with the key of an account to the listener."""
        if callbacks is not None:
            callbacks.join(
                {one.name: one.key for one in self.accounts.values() if provider_named(one.provider).sends_notices}, listener
            )

    def find_waiting(self, notice: Notice) -> tuple[str, str] | None:
        """Return the account and the id of the task that a notice reports as ended; None if it reports none."""
        task_id = None if self._notices is None else self._notices.take_in(notice)
        return None if task_id is None else (notice.account, task_id)

    # -- choosing -----------------------------------------------------------------------------------------------------

    def offers(
        self,
        request: object,
        *,
        account: str | None,
        check: bool,
        unlisted: bool = False,
        path_id: str | None,
        at_most: Price | None = None,
    ) -> tuple[Offer, ...]:
        """Return the offers of the accounts that can serve the request within the ceiling, in the order in which to ask them."""
        asked = self._accounts_for(account)
        for one in asked:
            self.endpoints[one.name]  # a base URL that leads nowhere is refused before anything begins
        examined = examine(request, asked, check=check, unlisted=unlisted, path_id=path_id)
        if at_most is not None:
            from vidu_ext.flows.quotes import within

            examined = within(examined, _ceiling(at_most), self.documented)
        offers = order(examined, self._policy, self.health, self._now())
        if account is None and getattr(request, "model", "") is None and not hasattr(request, "provider"):
            self._warn_of_default(offers)
        return offers

    @staticmethod
    def has_files(request: object) -> bool:
        """Return whether files or bytes of the user's are read and encoded for a request."""
        from vidu_ext.values.requests import OperationRequest, Request, local_media

        return isinstance(request, Request | OperationRequest) and bool(local_media(request))

    def _warn_of_default(self, offers: Sequence[Offer]) -> None:
        """Warn once if a request that names neither account nor model can go to only one of several providers."""
        providers = {offer.provider for offer in offers}
        if len(providers) == 1 and len({one.provider for one in self.accounts.values()}) > 1 and not self._has_warned_of_default:
            self._has_warned_of_default = True
            logger.warning(
                "neither an account nor a model was named: this goes to %s, the only provider here with a default for it (%s)",
                offers[0].account,
                offers[0].operation,
            )

    def explain(
        self, request: object, *, check: bool = True, unlisted: bool = False, path_id: str | None = None
    ) -> tuple[Explanation, ...]:
        examined = examine(request, tuple(self.accounts.values()), check=check, unlisted=unlisted, path_id=path_id)
        explained = explain(examined, self.health, self._now())
        from vidu_ext.flows.quotes import quote_of

        quotes = [quote_of(one.account, one.provider, self.documented(one) if one.capable else None) for one in examined]
        return tuple(evolve(one, price=quote.price, rate=quote.rate) for one, quote in zip(explained, quotes, strict=True))

    def quote(
        self, request: object, *, account: str | None, check: bool, unlisted: bool = False, path_id: str | None
    ) -> tuple[Quote, ...]:
        from vidu_ext.flows.quotes import quotes

        return quotes(
            examine(request, self._accounts_for(account), check=check, unlisted=unlisted, path_id=path_id), self.documented
        )

    def documented(self, offer: Offer) -> Documented:
        """Return what an offer costs by the prices of today, or the rates; None if nothing is documented."""
        from vidu_ext.flows.quotes import documented
        from vidu_ext.transport.driver import wall_clock

        today = datetime.fromtimestamp(wall_clock(), UTC).date()
        return documented(offer, host=self.endpoints[offer.account].host, on=today)

    def _dollars(self, offer: Offer) -> float | None:
        """Return the documented price in US dollars, for `cheapest()`."""
        price = self.documented(offer)
        return price.usd if price is not None else None

    def _accounts_for(self, account: str | None) -> Sequence[Account]:
        if account is None:
            return tuple(self.accounts.values())
        named = [one for one in self.accounts.values() if account in (one.name, one.provider)]
        if not named:
            self.provider(account)
        return named

    # -- flows --------------------------------------------------------------------------------------------------------

    def submit(
        self,
        offers: Sequence[Offer],
        *,
        idempotency_key: str | None,
        begun: Begun,
        on_submission: OnSubmission | None,
        keep: Keep | None = None,
    ) -> Flow[Attempt]:
        """Return the flow of a submit, which keeps `begun` up to date. With `keep`, only this order has the idempotency key."""
        _check_key(idempotency_key)
        for offer in offers:
            self._refuse_synchronous(offer)

        def prepare(offer: Offer, retry: RetryPolicy) -> Flow[Attempt]:
            try:
                attempt = yield from self._attempt(offer, idempotency_key, retry=retry)
            except CallError as failure:  # an attempt without its files, which is not sent, carries this outcome
                attempt = yield from self._attempt(evolve(offer, uploads={}), idempotency_key, retry=retry)
                from vidu_ext.flows.upload import outcome_of_upload

                return evolve(attempt, outcome=outcome_of_upload(failure))
            if keep is not None:
                attempt = _owning(attempt, idempotency_key)
                yield from keep(attempt.submission)
            if on_submission is not None:
                on_submission(attempt.submission)
            return evolve(attempt, begun=begun)

        return submit_flow(
            offers_in_turn(offers, lambda account: self.health.admit(account, self._now())),
            prepare,
            retry=self.settings.retry,
            settle=self.settings.settle,
            claims=self.claims,
            observe=self._observe,
        )

    def order(
        self,
        offers: Sequence[Offer],
        once: str,
        fingerprint: str,
        *,
        again: bool,
        begun: Begun,
        on_submission: OnSubmission | None,
    ) -> Flow[Attempt | OrderRow]:
        """Return the flow of a submit under a key of the user's own; see flows.once."""
        from vidu_ext.flows.once import once_flow

        def submit(key: str, keep: Keep) -> Flow[Attempt]:
            return self.submit(offers, idempotency_key=key, begun=begun, on_submission=on_submission, keep=keep)

        find = partial(self.find, begun=begun)
        return once_flow(self._orders(), once, fingerprint, again=again, begun=begun, submit=submit, find=find)

    def _orders(self) -> OrderStore:
        from vidu_ext.transport.orders import OrderStore

        return OrderStore(self.settings.orders)

    def prepare(self, offers: Sequence[Offer], *, idempotency_key: str | None) -> Flow[Submission]:
        """Return what to send to the first of the accounts, after uploading its files. Creates nothing."""
        _check_key(idempotency_key)
        self._refuse_synchronous(offers[0])
        return (yield from self._attempt(offers[0], idempotency_key)).submission

    def send(self, submission: Submission, *, begun: Begun) -> Flow[Attempt]:
        """Send a submission that was prepared before, perhaps by another process."""
        attempt = evolve(self._attempt_again(submission), begun=begun)
        outcome = yield from attempt_flow(
            attempt, retry=self.settings.retry, waits=True, settle=self.settings.settle, claims=self.claims
        )
        self._observe(attempt.account, outcome)
        return evolve(attempt, outcome=outcome)

    def _attempt(self, offer: Offer, idempotency_key: str | None, *, retry: RetryPolicy | None = None) -> Flow[Attempt]:
        """Make the attempt for an offer. Raises CallError if one of its files cannot be uploaded."""
        provider = self.provider(offer.account)
        if offer.uploads:
            from vidu_ext.flows.upload import upload_media

            host = self.endpoints[offer.account].host
            offer = yield from upload_media(offer, provider, account_host=host, retry=retry or self.settings.retry)
        if self._notices is not None:
            offer = self._notices.with_callback(offer, provider)
        return attempt_of(offer, provider, idempotency_key, (yield from wall_clock()))

    def _refuse_synchronous(self, offer: Offer) -> None:
        operation = self.provider(offer.account).contract.operation(offer.operation)
        if operation.poll is None:
            raise ConfigurationError(f"{operation.id} answers at once and starts no task: use call() in place of submit().")

    def submitted_task(self, ended: Attempt | OrderRow) -> SubmittedTask:
        """Return the task that a submit ended with. Raises what `accepted` raises."""
        if not isinstance(ended, Attempt):
            return SubmittedTask(cast("TaskRef", ended.ref))  # never None: an order of `call` has another fingerprint
        done = accepted(ended)
        self._durations.began(done.ref, ended.submission)
        if self._notices is not None:
            self._notices.accepted(done.ref, ended.submission)
        return SubmittedTask(done.ref, is_new=True, estimate=done.estimate, submission=ended.submission)

    def compare_charge(self, ended: Attempt | OrderRow) -> None:
        """Report a charge of a new task that is not the documented price. Raises nothing, because the task is paid."""
        if not isinstance(ended, Attempt) or not isinstance(ended.outcome, Accepted):
            return
        from vidu_ext.providers.offers import Offer
        from vidu_ext.values.price import DocumentedPrice

        sent = ended.submission
        try:
            charge, place = ended.outcome.charge, ended.provider.charge_header
            if not place and (snapshot := ended.provider.snapshot(ended.outcome.ref, ended.outcome.raw)) is not None:
                charge, place = snapshot.credits, "#/credits"
            if charge is None and not ended.provider.charge_header:
                return
            price = self.documented(Offer(sent.account, sent.provider, sent.operation, sent.body))
            if not isinstance(price, DocumentedPrice) or price.credits is None or price is not price.sure_most:
                return
            compare = partial(self._compare_charge, sent.account, sent.operation, price, place)  # without the body
            if charge is not None:
                compare(charge)
            else:
                self.sightings.await_charge(ended.outcome.ref, compare)
        except Exception as fault:
            logger.debug("the charge of %s could not be compared: %s", ended.outcome.ref, type(fault).__name__)

    def _compare_charge(self, account: str, operation: str, price: DocumentedPrice, place: str, charge: float) -> None:
        more = charge - (price.credits or 0.0)
        if more > CHARGE_ROUNDING or (more < -CHARGE_ROUNDING and not price.is_most):
            self.watch.charged(account, operation, charge, price, place)

    def _observe(self, account: str, outcome: Outcome) -> None:
        if is_account_failure(outcome):
            self.health.record_failure(account, self._now())
        else:
            self.health.record_success(account)
        if isinstance(outcome, Accepted):
            self.sightings.unfinished(outcome.ref, self._now())
            if outcome.charge is not None:
                self.sightings.charged(outcome.ref, outcome.charge)
        ref = f" as {outcome.ref}" if isinstance(outcome, Accepted) else ""
        logger.info("submit to %s: %s%s", account, type(outcome).__name__.lower(), ref)

    def call(
        self,
        offers: Sequence[Offer],
        *,
        begun: Begun,
        request: object = None,
        once: str | None = None,
        fingerprint: str | None = None,
        again: bool = False,
        on_submission: OnSubmission | None = None,
    ) -> Flow[object]:
        """Return the answer of a route that answers at once, of an OperationRequest as raw JSON. `begun` is as in `submit`."""
        from vidu_ext.values.requests import OperationRequest

        offer = offers[0]
        provider = self.provider(offer.account)
        operation = provider.contract.operation(offer.operation)
        if operation.poll is not None:
            raise ConfigurationError(f"{operation.id} starts a task: use submit() in place of call().")
        if not provider.may_cost(operation):
            free = yield from self._attempt(offer, None)
            return (yield from self._read(offer.account, free.call, lambda value: value))
        is_raw = isinstance(request, OperationRequest)
        read = partial(_as_it_came if is_raw else _as_model, provider, operation.id)

        def answer(_key: str = "", keep: Keep | None = None) -> Flow[str]:
            attempt = evolve((yield from self._attempt(offer, None)), begun=begun)
            if keep is not None:
                yield from keep(attempt.submission)
            if on_submission is not None:
                on_submission(attempt.submission)
            reply = yield from answer_flow(attempt, retry=self.settings.retry)
            text = text_of(reply.content)
            try:
                read(text)
            except ValueError as error:
                detail = f"the answer is not what the spec says ({error}); it is kept in .raw"
                raise SubmissionUnknownError(offer.account, detail, attempt.submission, raw=reply.content) from error
            begun.answer = text
            return text

        def find(submission: Submission) -> Flow[str]:
            attempt = yield from self.find(submission, begun=begun)
            raise error_of(attempt.outcome or Unknown(""), submission)

        if once is None or fingerprint is None:
            return read((yield from answer()))
        from vidu_ext.flows.once import once_flow

        ended = yield from once_flow(self._orders(), once, fingerprint, again=again, begun=begun, submit=answer, find=find)
        return read(ended if isinstance(ended, str) else ended.answer or "")

    def find(self, submission: Submission, *, begun: Begun) -> Flow[Attempt]:
        """Look again for the outcome of a submission that is unknown."""
        attempt = evolve(self._attempt_again(submission), begun=begun)
        outcome = yield from find_flow(attempt, retry=self.settings.retry, settle=self.settings.settle, claims=self.claims)
        return evolve(attempt, outcome=outcome)

    def _attempt_again(self, submission: Submission) -> Attempt:
        provider = self.provider(submission.account)
        _check_submission(submission, provider)
        return Attempt(provider, submission, provider.create_call(submission))

    def status(self, ref: TaskRef) -> Flow[Snapshot]:
        """Ask for the state of a task, again after passing failures."""
        provider = self.provider(ref.account)
        call = provider.status_call(ref)
        reply = yield from call_flow(ref.account, provider, call, retry=self.settings.retry)
        snapshot = provider.read_status(ref, reply)
        if snapshot is None:
            raise ResponseUnreadableError(
                ref.account, call.operation, "the answer has no state", status=reply.status, raw=reply.content
            )
        self._saw(snapshot, reply)
        return self.sightings.with_charge(snapshot)

    def _saw(self, snapshot: Snapshot, reply: Reply) -> None:
        self.sightings.saw(snapshot, reply, self._now())

    def fresh_outputs(self, ref: TaskRef) -> Flow[tuple[Output, ...]]:
        """Poll a task for its files with newly signed URLs; none if the poll fails."""
        snapshot = yield from status_flow(ref.account, self.provider(ref.account), ref, saw=self._saw)
        return snapshot.outputs if snapshot else ()

    def download(
        self,
        snapshot: Snapshot,
        target: Target,
        *,
        kind: OutputKind | None,
        options: DownloadOptions | None,
        on_progress: OnProgress | None,
    ) -> Flow[Downloaded]:
        from vidu_ext.flows.download import DownloadOptions, choose, download_flow

        source = self._source(snapshot, on_progress)
        return download_flow(source, choose(snapshot.outputs, kind), target, options=options or DownloadOptions())

    def download_all(
        self,
        snapshot: Snapshot,
        folder: str | os.PathLike[str],
        *,
        options: DownloadOptions | None,
        on_progress: OnProgress | None,
    ) -> Flow[tuple[Downloaded, ...]]:
        from vidu_ext.flows.download import DownloadOptions, download_all_flow

        return download_all_flow(
            self._source(snapshot, on_progress), snapshot.outputs, folder, options=options or DownloadOptions()
        )

    def _source(self, snapshot: Snapshot, on_progress: OnProgress | None) -> Source:
        """Return the source of a task's files. Raises what a wait would if the task has no result."""
        from vidu_ext.flows.download import Source
        from vidu_ext.flows.poll import check_result

        check_callbacks(are_awaited=False, on_progress=on_progress)
        check_result(snapshot)
        ref = snapshot.ref
        return Source(
            ref=ref,
            refresh=lambda: self.fresh_outputs(ref),
            account_host=self.endpoints[ref.account].host,
            key_hosts=self.provider(ref.account).key_hosts,
            youth=lambda: self.sightings.youth(ref, self._now()),
            on_progress=on_progress,
            monotonic=self._now,
        )

    def cancel(self, ref: TaskRef) -> Flow[Snapshot]:
        provider = self.provider(ref.account)
        call = self._require(provider.cancel_call(ref), ref.account, "cancel a task", "The task keeps running and is charged")
        try:
            yield from call_flow(ref.account, provider, call, retry=self.settings.retry)
        except CallError as error:
            said = error.status is not None and error.status < 500
            seen = (yield from status_flow(ref.account, provider, ref)) if said else None
            ended = seen is not None and seen.state.is_final
            after = (
                f"the task has ended as {one_line(seen.word)}"
                if seen and ended
                else "if the task exists, it keeps running and is charged"
            )
            detail = f"{error.detail.rstrip('.')}; {after}"
            raise CallError(error.account, error.operation, detail, status=error.status, code=error.code) from error
        return (yield from self.status(ref))

    def credits(self, account: str) -> Flow[tuple[Balance, ...]]:
        provider = self.provider(account)
        call = self._require(provider.credits_call(), account, "read the credits left", "Look at its console")
        return (yield from self._read(account, call, provider.balances))

    def tasks_page(
        self, account: str, wanted: TaskFilter | None, pages: Sequence[str]
    ) -> Flow[tuple[tuple[Snapshot, ...], str | None]]:
        """Return the tasks of the last of `pages`, or of the first page if there are none yet, and the next page."""
        from vidu_ext.providers.base import TaskFilter

        provider = self.provider(account)
        found = provider.tasks_call(wanted or TaskFilter(), pages[-1] if pages else None)
        call = self._require(found, account, "list tasks", "Keep the references of your tasks")
        _check_new(pages, account, call)
        return (yield from self._read(account, call, partial(provider.tasks_page, account)))

    def subjects_page(self, account: str, pages: Sequence[str]) -> Flow[tuple[Sequence[StoredSubject], str | None]]:
        """Return the subjects of the last of `pages` and the next page, as in `tasks_page`."""
        provider = self.provider(account)
        call = provider.subjects_call(pages[-1] if pages else None)
        if call is None:
            able = [name for name in PROVIDERS if provider_named(name).subjects_call(None) is not None]
            raise ConfigurationError(
                f"{account} is an account of {provider.name}, which stores no subjects. They are stored at {joined(able)}."
            )
        _check_new(pages, account, call)
        return (yield from self._read(account, call, provider.subjects_page))

    @staticmethod
    def _require(call: Call | None, account: str, what: str, advice: str) -> Call:
        if call is None:
            raise CallError(account, what, f"this provider documents no way to {what}. {advice}")
        return call

    def _read(self, account: str, call: Call, read: Callable[[Json], T | None]) -> Flow[T]:
        """Return what `read` finds in the answer to a call. Raises ResponseUnreadableError if it finds nothing."""
        reply = yield from call_flow(account, self.provider(account), call, retry=self.settings.retry)
        value = read(reply.json())
        if value is None:
            detail = "the answer is not what the spec says"
            raise ResponseUnreadableError(account, call.operation, detail, status=reply.status, raw=reply.content)
        return value

    def only_account(self, account: str | None) -> str:
        """Return the account named, or the only one. Raises ConfigurationError if there are several and none is named."""
        if account is not None:
            self.provider(account)
            return account
        if len(self.accounts) > 1:
            raise ConfigurationError(f"say which account: one of {', '.join(self.accounts)}.")
        return next(iter(self.accounts))


def refuse_unknown(client: str, options: Iterable[str]) -> None:
    """Raise TypeError for options that a client does not have, and say what to write instead."""
    for name in options:
        hint = f" Write {_WRITTEN[name].format(client=client)}." if name in _WRITTEN else ""
        raise TypeError(f"{client}() takes keys, prefer and settings, and no {name!r}.{hint}")


def several(tasks: Iterable[T]) -> list[T]:
    """Return the tasks as a list. Raises ConfigurationError for a single one: each letter of its text would become a task."""
    if isinstance(tasks, str | TaskRef) or not hasattr(tasks, "__iter__"):
        raise ConfigurationError("a list of tasks is needed: put a single one in brackets, as in wait_all([task]).")
    return list(tasks)


def _owning(attempt: Attempt, idempotency_key: str | None) -> Attempt:
    """Return the attempt, with the note that no other task can carry its idempotency key if it sends one."""
    submission = attempt.submission
    is_ours = idempotency_key is not None and submission.idempotency_key == idempotency_key
    return evolve(attempt, submission=evolve(submission, key_is_ours=is_ours))


def fingerprint_once(
    request: object, *, once: str | None, again: bool, idempotency_key: str | None, path_id: str | None
) -> str | None:
    """Return the fingerprint of what is ordered under a key; None without one. Raises ConfigurationError if options clash."""
    if once is None:
        if again:
            remedy = Remedy(action="pass-once")
            raise ConfigurationError("orders again under a key of yours. Nothing was sent.", option="again", remedy=remedy)
        return None
    if idempotency_key is not None:
        raise ConfigurationError(
            "excludes an idempotency key: a digest of its own key is sent as that. Nothing was sent.", option="once"
        )
    from vidu_ext.values.orders import check_once, fingerprint_of

    check_once(once)
    return fingerprint_of(request, path_id)


def _as_it_came(provider: Provider, operation: str, text: str) -> Json:
    """Return an answer as JSON, or as text if the route documents a stream. Raises ValueError for what is neither."""
    value = read_json(text.encode())
    if value is None and provider.contract.operation(operation).answers_json:
        raise ValueError("no JSON")
    return text if value is None else value


def _as_model(provider: Provider, operation: str, text: str) -> object:
    return provider.model(operation, read_json(text.encode()))


def _ceiling(at_most: object) -> Price:
    from vidu_ext.values.price import Price

    if not isinstance(at_most, Price):
        raise ConfigurationError(
            f"must be a Price, such as Price(credits=60) or Price(usd=0.5), not {at_most!r}. Nothing was sent.", option="at_most"
        )
    return at_most


def _check_key(idempotency_key: object) -> None:
    """Raise ConfigurationError for a key that cannot be sent as it is. A failure while sending would look like a lost answer."""
    if idempotency_key is None or (isinstance(idempotency_key, str) and _KEY_OF_A_JOB.fullmatch(idempotency_key)):
        return
    raise ConfigurationError(
        "must be a text of 1 to 255 visible ASCII characters, without spaces;"
        f" it is {repr(idempotency_key)[:80]}. Nothing was sent.",
        option="idempotency_key",
    )


def _check_new(pages: Sequence[str], account: str, call: Call) -> None:
    """Raise CallError if the last of the pages was read before."""
    if pages and pages[-1] in pages[:-1]:
        detail = f"after {len(pages)} pages the list leads back to one that was read, so it would never end"
        raise CallError(account, call.operation, detail)


def _check_submission(submission: Submission, provider: Provider) -> None:
    """Raise ConfigurationError for a submission that was made for another provider: a search here would not find its task."""
    made_for = submission.provider, submission.settlement
    if made_for != (provider.name, provider.settlement_of(submission.operation)):
        raise ConfigurationError(
            f"{submission.account} is an account of {provider.name}, and this submission of {submission.operation} was made for"
            f" {' with settlement '.join(made_for)}. Nothing was sent. Use the submission as it was made, with its account."
        )
    if submission.settlement == "idempotency-key":
        _check_key(submission.idempotency_key)
    elif submission.idempotency_key != payload_of(submission.body):
        raise ConfigurationError("the idempotency key of this submission is not the payload of its request. Nothing was sent.")


def check_callbacks(*, are_awaited: bool, **callbacks: Callable[..., object] | None) -> None:
    """Raise ConfigurationError for callbacks that cannot be called, or are coroutine functions that would not be awaited."""
    for name, callback in callbacks.items():
        if callback is None:
            continue
        if not callable(callback):
            raise ConfigurationError(f"{name} must be a function, not {type(callback).__name__}. Nothing was sent.")
        if inspect.iscoroutinefunction(callback) and not are_awaited:
            raise ConfigurationError(
                f"{name} is not awaited here: pass a plain function, not a coroutine function. Nothing was sent."
            )


def accepted(attempt: Attempt) -> Accepted:
    """Return the accepted task of a submit. Raises the error of any other outcome, with the accounts asked before as notes."""
    if isinstance(attempt.outcome, Accepted):
        return attempt.outcome
    *before, error = [error_of(one.outcome, one.submission) for one in (*attempt.earlier, attempt) if one.outcome is not None]
    for asked in before:
        error.add_note(f"Asked before: {asked}")
    raise error


def _notices(callbacks: NoticeSource) -> TaskNotices:
    from .notices import TaskNotices

    return TaskNotices(callbacks)


@frozen(eq=False, repr=False)
class SubmittedTask:
    """A task that was accepted now, or that exists already under the same key."""

    ref: TaskRef
    is_new: bool = False
    estimate: float | None = None
    submission: Submission | None = None


def _policy(prefer: Sequence[str] | Policy | None, configured: Sequence[Account]) -> Policy | None:
    if prefer is None or callable(prefer):
        return prefer
    if isinstance(prefer, str):
        raise ConfigurationError(f"prefer must be a list of accounts or providers, or a policy, not the text {prefer!r}.")
    return preference(*prefer, accounts=configured)


def _endpoint(account: Account) -> Endpoint:
    contract = provider_named(account.provider).contract
    header, scheme = contract.key_header()
    setting = f"the base URL of account {account.name} ({address_variable(account.provider)})"
    root = api_root(account.server, (operation.path for operation in contract.operations.values()), contract.servers())
    if root is None:
        raise ConfigurationError(
            f"{setting} is not that of an API of {account.provider}: leave it out, or set {contract.server()}."
        )
    return Endpoint(
        account=account.name,
        base_url=root,
        setting=setting if account.base_url else "",
        key_header=header,
        key_value=f"{scheme} {account.key}".strip(),
        in_flight=account.max_in_flight,
    )
