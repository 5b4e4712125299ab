"""The JSON documents that the commands print, as types. documents.json is written from them: `make schemas`.

A document may hold more than its type says; members are added in later versions, none is taken away.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict

from vidu_ext.values.tasks import Json


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
    body: NotRequired[Json]


class BalanceDocument(TypedDict):
    """What an account has left, for one kind of credits."""

    account: str
    kind: str
    credits: float | None
    running: int | None
    limit: int | None
    queued: int | None


class FaultDocument(TypedDict):
    """One thing in a request that is refused, and what is allowed there."""

    place: str
    message: str
    allowed: list[Json] | None


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
    submission: NotRequired[dict[str, Json]]
    note: NotRequired[str | None]
    remedy: NotRequired[str | None]


class ErrorDocument(TypedDict):
    """Why a command failed, for one task or account if it names one."""

    error: ErrorMembers
    reference: NotRequired[str]
    account: NotRequired[str]
