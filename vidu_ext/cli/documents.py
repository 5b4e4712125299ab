"""The JSON documents that the commands print, as types. documents.json is written from them: `make schemas`.

A document may hold more than its type says; members are added in later versions, none is taken away.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NotRequired, TypedDict


class OutputDocument(TypedDict):
    """A file of a result, at the provider."""

    kind: str
    creation_id: str | None
    url: NotRequired[str]


class FailureDocument(TypedDict):
    """Why a task failed, in the words of its provider."""

    code: str | None
    message: str | None


class FileDocument(TypedDict):
    """A downloaded file."""

    path: str | None
    kind: str
    bytes: int
    content_type: str | None
    sha256: str | None


class SnapshotDocument(TypedDict):
    """What one status answer said; with `files` once they are downloaded."""

    reference: str
    state: str
    word: str
    progress: float | None
    credits: float | None
    outputs: list[OutputDocument]
    created_at: NotRequired[str]
    ended_at: NotRequired[str]
    model: NotRequired[str]
    prompt: NotRequired[str]
    odd_charge: NotRequired[str]
    failure: NotRequired[FailureDocument]
    files: NotRequired[list[FileDocument]]


class PriceDocument(TypedDict):
    """A documented price."""

    amount: float
    unit: str
    usd: float | None
    date: str | None
    source: str
    sure: str


class OrderedDocument(TypedDict):
    """A task that was ordered now (`is_new`) or before."""

    reference: str
    estimate: float | None
    is_new: bool
    price: NotRequired[PriceDocument | None]
    state: NotRequired[str]


class ExplanationDocument(TypedDict):
    """What an account can do with a request."""

    account: str
    provider: str
    capable: bool
    reasons: list[str]
    price: NotRequired[PriceDocument | None]


class RouteDocument(TypedDict):
    """Who can serve a request; `order` names the accounts in the order in which they would be asked."""

    order: list[str]
    accounts: list[ExplanationDocument]
    operation: NotRequired[str]
    body: NotRequired[object]


class BalanceDocument(TypedDict):
    """What an account has left, for one kind of credits."""

    account: str
    kind: str
    credits: float | None
    running: int | None
    limit: int | None
    queued: int | None


class BudgetDocument(TypedDict):
    """What the tools of a server may spend in all, in its unit."""

    unit: str
    most: float
    spent: float
    left: float


class BalancesDocument(TypedDict):
    """What the accounts have left, and the budget of the server if it has one."""

    accounts: list[BalanceDocument]
    budget: NotRequired[BudgetDocument]


class FaultDocument(TypedDict):
    """One thing in a request that is refused, and what is allowed there."""

    place: str
    message: str
    allowed: list[object] | None


class ErrorMembers(TypedDict):
    """What every error tells; the further members are those of its type."""

    type: str
    message: str
    exit_code: int
    faults: NotRequired[list[FaultDocument]]
    explanations: NotRequired[list[ExplanationDocument]]
    account: NotRequired[str]
    provider: NotRequired[str]
    operation: NotRequired[str]
    status: NotRequired[int | None]
    code: NotRequired[str | None]
    reference: NotRequired[str | None]
    snapshot: NotRequired[SnapshotDocument | None]
    submission: NotRequired[dict[str, object]]
    order: NotRequired[int | None]
    remedy: NotRequired[str | None]


class ErrorDocument(TypedDict):
    """Why a command failed, for one task or account if it names one."""

    error: ErrorMembers
    reference: NotRequired[str]
    account: NotRequired[str]


class CallDocument(TypedDict):
    """The answer of a route that starts no task; `is_new` is False if it was given before, or costs nothing."""

    answer: object
    is_new: bool


class ReferenceDocument(TypedDict):
    """A task that was found."""

    reference: str


class OrderDocument(TypedDict):
    """An order: `state` is `ordered`, `answered`, `unknown` or `not ordered`; `number` is what `vidu find` takes."""

    key: str | None
    reference: str | None
    state: str
    account: str | None
    ordered_at: str
    number: int


class AccountDocument(TypedDict):
    """A configured account."""

    account: str
    provider: str
    key_from: str
    base_url: str
    max_in_flight: int | None


class AbilitiesDocument(TypedDict):
    """What a provider can do."""

    makes: list[str]
    found_again_by: str
    cancel: bool
    list: bool
    credits: bool
    uploads: bool


class ConfigurationDocument(TypedDict):
    """The configuration file."""

    path: str
    read: bool


class ProvidersDocument(TypedDict):
    """What is configured, and what each provider can do."""

    accounts: list[AccountDocument]
    providers: dict[str, AbilitiesDocument]
    configuration: ConfigurationDocument


class OperationDocument(TypedDict):
    """An operation of a provider; with `members` and `models` if it alone was asked for."""

    provider: str
    operation: str
    method: str
    path: str
    starts_task: NotRequired[bool]
    models: object
    required: NotRequired[list[str]]
    members: NotRequired[dict[str, dict[str, object]]]


class AddressDocument(TypedDict):
    """The file that was opened; of `url`, its signed address."""

    reference: str
    kind: str
    url: NotRequired[str]


class PageDocument(TypedDict):
    """A page of the guide."""

    page: str
    text: str


class NoticeDocument(TypedDict):
    """A notice that a provider sent."""

    ref: str | None
    account: str
    state: str | None


class RowsDocument(TypedDict):
    """A manifest without faults."""

    batch: str
    rows: int


class ShareDocument(TypedDict):
    """The jobs of a batch at one account."""

    account: str
    provider: str
    states: dict[str, int]
    credits: float


class MoneyDocument(TypedDict):
    """What a batch has spent, in credits."""

    ceiling: float | None
    reserved: float
    spent: float
    left: float | None


class BatchDocument(TypedDict):
    """How a batch stands; `batch` alone, with no jobs, if the database has none."""

    batch: str | None
    jobs: int
    open: int
    folder: NotRequired[str]
    planned: NotRequired[int]
    states: NotRequired[dict[str, int]]
    accounts: NotRequired[list[ShareDocument]]
    credits: NotRequired[dict[str, MoneyDocument]]
    per_minute: NotRequired[float]
    seconds_left: NotRequired[float | None]
    is_stuck: NotRequired[bool]
    held: NotRequired[dict[str, str]]
    unsettled: NotRequired[list[str]]


class RetriedDocument(TypedDict):
    """Jobs that are queued again."""

    batch: str
    retried: int


class CanceledDocument(TypedDict):
    """What was cancelled, and what goes on."""

    batch: str
    before_sending: int
    at_provider: int
    goes_on: list[str]


class SettledDocument(TypedDict):
    """What became of a job that was unknown."""

    batch: str
    key: str
    reference: str | None
    state: str


class ExportedDocument(TypedDict):
    """The file that jobs were written to."""

    batch: str
    jobs: int
    file: str


class WorkerDocument(TypedDict):
    """A worker that ended, with the jobs of each account whose key it had not."""

    worker: str
    without_key: dict[str, int]


class CheckedDocument(TypedDict):
    """What one provider's spec, client and examples hold."""

    version: str
    operations: int
    examples: int
    round_trips: int


