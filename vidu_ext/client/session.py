"""The state of one client, and the flows that the blocking and the awaited client share.

Modules that not every client needs are imported inside functions: it halves the time to the first client.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, Never, TypeAlias, TypeVar, Unpack, cast

from attrs import evolve, frozen

from vidu_ext.flows.attempt import Attempt, Claims, attempt_of
from vidu_ext.flows.call import call_flow, status_flow
from vidu_ext.flows.drift_watch import DriftWatch
from vidu_ext.flows.durations import Durations
from vidu_ext.flows.effects import Flow, WallClock, Work
from vidu_ext.flows.outcome import Accepted, Begun, Outcome, Unknown, error_of
from vidu_ext.flows.sightings import Sightings
from vidu_ext.flows.submit import answer_flow, attempt_flow, find_flow, submit_flow
from vidu_ext.providers import PROVIDERS, provider_named
from vidu_ext.values.errors import CallError, ConfigurationError, ResponseUnreadableError, SubmissionUnknownError, one_line
from vidu_ext.values.exchange import read_json, text_of
from vidu_ext.values.spelling import joined
from vidu_ext.values.submission import Submission
from vidu_ext.values.tasks import TaskRef, check_id

from .account_choice import AccountChoice, Wanted, has_files
from .arguments import check_callbacks, check_key, check_kind, check_submission

if TYPE_CHECKING:
    from vidu_ext.flows.download import Downloaded, DownloadOptions, OnProgress, Source
    from vidu_ext.flows.effects import Target
    from vidu_ext.flows.once import Keep
    from vidu_ext.flows.policy import RetryPolicy
    from vidu_ext.flows.poll import PollQueue
    from vidu_ext.providers.base import Provider, StoredSubject
    from vidu_ext.providers.offers import Offer
    from vidu_ext.providers.records import Balance, TaskFilter
    from vidu_ext.values.exchange import Call, Reply
    from vidu_ext.values.notice import Notice, NoticeSource
    from vidu_ext.values.orders import OrderRow
    from vidu_ext.values.price import DocumentedPrice
    from vidu_ext.values.tasks import Json, Output, OutputKind, Snapshot

    from .account_choice import Keys, Prefer
    from .arguments import Once, OnSubmission
    from .notices import TaskNotices
    from .settings import Settings

T = TypeVar("T")
ReadPage: TypeAlias = "Callable[[str, Sequence[str]], Flow[tuple[Sequence[T], str | None]]]"
"""Reads the last of some pages of a list, or the first page if there are none, at an account. Returns the next page, too."""

logger: Final = logging.getLogger("vidu_ext")

CHARGE_ROUNDING: Final = 0.01
"""Credits by which a charge may differ from the documented price."""


class Session:
    """The choice of accounts of one client, its settings, and what it remembers of its tasks."""

    def __init__(
        self,
        keys: Keys,
        *,
        prefer: Prefer,
        settings: Settings,
        chance: Callable[[], float],
        now: Callable[[], float],
        callbacks: NoticeSource | None = None,
    ) -> None:
        self.choice: Final = AccountChoice(keys, prefer=prefer, health=settings.health, now=now)
        self.settings: Final = settings
        self.claims: Final = Claims()
        self.sightings: Final = Sightings()
        self.watch: Final = DriftWatch(lambda account: self.choice.provider(account).contract, settings.on_drift)
        self._durations = Durations()
        self._notices: TaskNotices | None = None
        if callbacks is not None:
            from .notices import TaskNotices

            self._notices = TaskNotices(callbacks)
        self._chance = chance
        self._now = now
        self._has_offered = False
        self.make_client: Callable[[str], object] | None = None
        """Makes the connections of an account, together with the first offers."""

    def ref(self, task: object) -> TaskRef:
        """Return the reference of a handle, a reference or its text. Raises ConfigurationError if its account is unknown."""
        if isinstance(task, str):
            task = TaskRef.parse(task)
        ref = task if isinstance(task, TaskRef) else getattr(task, "ref", None)
        if not isinstance(ref, TaskRef):
            raise ConfigurationError(
                f"a task must be a handle, its reference or the reference as text, not {type(task).__name__}."
            )
        self.choice.provider(ref.account)
        check_id("the id of a task", ref.task_id)
        return ref

    def queue(self, account: str) -> PollQueue:
        from vidu_ext.flows.poll import PollQueue

        return PollQueue(
            account,
            self.choice.provider(account),
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
            accounts = self.choice.accounts.values()
            callbacks.join({one.name: one.key for one in accounts if provider_named(one.provider).sends_notices}, listener)

    def find_waiting(self, notice: Notice) -> tuple[str, str] | None:
        """Return the account and the id of the task that a notice reports as ended; None if it reports none."""
        task_id = None if self._notices is None else self._notices.take_in(notice)
        return None if task_id is None else (notice.account, task_id)

    # -- submitting -----------------------------------------------------------------------------------------------------

    def submit(
        self,
        offers: Sequence[Offer],
        idempotency_key: str | None,
        keep: Keep | None = None,
        *,
        begun: Begun,
        on_submission: OnSubmission | None,
    ) -> Flow[Attempt]:
        """Return the flow of a submit, which keeps `begun` up to date.

        `keep` saves each submission of an order before it is sent; no other request then carries its idempotency key.
        """
        check_key(idempotency_key)
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
            self.choice.in_turn(offers),
            prepare,
            retry=self.settings.retry,
            settle=self.settings.settle,
            claims=self.claims,
            observe=self._observe,
        )

    def offers(self, request: object, **wanted: Unpack[Wanted]) -> Flow[tuple[Offer, ...]]:
        """Make the offers for a request: as slow work the first time, when specs are read, and if it has files."""
        make = partial(self.choice.offers, request, **wanted)
        if self._has_offered and not has_files(request):
            return make()

        def make_all() -> tuple[Offer, ...]:
            offers = make()
            if self.make_client is not None:
                self.make_client(offers[0].account)
            return offers

        offers = yield from Work(make_all)
        self._has_offered = True
        return offers

    def start(
        self,
        offers: Flow[tuple[Offer, ...]],
        once: Once | None,
        *,
        begun: Begun,
        idempotency_key: str | None,
        on_submission: OnSubmission | None,
    ) -> Flow[Attempt | OrderRow]:
        """Return the flow of a submit. Under a key of the user's own it runs in `once_flow`."""
        submit = partial(self.submit, (yield from offers), begun=begun, on_submission=on_submission)
        if once is None:
            return (yield from submit(idempotency_key))
        return (yield from self._once(once, begun=begun, submit=submit, find=partial(self.find, begun=begun)))

    def _once(
        self, once: Once, *, begun: Begun, submit: Callable[[str, Keep], Flow[T]], find: Callable[[Submission], Flow[T]]
    ) -> Flow[T | OrderRow]:
        from vidu_ext.flows.once import LOCAL, once_flow
        from vidu_ext.transport.orders import OrderStore

        orders = OrderStore(self.settings.orders)
        fingerprint = f"{LOCAL if self.choice.is_local else ''}{once.fingerprint}"
        return once_flow(orders, once.key, fingerprint, again=once.again, begun=begun, submit=submit, find=find)

    def prepare(self, offers: Flow[tuple[Offer, ...]], *, idempotency_key: str | None) -> Flow[Submission]:
        """Return what to send to the first of the accounts, after uploading its files. Creates nothing."""
        check_key(idempotency_key)
        offer, *_ = yield from offers
        self._refuse_synchronous(offer)
        return (yield from self._attempt(offer, idempotency_key)).submission

    def send(self, submission: Submission, *, begun: Begun) -> Flow[Attempt]:
        """Send a submission that was prepared before, perhaps by another process."""
        attempt = evolve(self._attempt_again(submission), begun=begun)
        self._refuse_synchronous(submission)
        outcome = yield from attempt_flow(
            attempt, retry=self.settings.retry, waits=True, settle=self.settings.settle, claims=self.claims
        )
        self._observe(attempt.account, outcome)
        return evolve(attempt, outcome=outcome)

    def _attempt(self, offer: Offer, idempotency_key: str | None, *, retry: RetryPolicy | None = None) -> Flow[Attempt]:
        """Make the attempt for an offer. Raises CallError if one of its files cannot be uploaded."""
        provider = self.choice.provider(offer.account)
        if offer.uploads:
            from vidu_ext.flows.upload import upload_media

            host = self.choice.endpoints[offer.account].host
            offer = yield from upload_media(offer, provider, account_host=host, retry=retry or self.settings.retry)
        if self._notices is not None:
            offer = self._notices.with_callback(offer, provider)
        return attempt_of(offer, provider, idempotency_key, (yield from WallClock()))

    def _refuse_synchronous(self, wanted: Offer | Submission) -> None:
        operation = self.choice.provider(wanted.account).contract.operation(wanted.operation)
        if operation.poll is None:
            raise ConfigurationError(f"{operation.id} answers at once and starts no task: use call() in place of submit().")

    def submitted_task(self, ended: Attempt | OrderRow) -> SubmittedTask:
        """Return the task that a submit ended with. Raises what `accepted` raises."""
        if not isinstance(ended, Attempt):
            return SubmittedTask(cast("TaskRef", ended.ref))  # never None: an order of `call` has another fingerprint
        task = accepted(ended)
        self._durations.began(task.ref, ended.submission)
        if self._notices is not None:
            self._notices.accepted(task.ref, ended.submission)
        return SubmittedTask(task.ref, is_new=True, estimate=task.estimate, submission=ended.submission)

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
            price = self.choice.documented(Offer(sent.account, sent.provider, sent.operation, sent.body))
            if not isinstance(price, DocumentedPrice) or price.credits is None or price is not price.sure_most:
                return
            compare = partial(self._compare_charge, sent.account, sent.operation, price, place)  # without the body
            self.sightings.await_charge(ended.outcome.ref, compare)
            if charge is not None:
                compare(charge)
        except Exception as error:
            logger.debug("the charge of %s could not be compared: %s", ended.outcome.ref, type(error).__name__)

    def _compare_charge(self, account: str, operation: str, price: DocumentedPrice, place: str, charge: float) -> None:
        more = charge - (price.credits or 0.0)
        if more > CHARGE_ROUNDING or (more < -CHARGE_ROUNDING and not price.is_most):
            self.watch.charged(account, operation, charge, price, place)

    def _observe(self, account: str, outcome: Outcome) -> None:
        self.choice.record(account, outcome)
        if isinstance(outcome, Accepted):
            self.sightings.unfinished(outcome.ref, self._now())
            if outcome.charge is not None:
                self.sightings.charged(outcome.ref, outcome.charge)
        ref = f" as {outcome.ref}" if isinstance(outcome, Accepted) else ""
        logger.info("submit to %s: %s%s", account, type(outcome).__name__.lower(), ref)

    def call(
        self,
        offers: Flow[tuple[Offer, ...]],
        *,
        begun: Begun,
        request: object = None,
        once: Once | None = None,
        on_submission: OnSubmission | None = None,
    ) -> Flow[object]:
        """Return the answer of a route that answers at once, of an OperationRequest as raw JSON. `begun` is as in `submit`."""
        from vidu_ext.values.requests import OperationRequest

        offer, *_ = yield from offers
        provider = self.choice.provider(offer.account)
        operation = provider.contract.operation(offer.operation)
        if operation.poll is not None:
            raise ConfigurationError(f"{operation.id} starts a task: use submit() in place of call().")
        if not provider.may_cost(operation):
            free = yield from self._attempt(offer, None)
            return (yield from self._read(offer.account, free.call, lambda value: value))
        is_raw = isinstance(request, OperationRequest)
        read = partial(_as_it_came if is_raw else _as_model, provider, operation.id)
        answer = partial(self._answer, offer, read, begun, on_submission)
        if once is None:
            return read((yield from answer(None)))
        find = partial(self._lost_answer, begun=begun)
        ended = yield from self._once(once, begun=begun, submit=lambda _, keep: answer(keep), find=find)
        return read(ended if isinstance(ended, str) else ended.answer or "")

    def _answer(
        self, offer: Offer, read: Callable[[str], object], begun: Begun, on_submission: OnSubmission | None, keep: Keep | None
    ) -> Flow[str]:
        """Return the text of a paid answer. Raises SubmissionUnknownError, with the answer, for one that `read` cannot read."""
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

    def _lost_answer(self, submission: Submission, *, begun: Begun) -> Flow[Never]:
        """Raise the error of an answer that was lost: no provider lists the answers of these routes."""
        attempt = yield from self.find(submission, begun=begun)
        raise error_of(attempt.outcome or Unknown(""), submission)

    def find(self, submission: Submission, *, begun: Begun) -> Flow[Attempt]:
        """Look again for the outcome of a submission that is unknown."""
        attempt = evolve(self._attempt_again(submission), begun=begun)
        outcome = yield from find_flow(attempt, retry=self.settings.retry, settle=self.settings.settle, claims=self.claims)
        return evolve(attempt, outcome=outcome)

    def _attempt_again(self, submission: Submission) -> Attempt:
        check_kind("submission", submission, Submission, hint=" Nothing was sent. Submission.parse(text) reads one.")
        provider = self.choice.provider(submission.account)
        check_submission(submission, provider)
        return Attempt(provider, submission, provider.create_call(submission))

    # -- tasks and files ------------------------------------------------------------------------------------------------

    def status(self, ref: TaskRef) -> Flow[Snapshot]:
        """Ask for the state of a task, again after passing failures."""
        provider = self.choice.provider(ref.account)
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
        snapshot = yield from status_flow(ref.account, self.choice.provider(ref.account), ref, on_snapshot=self._saw)
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
        from vidu_ext.flows.download import choose, download_flow

        source = self._source(snapshot, on_progress)
        return download_flow(source, choose(snapshot.outputs, kind), target, options=_options_of(options))

    def download_all(
        self,
        snapshot: Snapshot,
        folder: str | os.PathLike[str],
        *,
        options: DownloadOptions | None,
        on_progress: OnProgress | None,
    ) -> Flow[tuple[Downloaded, ...]]:
        from vidu_ext.flows.download import download_all_flow

        return download_all_flow(self._source(snapshot, on_progress), snapshot.outputs, folder, options=_options_of(options))

    def _source(self, snapshot: Snapshot, on_progress: OnProgress | None) -> Source:
        """Return the source of a task's files. Raises what a wait would if the task has no result."""
        from vidu_ext.flows.download import Source
        from vidu_ext.flows.poll import check_result

        check_callbacks(are_awaited=False, on_progress=on_progress)
        check_result(snapshot)
        ref = snapshot.ref
        host = self.choice.endpoints[ref.account].host
        return Source(
            ref=ref,
            refresh=lambda: self.fresh_outputs(ref),
            account_host=host,
            key_hosts=(host, *self.choice.provider(ref.account).key_hosts),
            late_share=lambda: self.sightings.late_share(ref, self._now()),
            on_progress=on_progress,
            monotonic=self._now,
        )

    def cancel(self, ref: TaskRef) -> Flow[Snapshot]:
        provider = self.choice.provider(ref.account)
        call = self._require(provider.cancel_call(ref), ref.account, "cancel a task", "The task keeps running and is charged")
        try:
            yield from call_flow(ref.account, provider, call, retry=self.settings.retry)
        except CallError as error:
            is_refused = error.status is not None and error.status < 500
            snapshot = (yield from status_flow(ref.account, provider, ref)) if is_refused else None
            after = "if the task exists, it keeps running and is charged"
            if snapshot is not None and snapshot.state.is_final:
                after = f"the task has ended as {one_line(snapshot.word)}"
            detail = f"{error.detail.rstrip('.')}; {after}"
            raise CallError(error.account, error.operation, detail, status=error.status, code=error.code) from error
        return (yield from self.status(ref))

    # -- account --------------------------------------------------------------------------------------------------------

    def credits(self, account: str) -> Flow[tuple[Balance, ...]]:
        provider = self.choice.provider(account)
        call = self._require(provider.credits_call(), account, "read the credits left", "Look at its console")
        return (yield from self._read(account, call, provider.balances))

    def tasks_page(
        self, account: str, wanted: TaskFilter | None, pages: Sequence[str]
    ) -> Flow[tuple[tuple[Snapshot, ...], str | None]]:
        """Return the tasks of the last of `pages`, or of the first page if there are none yet, and the next page."""
        from vidu_ext.providers.records import TaskFilter

        chosen = TaskFilter() if wanted is None else wanted
        check_kind("wanted", chosen, TaskFilter)
        provider = self.choice.provider(account)
        listing = provider.tasks_call(chosen, pages[-1] if pages else None)
        call = self._require(listing, account, "list tasks", "Keep the references of your tasks")
        _check_new(pages, account, call)
        return (yield from self._read(account, call, partial(provider.tasks_page, account)))

    def subjects_page(self, account: str, pages: Sequence[str]) -> Flow[tuple[Sequence[StoredSubject], str | None]]:
        """Return the subjects of the last of `pages` and the next page, as in `tasks_page`."""
        provider = self.choice.provider(account)
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
            raise CallError(account, f"the request to {what}", f"this provider documents no way to {what}. {advice}")
        return call

    def _read(self, account: str, call: Call, read: Callable[[Json], T | None]) -> Flow[T]:
        """Return what `read` finds in the answer to a call. Raises ResponseUnreadableError if it finds nothing."""
        reply = yield from call_flow(account, self.choice.provider(account), call, retry=self.settings.retry)
        value = read(reply.json())
        if value is None:
            detail = "the answer is not what the spec says"
            raise ResponseUnreadableError(account, call.operation, detail, status=reply.status, raw=reply.content)
        return value


