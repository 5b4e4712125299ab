"""The emulator: answers a request as its provider would, and keeps the ledger.

Dispatches requests to the modules of the providers. Opens no port and never sleeps.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import count
from threading import RLock
from typing import Final

from attrs import evolve

from vidu_ext.emulator.faults.effects import apply_fault
from vidu_ext.emulator.faults.rules import FAILURES, FaultRule, Faults
from vidu_ext.emulator.providers.context import ApiCall, State
from vidu_ext.emulator.providers.refusals import Refusal, RefusalError, json_reply, not_found, refusal_error, unreadable
from vidu_ext.emulator.state.files import Content, Upload, content_reply, etag_of, xml_refusal
from vidu_ext.emulator.state.ledger import NOTICE, Ledger, SeenRequest
from vidu_ext.emulator.state.notices import Callback
from vidu_ext.emulator.state.signed_urls import FILES, STORAGE
from vidu_ext.emulator.state.task_engine import EmulatedAccount, EmulatedTask, Stage

from .clock import Clock
from .messages import ServerReply, ServerRequest
from .providers.records import record_of
from .request_checks import carries_credential, checked_body, log_text, sent_key
from .routes import Route, Routed, Unrouted, base_path, routes
from .settings import PROVIDERS, EmulatorSettings

_CREDENTIALS: Final = re.compile(r"(?<=//)[^/?#]*@|[?#].*", re.DOTALL)
"""User and password, query and fragment of a URL."""
_NO_SUCH_KEY: Final = xml_refusal(404, "NoSuchKey", "The specified key does not exist.")
_NOTICES: Final = {Stage.RUNNING: "processing", Stage.SUCCEEDED: "success", Stage.FAILED: "failed", Stage.CANCELED: "failed"}


class Emulator:
    """All providers on one origin. Threads may share it. Its page and the control API need a server: `http/app.py` adds them.

    `clock` is the time of the providers, by default real time; `rules` are the initial faults; `seed` determines ids,
    addresses and random choices.
    """

    def __init__(
        self,
        settings: EmulatorSettings | None = None,
        *,
        clock: Clock | None = None,
        rules: Sequence[FaultRule] = (),
        seed: int = 0,
    ) -> None:
        self.clock: Final = clock or Clock()
        self.seed: Final = seed
        self.faults: Final = Faults(rules, seed)
        self._lock: Final = RLock()
        self._numbers: Final = count(1)
        self._state = State(settings or EmulatorSettings(), seed, self._plan_notice, self._numbers)
        self.ledger: Final = Ledger(self.inspect)

    @property
    def settings(self) -> EmulatorSettings:
        """How the providers behave. May be replaced at any time; it then applies to what happens later."""
        return self._state.settings

    @settings.setter
    def settings(self, settings: EmulatorSettings) -> None:
        with self._lock:
            self._state.settings = settings

    def base_urls(self, origin: str) -> Mapping[str, str]:
        """Return the base URL of each provider's API at an origin, `http://127.0.0.1:8080`."""
        return {provider: origin.rstrip("/") + base_path(provider) for provider in PROVIDERS}

    def reset(self) -> None:
        """Forget tasks, keys, uploads, faults and the ledger. Ids are not used again."""
        with self._lock:
            self._state = State(self._state.settings, self.seed, self._plan_notice, self._numbers)
            self.faults.clear()
            self.ledger.forget()

    # -- time ---------------------------------------------------------------------------------------------------------

    def next_moment(self) -> float | None:
        """Return the time of the next event, in seconds of the clock: a task starts or ends, or a notice is due."""
        with self.inspect() as (state, _):
            moments = (state.next_event(), state.callbacks.next_moment())
            return min((moment for moment in moments if moment is not None), default=None)

    def due_callbacks(self) -> Sequence[Callback]:
        """Return the notices to send now, each once."""
        with self.inspect() as (state, now):
            return state.callbacks.due(now)

    def callback_sent(self, callback: Callback, *, status: int | None = None, ms: float = 0.0) -> bool:
        """Record that a notice was answered with a status, or not delivered. The log shows its address without secrets.
        Returns True if it will be due again: success and failure are sent up to three times, processing once.
        """
        path, now = _CREDENTIALS.sub("", callback.url), self.clock.now()
        body, answered = callback.body.decode("utf-8", "replace"), status is not None
        seen = SeenRequest("vidu", NOTICE, "POST", path, status or 0, None, now, is_answered=answered, ms=ms, body=body)
        with self._lock:
            self.ledger.record_request(seen)
            is_over = callback.is_last or 200 <= seen.status < 300
            if not is_over:
                again = evolve(callback, attempt=callback.attempt + 1)
                self._state.callbacks.plan(now + self.settings.callback_retry_seconds, again)
            return not is_over

    # -- requests -----------------------------------------------------------------------------------------------------

    def handle(self, request: ServerRequest) -> ServerReply:
        """Answer a request. Never raises and never waits; the reply says how long its sender has to wait.

        If the emulator itself fails, the status is 500, and the ledger keeps the error.
        """
        try:
            return self._handle(request)
        except Exception as error:  # the promise above
            self.ledger.internal_errors.append(error)
            return json_reply({"message": f"the emulator failed: {type(error).__name__}"}, status=500)

    def _handle(self, request: ServerRequest) -> ServerReply:
        for beginning in (FILES, STORAGE):
            if request.path.startswith(beginning):
                return self._handle_stored(request, beginning)
        routed = routes().find(request.method, request.path)
        if isinstance(routed, Unrouted):
            return self._answer_unrouted(request, routed)
        return self._handle_operation(request, routed)

    def _handle_operation(self, request: ServerRequest, routed: Routed) -> ServerReply:
        """Answer a request for an operation, with the fault that applies to it."""
        route = routed.route
        rule = self.faults.next(route.provider, route.operation.id, family=route.family, request=request)
        with self.inspect() as (_, now):
            account, reply = None, ServerReply()
            if rule is None or not rule.prevents:
                account, reply = self._reply_to(request, routed, rule, now)
            if rule is not None:
                reply = apply_fault(rule, reply, refuse=partial(self._refusal, route), now=now)
            number = None if account is None else account.number
            return self._record(request, route.provider, route.operation.id, reply, number, rule)

    def _reply_to(
        self, request: ServerRequest, routed: Routed, rule: FaultRule | None, now: float
    ) -> tuple[EmulatedAccount | None, ServerReply]:
        """Return the account and the reply. Vidu refuses an id of a wrong form before it reads the key."""
        route, record, account = routed.route, record_of(routed.route.provider), None
        try:
            if record.reads_ids_first and not route.takes_id(routed.id):
                raise unreadable(f"parsing field {route.operation.path_parameter}: no such value")
            key = sent_key(route.contract, route.operation, request.headers, self.settings.keys)
            account = self._state.account(route.provider, key)
            replayed = self._state.idempotency.replay(account, route, request, now=now, settings=self.settings)
            if replayed is not None:
                return account, replayed
        except RefusalError as error:
            return account, self._refusal(route, error.refusal)
        try:
            reply = record.answer(self._check_call(request, routed, account, rule, now))
        except RefusalError as error:
            reply = self._refusal(route, error.refusal)
        self._state.idempotency.store(account, route, request, reply, now=now, most_replies=self.settings.max_tasks)
        return account, reply

    def _check_call(
        self, request: ServerRequest, routed: Routed, account: EmulatedAccount, rule: FaultRule | None, now: float
    ) -> ApiCall:
        """Check a request and return its call. Raises RefusalError."""
        route = routed.route
        if not route.takes_id(routed.id):
            raise not_found()
        query, wrong = route.query(request.query)
        if wrong:
            details = tuple(f"{name}: not allowed" for name in wrong)
            raise refusal_error(400, "FieldInvalid", f"invalid field: {', '.join(wrong)}", details=details)
        return ApiCall(
            state=self._state,
            route=route,
            request=request,
            account=account,
            id=routed.id,
            body=checked_body(route.contract, route.operation, request, is_strict=self.settings.is_strict),
            query=query,
            now=now,
            failure=FAILURES.get(rule.kind) if rule is not None else None,
        )

    def _answer_unrouted(self, request: ServerRequest, unrouted: Unrouted) -> ServerReply:
        if unrouted.methods:
            allow = {"allow": ", ".join(unrouted.methods)}
            refusal = Refusal(status=405, reason="MethodNotAllowed", message="method not allowed", headers=allow)
        else:
            refusal = not_found().refusal
        with self._lock:
            reply = record_of(unrouted.provider).refusal(evolve(refusal, trace=self._state.trace()))
            reply = self._record(request, unrouted.provider, "", reply, None, None)
        return evolve(reply, body=b"") if request.method == "HEAD" else reply

    def _refusal(self, route: Route, refusal: Refusal) -> ServerReply:
        return record_of(route.provider).refusal(evolve(refusal, trace=self._state.trace(), tag=route.operation.tag))

    # -- files and uploads --------------------------------------------------------------------------------------------

    def _handle_stored(self, request: ServerRequest, beginning: str) -> ServerReply:
        """Send a file of a task or an upload, or store an upload, with the fault that applies to it."""
        provider, _, name = request.path.removeprefix(beginning).partition("/")
        rule = None
        if request.method != "PUT" or beginning == FILES:
            rule = self.faults.next(provider, "download", family="download", request=request)
        request = request if rule is None else rule.adapt(request)
        task = None
        if rule is not None and rule.prevents:
            reply = ServerReply()
        elif beginning == FILES:
            task, reply = self._file(request, provider, name)
        else:
            reply = self._upload(request, name)
        return self._file_reply(request, provider, task, reply, rule)

    def _file(self, request: ServerRequest, provider: str, name: str) -> tuple[EmulatedTask | None, ServerReply]:
        """Return the task of a file, and the reply with the file."""
        task_id, _, file_name = name.partition("/")
        with self._lock:
            now = self._advance()
            task = self._state.tasks.get(task_id)
            if refusal := self._address_refusal(request, now, ("GET", "HEAD")):
                return task, refusal
            if task is None or task.state is not Stage.SUCCEEDED or task.provider != provider:
                return task, _NO_SUCH_KEY
            renderer, spec = self._state.renderer, self._state.file_spec(task, file_name)
        return task, content_reply(renderer.content(spec), request)  # without the lock, so that other requests do not wait

    def _upload(self, request: ServerRequest, upload_id: str) -> ServerReply:
        with self._lock:
            now = self._advance()
            if refusal := self._address_refusal(request, now, ("GET", "HEAD", "PUT")):
                return refusal
            upload = self._state.storage.uploads.get(upload_id)
            if upload is not None and request.method == "PUT":
                return self._put(request, upload, now)
            if upload is None or upload.content is None:
                return _NO_SUCH_KEY
            return content_reply(upload.content, request)

    def _put(self, request: ServerRequest, upload: Upload, now: float) -> ServerReply:
        content_type = request.headers.get("content-type", "")
        if upload.content_type is not None and content_type != upload.content_type:
            return xml_refusal(403, "SignatureDoesNotMatch", "The content type is not the one that was signed.")
        if upload.most_bytes is not None and len(request.body) > upload.most_bytes:
            return xml_refusal(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
        etag = etag_of(request.body)
        content = Content(request.body, content_type or "application/octet-stream", etag, now)
        self._state.storage.put(upload, content)
        return ServerReply(headers={"etag": etag})

    def _address_refusal(self, request: ServerRequest, now: float, methods: tuple[str, ...]) -> ServerReply | None:
        if request.method not in methods:
            message = "The specified method is not allowed against this resource."
            return xml_refusal(405, "MethodNotAllowed", message, {"allow": ", ".join(methods)})
        match self._state.signer.check(request.path, request.query, now=now):
            case "valid":
                return None
            case "expired":
                return xml_refusal(403, "AccessDenied", "Request has expired")
            case "forged":
                message = "The request signature we calculated does not match the signature you provided."
                return xml_refusal(403, "SignatureDoesNotMatch", message)

    def _file_reply(
        self, request: ServerRequest, provider: str, task: EmulatedTask | None, reply: ServerReply, rule: FaultRule | None
    ) -> ServerReply:
        """Apply the fault to a reply of the storage and record it in the ledger."""
        with self._lock:
            now = self.clock.now()
            if rule is not None:
                reply = apply_fault(rule, reply, refuse=_refusal_of_storage, now=now)
            if carries_credential(request.headers):
                self.ledger.keys_sent_to_files += 1
            if request.method == "GET" and reply.status in (200, 206):
                sent = len(reply.body) if reply.ending == "whole" else reply.sent or 0
                self.ledger.bytes_served += sent
                if task is not None:
                    task.bytes_served += sent
            return self._record(request, provider, "upload" if request.method == "PUT" else "download", reply, None, rule)

    @contextmanager
    def inspect(self) -> Generator[tuple[State, float]]:
        """Give the current state and time while the lock is held. For the ledger and the control API."""
        with self._lock:
            yield self._state, self._advance()

    # -- inside -------------------------------------------------------------------------------------------------------

    def _advance(self) -> float:
        now = self.clock.now()
        self._state.advance(now)
        return now

    def _plan_notice(self, task: EmulatedTask, moment: float) -> None:
        """Plan the notice of a change."""
        url = task.body.get("callback_url")
        if not isinstance(url, str) or not url:
            return
        notice = record_of(task.provider).notice(self._state, task, moment)
        if notice is None:
            return
        body, word = json_reply(notice).body, _NOTICES[task.state]
        callback = Callback(url=url, body=body, task_id=task.id, state=word, signer=task.owner.signer)
        self._state.callbacks.plan(moment, callback)

    def _record(
        self,
        request: ServerRequest,
        provider: str,
        operation: str,
        reply: ServerReply,
        account: int | None,
        rule: FaultRule | None,
    ) -> ServerReply:
        """Record a request in the ledger, and return the reply with its number there."""
        seen = SeenRequest(
            provider,
            operation,
            request.method,
            log_text(request.path.encode("utf-8", "surrogatepass"), request.headers),
            reply.status,
            account,
            self.clock.now(),
            rule.kind if rule is not None else None,
            is_answered=reply.has_head,
            body=log_text(request.body, request.headers),
            reply=log_text(reply.content, request.headers),
        )
        return evolve(reply, number=self.ledger.record_request(seen))


def _refusal_of_storage(refusal: Refusal) -> ServerReply:
    return xml_refusal(refusal.status, refusal.reason, refusal.message, refusal.headers)