class ProblemDocument(TypedDict):
    """What does not fit in an installed spec."""

    provider: str
    operation: str
    place: str
    text: str


class CheckDocument(TypedDict):
    """What `vidu contract check` found."""

    providers: dict[str, CheckedDocument]
    problems: list[ProblemDocument]


class DriftDocument(TypedDict):
    """A difference between an answer and its spec."""

    grade: str
    what: str
    place: str
    documented: object
    seen: object


class RecordingDocument(TypedDict):
    """A kept answer, held to its spec; `example` is what the spec takes."""

    file: str
    provider: str
    operation: str
    status: int
    place: str
    example: object
    drifts: list[DriftDocument]


class ReplayDocument(TypedDict):
    """What `vidu contract replay` found, with the number of differences of each grade."""

    recordings: list[RecordingDocument]
    broken: int
    changed: int
    new: int


class AnswerDocument(TypedDict):
    """An answer of an account, held to its spec."""

    operation: str
    status: int | None
    failure: str | None
    drifts: list[DriftDocument]


class AskedDocument(TypedDict):
    """What one account answered."""

    account: str
    provider: str
    standing: str
    answers: list[AnswerDocument]


class LiveDocument(TypedDict):
    """What `vidu contract live` found, with the number of differences of each grade."""

    accounts: list[AskedDocument]
    broken: int
    changed: int
    new: int


class RecordedDocument(TypedDict):
    """The files that `vidu contract record` wrote."""

    files: list[str]


class ChangeDocument(TypedDict):
    """A difference between two specs."""

    grade: str
    operations: list[str]
    place: str
    text: str


class DiffDocument(TypedDict):
    """What `vidu contract diff` found, with the number of changes of each grade."""

    breaking: int
    additive: int
    text: int
    changes: list[ChangeDocument]


class FuzzDocument(TypedDict):
    """What `vidu contract fuzz` found."""

    provider: str
    url: str
    held: bool
    seed: object
    creates: bool
    cases: object
    failures: object
    errors: object


PRINTED: Final[Mapping[str, tuple[object, ...]]] = {
    "generate": (OrderedDocument, SnapshotDocument, RouteDocument),
    "submit": (OrderedDocument, SnapshotDocument, RouteDocument),
    "call": (CallDocument, RouteDocument),
    "route": (RouteDocument,),
    "find": (ReferenceDocument, OrderDocument),
    "status": (SnapshotDocument,),
    "wait": (SnapshotDocument,),
    "download": (SnapshotDocument,),
    "cancel": (SnapshotDocument,),
    "open": (AddressDocument,),
    "url": (AddressDocument,),
    "tasks": (SnapshotDocument,),
    "orders": (OrderDocument,),
    "providers": (ProvidersDocument,),
    "credits": (BalanceDocument,),
    "spec": (OperationDocument, dict[str, object]),
    "emulator": (dict[str, str],),
    "guide": (PageDocument,),
    "listen": (NoticeDocument,),
    "mcp": (),
    "batch run": (BatchDocument, RowsDocument),
    "batch status": (BatchDocument,),
    "batch resume": (BatchDocument,),
    "batch retry": (RetriedDocument,),
    "batch cancel": (CanceledDocument,),
    "batch settle": (SettledDocument,),
    "batch export": (ExportedDocument,),
    "batch worker": (WorkerDocument,),
    "contract check": (CheckDocument,),
    "contract replay": (ReplayDocument,),
    "contract record": (RecordedDocument,),
    "contract diff": (DiffDocument,),
    "contract live": (LiveDocument,),
    "contract fuzz": (FuzzDocument,),
}
"""The documents of each command; every one may print an ErrorDocument too. A dict has members of its own: the schema of a
request, or the variables of the environment."""

ANSWERED: Final[Mapping[str, tuple[object, ...]]] = {
    "route": (RouteDocument,),
    "generate": (OrderedDocument, SnapshotDocument),
    "status": (SnapshotDocument,),
    "wait": (SnapshotDocument,),
    "download": (SnapshotDocument,),
    "cancel": (SnapshotDocument,),
    "balance": (BalancesDocument,),
}
"""What the tools of `vidu mcp` answer, an error aside. The task of the protocol that `generate` becomes ends as a snapshot."""
