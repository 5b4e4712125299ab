"""What the answers of all providers share: the state of the emulator, and one call with its request."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from attrs import field, frozen

from vidu_ext.emulator.messages import ServerRequest
from vidu_ext.emulator.routes import Query, Route, charge_in_examples
from vidu_ext.emulator.settings import EmulatorSettings
from vidu_ext.emulator.state.bounded import Bounded
from vidu_ext.emulator.state.files import FILES, STORAGE, Content, Signer, Upload, rendered
from vidu_ext.emulator.state.notices import Callbacks
from vidu_ext.emulator.state.outputs import number, output_of
from vidu_ext.emulator.state.task_engine import Change, EmulatedAccount, EmulatedTask, Stage, TaskEngine
from vidu_ext.spec.prices import price_of, region_of, with_defaults
from vidu_ext.values.json import as_object, leaves, map_texts
from vidu_ext.values.tasks import Object

from .idempotency import IdempotencyKeys

UPLOAD_MARK: Final = "ssupload:?id="
_REPEATED_AS_SENT: Final = frozenset({"payload", "prompt"})
_SHOWN_OF_MEDIUM: Final = 40


class State(TaskEngine):
    """State shared between requests. Not thread-safe."""

    def __init__(self, settings: EmulatorSettings, seed: int, changed: Change, numbers: Iterator[int]) -> None:
        super().__init__(settings, changed, numbers)
        self.seed: Final = seed
        self.signer: Final = Signer(seed)
        self.uploads: Final = Bounded[str, Upload](settings.max_tasks, lambda upload: upload.size)
        self.callbacks: Final = Callbacks()
        self.idempotency: Final = IdempotencyKeys(settings)
        self._traces = 0

    def trace(self) -> str:
        """Return a new trace id."""
        self._traces += 1
        return hashlib.sha256(f"trace {self.seed}/{self._traces}".encode()).hexdigest()[:32]

    def file_address(self, task: EmulatedTask, name: str, *, origin: str, at: float | None = None) -> str:
        """Return a signed URL of a file of a task that is fresh at a time, by default now."""
        expires = (self.now if at is None else at) + self.settings.url_seconds
        return self.signer.address(origin, f"{FILES}{task.provider}/{task.id}/{name}", expires=expires)

    def finished(self, provider: str, task_id: str) -> EmulatedTask | None:
        """Return a task that has files; None if there is none of this id."""
        task = self.tasks.get(task_id)
        return task if task is not None and task.state is Stage.SUCCEEDED and task.provider == provider else None

    def renderer(self, task: EmulatedTask, name: str) -> Callable[[], Content]:
        """Return what renders a file of a task."""
        least = self.settings.film_bytes if task.output.form == "film" else None
        return partial(rendered, f"{task.provider}/{task.id}/{name}", name, task.output, task.ended or task.created, least)


@frozen(kw_only=True)
class ApiCall:
    """One call that passed the checks, with its request and the state."""

    state: State = field(repr=False)
    route: Route
    request: ServerRequest = field(repr=False)
    account: EmulatedAccount
    id: str | None
    """Value of the path parameter."""
    body: Object = field(repr=False)
    query: Query = field(repr=False)
    failure: str | None = None
    """Vidu's error code if a fault lets the task of the call fail."""

    @property
    def operation(self) -> str:
        return self.route.operation.id

    def upload_answer(self, upload: Upload, *members: str) -> Object:
        """Store an upload. Returns its signed URL, to put it and to get it, as each of these members, and when that expires."""
        self.state.uploads.put(upload.id, upload)
        expires = self.state.now + self.state.settings.url_seconds
        address = self.state.signer.address(self.request.origin, f"{STORAGE}{self.route.provider}/{upload.id}", expires=expires)
        return {"expires_at": rfc3339(expires), **dict.fromkeys(members, address)}

    def with_defaults(self, body: Object) -> Object:
        """Return the body with the documented defaults of its model filled in."""
        return with_defaults(self.route.contract, self.operation, body)

    def task(self, task_id: str | None) -> EmulatedTask | None:
        """Return a task of this account, or None."""
        task = self.state.tasks.get(task_id or "")
        return task if task is not None and task.owner is self.account else None

    def text(self, name: str) -> str:
        """Return a text of the body; '' if there is none."""
        value = self.body.get(name)
        return value if isinstance(value, str) else ""

    @property
    def has_price(self) -> bool:
        """Whether the price of the call is documented."""
        return price_of(self.route.contract, self.operation, self.body) is not None

    @property
    def price(self) -> float:
        """What the call costs today by its spec, in credits of the provider; what the examples show if no price is documented."""
        original = self.task(self.id)  # a change of a task is priced by its first request
        body = self.body if original is None else {**original.complete, **self.body}
        price = price_of(
            self.route.contract,
            self.operation,
            body,
            seconds=output_of(self.route, self.with_defaults(self.body)).seconds,
            region=region_of(urlsplit(self.request.origin).hostname or ""),
            on=(_EPOCH + timedelta(seconds=self.state.now)).date(),
        )
        rate = _rate(self.route, "credit", "per-usd")
        if price is None or price.is_most or price.unit not in ("credits", "USD"):
            worth = _rate(self.route, "answered-credit", "usd") or 1
            return round(charge_in_examples(self.route) * (worth * rate if rate else 1), 6)
        return price.amount if price.unit == "credits" else round(price.amount * (rate or 1), 6)

    def new_task(self, *, failure: str | None = None, is_ended: bool = False, prefix: str = "") -> EmulatedTask:
        """Start the task of the call. Its id begins with the prefix. Raises Refusal for too few credits or a full queue."""
        state, settings, stored = self.state, self.state.settings, self.stored_body()
        body = self.with_defaults(stored)
        number, task_id = state.new_id()
        task = EmulatedTask(
            number=number,
            id=prefix + task_id,
            provider=self.route.provider,
            account=self.account.number,
            owner=self.account,
            operation=self.operation,
            route=self.route,
            body=stored,
            complete=body,
            payload=self.text("payload") or None,
            held=sum(len(text) for _, text in leaves(stored) if isinstance(text, str)),
            credits=self.price,
            created=state.now,
            origin=self.request.origin,
            output=output_of(self.route, body),
            failure=self.failure or failure,
        )
        if is_ended:
            state.begin_ended(task)
        else:
            is_off_peak = body.get("off_peak") is True
            wait = settings.queue_seconds + (settings.off_peak_seconds if is_off_peak else 0.0)
            state.begin(task, wait=wait, limit=settings.off_peak_limit_seconds if is_off_peak else None)
        return task

    def stored_body(self) -> Object:
        """Return the body to store: without the bytes of media, and without invalid URLs, which answers would repeat."""
        return {name: value if name in _REPEATED_AS_SENT else map_texts(value, _storable) for name, value in self.body.items()}