def _owning(attempt: Attempt, idempotency_key: str | None) -> Attempt:
    """Return the attempt of an order. If its route carries the idempotency key, no other task can have it."""
    submission = attempt.submission
    is_ours = idempotency_key is not None and submission.idempotency_key == idempotency_key
    return evolve(attempt, submission=evolve(submission, key_is_ours=is_ours))


def _as_it_came(provider: Provider, operation: str, text: str) -> Json:
    """Return an answer as JSON, or as text if the route documents a stream. Raises ValueError for what is neither."""
    value = read_json(text.encode())
    if value is None and provider.contract.operation(operation).answers_json:
        raise ValueError("no JSON")
    return text if value is None else value


def _as_model(provider: Provider, operation: str, text: str) -> object:
    return provider.model(operation, read_json(text.encode()))


def _check_new(pages: Sequence[str], account: str, call: Call) -> None:
    """Raise CallError if the last of the pages was read before."""
    if pages and pages[-1] in pages[:-1]:
        detail = f"after {len(pages)} pages the list leads back to one that was read, so it would never end"
        raise CallError(account, call.operation, detail)


def accepted(attempt: Attempt) -> Accepted:
    """Return the accepted task of a submit. Raises the error of any other outcome, with the accounts asked before as notes."""
    if isinstance(attempt.outcome, Accepted):
        return attempt.outcome
    attempts = (*attempt.earlier, attempt)
    *earlier, error = [error_of(each.outcome, each.submission) for each in attempts if each.outcome is not None]
    for other in earlier:
        error.add_note(f"Asked before: {other}")
    raise error


def _options_of(options: DownloadOptions | None) -> DownloadOptions:
    """Return the options of a download, by default the usual ones. Raises ConfigurationError for anything else."""
    from vidu_ext.flows.download import DownloadOptions

    chosen = DownloadOptions() if options is None else options
    check_kind("options", chosen, DownloadOptions)
    return chosen


@frozen(eq=False, repr=False)
class SubmittedTask:
    """A task that was accepted now, or that exists already under the same key."""

    ref: TaskRef
    is_new: bool = False
    estimate: float | None = None
    submission: Submission | None = None
