"""The emulator: answers a request as its provider would, and keeps the ledger.

Dispatches requests to the modules of the providers. Opens no port and never sleeps.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import count
from threading import RLock
from typing import Final
from urllib.parse import urlsplit

from attrs import evolve

from vidu_ext.emulator.faults.effects import apply_fault
from vidu_ext.emulator.faults.rules import FAILURES, FaultRule, Faults
from vidu_ext.emulator.providers.context import ApiCall, State
from vidu_ext.emulator.providers.refusals import Refusal, json_reply, not_found, unreadable
from vidu_ext.emulator.state.files import FILES, NO_SUCH_KEY, STORAGE, content_reply, upload_reply, xml_refusal
from vidu_ext.emulator.state.ledger import NOTICE, Ledger, carries_credential
from vidu_ext.emulator.state.notices import Callback
from vidu_ext.emulator.state.task_engine import EmulatedAccount, EmulatedTask, Stage

from .clock import Clock
from .messages import ServerReply, ServerRequest
from .providers.records import record_of
from .request_checks import checked_body, sent_key
from .routes import Route, Routed, base_path, find_route, provider_of, route_named
from .settings import PROVIDERS, EmulatorSettings

_NOTICES: Final = {Stage.RUNNING: "processing", Stage.SUCCEEDED: "success", Stage.FAILED: "failed", Stage.CANCELED: "failed"}


class Emulator:
    """All providers on one origin. Threads may share it. Its page and the control API need a server: `http/app.py` adds them.

    `clock` is the time of the providers, by default real time; `rules` are the initial faults, or texts of them; `seed`
    determines ids, addresses and random choices.
    """

    def __init__(
        self,
        settings: EmulatorSettings | None = None,
        *,
        clock: Clock | None = None,
        rules: Sequence[FaultRule | str] = (),
        seed: int = 0,
    ) -> None:
        self.settings: Final = settings or EmulatorSettings()
        self.clock: Final = clock or Clock()
        self.seed: Final = seed
        self.faults: Final = Faults(rules, seed)
        self._lock: Final = RLock()
        self._numbers: Final = count(1)
        self._state = State(self.settings, seed, self._plan_notice, self._numbers)
        self.ledger: Final = Ledger(self.inspect)

    def base_urls(self, origin: str) -> Mapping[str, str]:
        """Return the base URL of each provider's API at an origin, `http://127.0.0.1:8080`."""
        return {provider: origin.rstrip("/") + base_path(provider) for provider in PROVIDERS}

    def reset(self) -> None:
        """Forget tasks, keys, uploads, faults and the ledger. Ids are not used again."""
        with self._lock:
            self._state = State(self.settings, self.seed, self._plan_notice, self._numbers)
            self.faults.clear()
            self.ledger.forget()

    @contextmanager
    def inspect(self) -> Generator[State]:
        """Give the current state while the lock is held. For the ledger and the control API."""
        with self._lock:
            self._state.advance(self.clock.now())
            yield self._state

    # -- notices ------------------------------------------------------------------------------------------------------

    def due_callbacks(self) -> Sequence[Callback]:
        """Return the notices to send now, each once."""
        with self.inspect() as state:
            return state.callbacks.take_due(state.now)

    def callback_sent(self, callback: Callback, *, status: int | None = None, ms: float = 0.0) -> bool:
        """Record that a notice was answered with a status, or not delivered. The log shows its address without secrets.
        Returns True if it will be due again: success and failure are sent up to three times, processing once.
        """
        parts = urlsplit(callback.url)
        address = parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
        is_over = callback.is_last or (status is not None and 200 <= status < 300)
        with self.inspect() as state:
            sent = ServerRequest(method="POST", path=address, body=callback.body)
            reply = ServerReply(status=status or 0, ending="closed" if status is None else "whole")
            reply = self.ledger.record(sent, reply, provider="vidu", operation=NOTICE, moment=state.now)
            if not is_over:
                due = state.now + self.settings.callback_retry_seconds
                state.callbacks.plan(evolve(callback, attempt=callback.attempt + 1, due=due))
        self.ledger.record_sent(reply, ms)
        return not is_over

    def _plan_notice(self, task: EmulatedTask) -> None:
        """Plan the notice of a change, which has the body of a poll."""
        url, poll, state = task.body.get("callback_url"), task.route.poll, self._state
        if isinstance(url, str) and url and poll is not None and task.route.operation.sends_notices:
            answer = record_of(task.provider).report(state, task, route_named(task.provider, poll.operation), origin=task.origin)
            word, body, signer = _NOTICES[task.state], json_reply(answer).body, task.owner.signer
            state.callbacks.plan(Callback(url=url, body=body, task_id=task.id, state=word, due=state.now, signer=signer))

    # -- requests -----------------------------------------------------------------------------------------------------

    def handle(self, request: ServerRequest) -> ServerReply:
        """Answer a request. Never raises and never waits; the reply says how long its sender has to wait.

        If the emulator itself fails, the status is 500, and the ledger keeps the error.
        """
        try:
            for beginning in (FILES, STORAGE):
                if request.path.startswith(beginning):
                    return self._handle_stored(request, beginning)
            try:
                routed = find_route(request.method, request.path)
            except Refusal as refusal:
                return self._refuse_unrouted(request, refusal)
            return self._handle_operation(request, routed)
        except Exception as error:  # the promise above
            self.ledger.internal_errors.append(error)
            return json_reply({"message": f"the emulator failed: {type(error).__name__}"}, status=500)

    def _handle_operation(self, request: ServerRequest, routed: Routed) -> ServerReply:
        """Answer a request for an operation, with the fault that applies to it."""
        route = routed.route
        rule = self.faults.next(route.provider, route.operation.id, family=route.family, request=request)
        with self.inspect() as state:
            account, reply = None, ServerReply()
            if rule is None or not rule.prevents:
                account, reply = self._reply_to(request, routed, rule)
            if rule is not None:
                reply = apply_fault(rule, reply, refuse=partial(self._refusal, route), now=state.now)
            return self.ledger.record(
                request,
                reply,
                provider=route.provider,
                operation=route.operation.id,
                moment=state.now,
                account=account,
                rule=rule,
            )

    def _reply_to(
        self, request: ServerRequest, routed: Routed, rule: FaultRule | None
    ) -> tuple[EmulatedAccount | None, ServerReply]:
        """Return the account and the reply. Vidu refuses an id of a wrong form before it reads the key."""
        route, account = routed.route, None
        try:
            if record_of(route.provider).reads_ids_first and not route.takes_id(routed.id):
                raise unreadable(f"parsing field {route.operation.path_parameter}: no such value")
            key = sent_key(route.contract, route.operation, request.headers, self.settings.keys)
            account = self._state.account(route.provider, key)
            answer = partial(self._answer, request, routed, account, rule)
            return account, self._state.idempotency.answer_once(account, route, request, now=self._state.now, answer=answer)
        except Refusal as refusal:
            return account, self._refusal(route, refusal)

    def _answer(self, request: ServerRequest, routed: Routed, account: EmulatedAccount, rule: FaultRule | None) -> ServerReply:
        """Check a request and carry it out."""
        route = routed.route
        try:
            if not route.takes_id(routed.id):
                raise not_found()
            call = ApiCall(
                state=self._state,
                route=route,
                request=request,
                account=account,
                id=routed.id,
                body=checked_body(route.contract, route.operation, request, is_strict=self.settings.is_strict),
                query=route.query(request.query),
                failure=FAILURES.get(rule.kind) if rule is not None else None,
            )
            return record_of(route.provider).answer(call)
        except Refusal as refusal:
            return self._refusal(route, refusal)

    def _refuse_unrouted(self, request: ServerRequest, refusal: Refusal) -> ServerReply:
        provider = provider_of(request.path)
        with self.inspect() as state:
            reply = record_of(provider).refusal(evolve(refusal, trace=state.trace()))
            return self.ledger.record(request, reply, provider=provider, operation="", moment=state.now)

    def _refusal(self, route: Route, refusal: Refusal) -> ServerReply:
        return record_of(route.provider).refusal(evolve(refusal, trace=self._state.trace(), tag=route.operation.tag))

    # -- files and uploads --------------------------------------------------------------------------------------------

    def _handle_stored(self, request: ServerRequest, beginning: str) -> ServerReply:
        """Send a file of a task or an upload, or store an upload, with the fault that applies to it."""
        provider, _, name = request.path.removeprefix(beginning).partition("/")
        is_upload = request.method == "PUT"
        rule = None if is_upload else self.faults.next(provider, "download", family="download", request=request)
        reply = ServerReply()
        if rule is None or not rule.prevents:
            reply = self._stored(request if rule is None else rule.adapt(request), beginning, provider, name)
        with self.inspect() as state:
            if rule is not None:
                reply = apply_fault(rule, reply, refuse=_refusal_of_storage, now=state.now)
            self.ledger.keys_sent_to_files += carries_credential(request.headers)
            if request.method == "GET" and reply.status in (200, 206):
                self.ledger.bytes_served += len(reply.body) if reply.ending == "whole" else reply.sent or 0
            operation = "upload" if is_upload else "download"
            return self.ledger.record(request, reply, provider=provider, operation=operation, moment=state.now, rule=rule)

    def _stored(self, request: ServerRequest, beginning: str, provider: str, name: str) -> ServerReply:
        """Return the reply with a file of a task or an upload, or store an upload."""
        methods = ("GET", "HEAD") if beginning == FILES else ("GET", "HEAD", "PUT")
        with self.inspect() as state:
            if refusal := state.signer.refusal(request, now=state.now, methods=methods):
                return refusal
            if beginning == STORAGE:
                return upload_reply(state.uploads, name, request, now=state.now)
            task_id, _, file_name = name.partition("/")
            task = state.finished(provider, task_id)
            if task is None:
                return NO_SUCH_KEY
            render = state.renderer(task, file_name)
        return content_reply(render(), request)  # without the lock, so that other requests do not wait


def _refusal_of_storage(refusal: Refusal) -> ServerReply:
    return xml_refusal(refusal.status, refusal.reason, refusal.message, refusal.headers)
