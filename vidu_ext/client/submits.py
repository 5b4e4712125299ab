"""The flows of submits, of paid calls and of searches for their tasks, which the blocking and the awaited client share."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, Never, TypeVar

from attrs import evolve

from vidu_ext.flows.attempt import Attempt, attempt_of, payload_of
from vidu_ext.flows.effects import Flow, WallClock, Work
from vidu_ext.flows.outcome import Accepted, Outcome, Unknown, error_of, is_account_failure
from vidu_ext.flows.routing import offers_in_turn
from vidu_ext.flows.submit import answer_flow, attempt_flow, find_flow, submit_flow
from vidu_ext.values.errors import CallError, ConfigurationError, SubmissionUnknownError
from vidu_ext.values.exchange import read_json, text_of
from vidu_ext.values.submission import Submission

from .account_choice import has_files
from .arguments import check_idempotency_key, check_kind

if TYPE_CHECKING:
    from vidu_ext.flows.claims import Begun
    from vidu_ext.flows.once import Keep, Submit
    from vidu_ext.flows.policy import RetryPolicy
    from vidu_ext.providers.base import Provider
    from vidu_ext.providers.offers import Offer
    from vidu_ext.values.orders import OrderRow
    from vidu_ext.values.price import DocumentedPrice
    from vidu_ext.values.tasks import Json

    from .arguments import Inquiry, Order
    from .session import Session

T = TypeVar("T")
H = TypeVar("H")

logger: Final = logging.getLogger("vidu_ext")

CHARGE_ROUNDING: Final = 0.01
"""Credits by which a charge may differ from the documented price."""


class Submits:
    """The submits, paid calls and searches of one client. What they must remember is in its session."""

    def __init__(self, session: Session, clients: Mapping[str, object] | None = None) -> None:
        """`clients` are the HTTP clients for creates by account, each made when it is first read."""
        self._session = session
        self.choice: Final = session.choice
        self._settings = session.settings
        self._clients = clients
        self._has_offered = False

    def offers(self, inquiry: Inquiry) -> Flow[tuple[Offer, ...]]:
        """Make the offers for a request: as slow work the first time, when specs are read, and if it has files."""
        make = partial(self.choice.offers, inquiry)
        if self._has_offered and not has_files(inquiry.request):
            return make()
        offers = yield from Work(make)
        self._has_offered = True
        return offers

    def submit(self, order: Order) -> Flow[Attempt | OrderRow]:
        """Return the flow of a submit, which keeps `order.begun` up to date."""
        if order.once is None:
            offers = yield from self.offers(order)
            return (yield from self._submit(order, offers, order.idempotency_key))
        return (yield from self._once(order, order.once, partial(self._submit, order), partial(self.find, begun=order.begun)))

    def _submit(
        self, order: Order, offers: Sequence[Offer], idempotency_key: str | None, keep: Keep | None = None
    ) -> Flow[Attempt]:
        """Send an order to one of the accounts.

        `keep` saves each submission before it is sent; no other request then carries its idempotency key.
        """
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
            return (yield from _announced(attempt, order, keep))

        return submit_flow(
            offers_in_turn(offers, lambda account: self.choice.health.admit(account, self._session.now())),
            prepare,
            retry=self._settings.retry,
            settle=self._settings.settle,
            claims=self._session.claims,
            observe=self._observe,
        )

    def _once(self, order: Order, key: str, submit: Submit[T], find: Callable[[Submission], Flow[T]]) -> Flow[T | OrderRow]:
        """Run a submit or a call under a key of the user's own."""
        from vidu_ext.flows.once import LOCAL, once_flow
        from vidu_ext.transport.orders import OrderStore
        from vidu_ext.values.orders import fingerprint_of

        orders, offers = OrderStore(self._settings.orders), self.offers(order)
        fingerprint = f"{LOCAL if self.choice.is_local else ''}{fingerprint_of(order.request, order.path_id)}"
        return once_flow(orders, key, fingerprint, again=order.again, begun=order.begun, offers=offers, submit=submit, find=find)

    def prepare(self, order: Order) -> Flow[Submission]:
        """Return what to send to the first of the accounts, after uploading its files. Creates nothing."""
        offer, *_ = yield from self.offers(order)
        self._refuse_synchronous(offer)
        return (yield from self._attempt(offer, order.idempotency_key)).submission

    def send(self, submission: Submission, *, begun: Begun) -> Flow[Attempt]:
        """Send a submission that was prepared before, perhaps by another process."""
        attempt = evolve(self._attempt_again(submission), begun=begun)
        self._refuse_synchronous(submission)
        yield from self._make_client(attempt.account)
        outcome = yield from attempt_flow(
            attempt, retry=self._settings.retry, waits=True, settle=self._settings.settle, claims=self._session.claims
        )
        self._observe(attempt.account, outcome)
        return evolve(attempt, outcome=outcome)

    def _attempt(self, offer: Offer, idempotency_key: str | None, *, retry: RetryPolicy | None = None) -> Flow[Attempt]:
        """Make the attempt for an offer. Raises CallError if one of its files cannot be uploaded."""
        provider = self.choice.provider(offer.account)
        yield from self._make_client(offer.account)
        if offer.uploads:
            from vidu_ext.flows.upload import upload_media

            host = self.choice.endpoints[offer.account].host
            offer = yield from upload_media(offer, provider, account_host=host, retry=retry or self._settings.retry)
        if self._session.notices is not None:
            offer = self._session.notices.with_callback(offer, provider)
        return attempt_of(offer, provider, idempotency_key, (yield from WallClock()))

    def _make_client(self, account: str) -> Flow[None]:
        """Make the client of an account as slow work, before a request counts as being sent: its proxy may be unusable."""
        if self._clients is not None and account not in self._clients:
            yield from Work(partial(self._clients.__getitem__, account))

    def _refuse_synchronous(self, wanted: Offer | Submission) -> None:
        operation = self.choice.provider(wanted.account).contract.operation(wanted.operation)
        if operation.poll is None:
            raise ConfigurationError(f"{operation.id} answers at once and starts no task: use call() in place of submit().")

    def task(self, ended: Attempt | OrderRow, make: Callable[..., H]) -> H:
        """Return the handle of the task that a submit ended with. Raises what `accepted` raises."""
        if not isinstance(ended, Attempt):
            return make(ended.ref)
        task = accepted(ended)
        self._session.durations.began(task.ref, ended.submission)
        if self._session.notices is not None:
            self._session.notices.accepted(task.ref, ended.submission)
        return make(task.ref, is_new=True, estimate=task.estimate, submission=ended.submission)

    def compare_charge(self, ended: Attempt | OrderRow) -> None:
        """Report a charge of a new task that is not the documented price. Raises nothing, because the task is paid."""
        if not isinstance(ended, Attempt) or not isinstance(ended.outcome, Accepted):
            return
        sent = ended.submission
        try:
            from vidu_ext.providers.offers import Offer
            from vidu_ext.values.price import DocumentedPrice

            charge, place = ended.outcome.charge, ended.provider.charge_header
            if not place and (snapshot := ended.provider.snapshot(ended.outcome.ref, ended.outcome.raw)) is not None:
                charge, place = snapshot.credits, "#/credits"
            price = self.choice.documented(Offer(sent.account, sent.provider, sent.operation, sent.body))
            if not isinstance(price, DocumentedPrice) or price.credits is None or price is not price.sure_most:
                return
            compare = partial(self._compare_charge, sent.account, sent.operation, price, place)  # without the body
            self._session.sightings.await_charge(ended.outcome.ref, compare)
            if charge is not None:
                compare(charge)
        except Exception as error:
            logger.debug("the charge of %s could not be compared: %s", ended.outcome.ref, type(error).__name__)

    def _compare_charge(self, account: str, operation: str, price: DocumentedPrice, place: str, charge: float) -> None:
        more = charge - (price.credits or 0.0)
        is_less = more < -CHARGE_ROUNDING and not price.is_most and charge > 0  # services write 0 for what is not set
        if more > CHARGE_ROUNDING or is_less:
            self._session.watch.charged(account, operation, charge, price, place)

    def _observe(self, account: str, outcome: Outcome) -> None:
        """Note what the outcome of an attempt shows: whether the account works, that the task runs, and its charge."""
        if is_account_failure(outcome):
            self.choice.health.record_failure(account, self._session.now())
        else:
            self.choice.health.record_success(account)
        if isinstance(outcome, Accepted):
            self._session.sightings.unfinished(outcome.ref, self._session.now())
            if outcome.charge is not None:
                self._session.sightings.charged(outcome.ref, outcome.charge)
        ref = f" as {outcome.ref}" if isinstance(outcome, Accepted) else ""
        logger.info("submit to %s: %s%s", account, type(outcome).__name__.lower(), ref)

    def call(self, order: Order) -> Flow[object]:
        """Return the answer of a route that answers at once, of an OperationRequest as raw JSON. `order.begun` is as in `submit`.

        An answer that was paid before is not held to the ceiling.
        """
        from vidu_ext.values.requests import OperationRequest

        offer, *_ = yield from self.offers(evolve(order, at_most=None) if order.once else order)
        provider = self.choice.provider(offer.account)
        operation = provider.contract.operation(offer.operation)
        if operation.poll is not None:
            raise ConfigurationError(f"{operation.id} starts a task: use submit() in place of call().")
        if not provider.may_cost(operation):
            free = yield from self._attempt(offer, None)
            return (yield from self._session.read(offer.account, free.call, lambda value: value))
        is_raw = isinstance(order.request, OperationRequest)
        read = partial(_as_it_came if is_raw else _as_model, provider, operation.id)
        if order.once is None:
            return read((yield from self._answer(order, read, offer)))

        def submit(offers: Sequence[Offer], _key: str, keep: Keep) -> Flow[str]:
            return self._answer(order, read, offers[0], keep)

        ended = yield from self._once(order, order.once, submit, partial(self._lost_answer, begun=order.begun))
        return read(ended if isinstance(ended, str) else ended.answer or "")

    def _answer(self, order: Order, read: Callable[[str], object], offer: Offer, keep: Keep | None = None) -> Flow[str]:
        """Return the text of a paid answer. Raises SubmissionUnknownError, with the answer, for one that `read` cannot read."""
        attempt = yield from _announced((yield from self._attempt(offer, None)), order, keep)
        reply = yield from answer_flow(attempt, retry=self._settings.retry)
        text = text_of(reply.content)
        try:
            read(text)
        except ValueError as error:
            detail = f"the answer is not what the spec says ({error}); it is kept in .raw"
            raise SubmissionUnknownError(offer.account, detail, attempt.submission, raw=reply.content) from error
        order.begun.answer = text
        return text

    def _lost_answer(self, submission: Submission, *, begun: Begun) -> Flow[Never]:
        """Raise the error of an answer that was lost: no provider lists the answers of these routes."""
        attempt = yield from self.find(submission, begun=begun)
        raise error_of(attempt.outcome or Unknown(""), submission)

    def find(self, submission: Submission, *, begun: Begun) -> Flow[Attempt]:
        """Look again for the outcome of a submission that is unknown."""
        attempt = evolve(self._attempt_again(submission), begun=begun)
        outcome = yield from find_flow(
            attempt, retry=self._settings.retry, settle=self._settings.settle, claims=self._session.claims
        )
        return evolve(attempt, outcome=outcome)

    def _attempt_again(self, submission: Submission) -> Attempt:
        check_kind("submission", submission, Submission, hint=" Nothing was sent. Submission.parse(text) reads one.")
        provider = self.choice.provider(submission.account)
        _check_submission(submission, provider)
        return Attempt(provider, submission, provider.create_call(submission))