def result_names(task: EmulatedTask) -> list[str]:
    """Return the names of the files that the request of a task asks for."""
    suffix = "png" if task.complete.get("output_format") == "png" else task.output.suffix
    return [f"{index}.{suffix}" for index in range(int(number(task.complete.get("n"), 1)))]


def shown_credits(task: EmulatedTask) -> int:
    """Return the `credits` in answers: whole credits, of Vidu if the provider repeats its answers; 0 if the task failed."""
    if task.state in (Stage.FAILED, Stage.CANCELED):
        return 0
    worth, rate = _rate(task.route, "answered-credit", "usd"), _rate(task.route, "credit", "per-usd")
    return int(task.credits) if worth is None or rate is None else round(task.credits / rate / worth)


def _rate(route: Route, name: str, unit: str) -> float | None:
    """Return a rate of the price list: of credits to dollars, or of the credits that answers show."""
    rate = as_object(as_object(route.contract.extension("x-price-list")).get(name)).get(unit)
    return rate if isinstance(rate, int | float) else None


def _storable(text: str) -> str:
    if text.startswith("data:") and len(text) > _SHOWN_OF_MEDIUM:
        head = text.partition(",")[0][:_SHOWN_OF_MEDIUM]
        return f"{head},{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"
    if text.startswith(("http://", "https://")):
        try:
            urlsplit(text)
        except ValueError:
            return ""
    return text


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def rfc3339(moment: float) -> str:
    """Format a time by RFC 3339, in UTC with microseconds."""
    return f"{(_EPOCH + timedelta(seconds=moment)).strftime('%Y-%m-%dT%H:%M:%S.%f')}Z"


def parse_rfc3339(text: str) -> float | None:
    """Parse a time of RFC 3339; None for any other text. Without a zone it is in UTC."""
    try:
        moment = datetime.fromisoformat(text.strip().replace(" ", "+"))
    except ValueError:
        return None
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return (aware - _EPOCH).total_seconds()