def _announced(attempt: Attempt, order: Order, keep: Keep | None) -> Flow[Attempt]:
    """Save and report a submission before it is sent, and return its attempt, which keeps `order.begun` up to date."""
    if keep is not None:
        yield from keep(attempt.submission)
    if order.on_submission is not None:
        order.on_submission(attempt.submission)
    return evolve(attempt, begun=order.begun)


def _check_submission(submission: Submission, provider: Provider) -> None:
    """Raise ConfigurationError for a submission that was made for another provider: a search here would not find its task."""
    made_for = submission.provider, submission.settlement
    if made_for != (provider.name, provider.settlement_of(submission.operation)):
        raise ConfigurationError(
            f"{submission.account} is an account of {provider.name}, and this submission of {submission.operation} was made for"
            f" {' with settlement '.join(made_for)}. Nothing was sent. Use the submission as it was made, with its account."
        )
    if submission.settlement == "idempotency-key":
        check_idempotency_key(submission.idempotency_key)
    elif submission.idempotency_key != payload_of(submission.body):
        raise ConfigurationError("the idempotency key of this submission is not the payload of its request. Nothing was sent.")


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


def accepted(attempt: Attempt) -> Accepted:
    """Return the accepted task of a submit. Raises the error of any other outcome, with the accounts asked before as notes."""
    if isinstance(attempt.outcome, Accepted):
        return attempt.outcome
    attempts = (*attempt.earlier, attempt)
    *earlier, error = [error_of(each.outcome, each.submission) for each in attempts if each.outcome is not None]
    for other in earlier:
        error.add_note(f"Asked before: {other}")
    raise error
