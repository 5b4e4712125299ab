"""Every documented answer and request passes through the adapter of its provider."""

from __future__ import annotations

import json
import pickle
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, Final, cast

import pytest
from adapters import present
from attrs import frozen

from vidu_ext.flows.attempt import attempt_of
from vidu_ext.providers import PROVIDERS, provider_named
from vidu_ext.providers.base import Provider
from vidu_ext.spec.operation import Operation
from vidu_ext.values.exchange import Category, Reply
from vidu_ext.values.json import as_list, as_object, value_at
from vidu_ext.values.tasks import Json, Object, Snapshot, TaskRef, TaskState

LISTS: Final = ("listTasks", "listRunningGenerations")
STREAMS: Final = "text/event-stream"
INPUTS: Final = ("input", "params")
"""Members that repeat what was sent; URLs in them are not results."""
FILM_STATUS: Final = ("getMusicVideo", "getGeneralFilm")
STATES: Final[dict[str, TaskState]] = {
    "created": TaskState.CREATED,
    "queueing": TaskState.QUEUED,
    "processing": TaskState.PROCESSING,
    "success": TaskState.SUCCEEDED,
    "failed": TaskState.FAILED,
    "IN_QUEUE": TaskState.QUEUED,
    "starting": TaskState.QUEUED,
    "IN_PROGRESS": TaskState.PROCESSING,
    "COMPLETED": TaskState.SUCCEEDED,
    "succeeded": TaskState.SUCCEEDED,
    "FAILED": TaskState.FAILED,
    "CANCELED": TaskState.CANCELED,
}
ERRORS: Final[dict[tuple[str, str], tuple[Category, str | None]]] = {
    ("vidu", "field-invalid"): ("invalid", "FieldInvalid"),
    ("vidu", "field-lacking"): ("invalid", "FieldLacking"),
    ("vidu", "field-unwanted"): ("invalid", "FieldUnwanted"),
    ("vidu", "field-item-count-out-of-range"): ("invalid", "FieldItemCountOutOfRange"),
    ("vidu", "page-size-out-of-range"): ("invalid", "PageSizeOutOfRange"),
    ("vidu", "image-download-failure"): ("invalid", "ImageDownloadFailure"),
    ("vidu", "operation-in-process"): ("busy", "OperationInProcess"),
    ("vidu", "task-prompt-policy-violation"): ("moderation", "TaskPromptPolicyViolation"),
    ("vidu", "audit-submit-illegal"): ("moderation", "AuditSubmitIllegal"),
    ("vidu", "credit-insufficient"): ("credits", "CreditInsufficient"),
    ("vidu", "model-unavailable"): ("model", "ModelUnavailable"),
    ("vidu", "codec"): ("invalid", "CODEC"),
    ("vidu", "cancel-refused"): ("invalid", "BadRequest"),
    ("vidu", "unauthorized"): ("key", "Unauthorized"),
    ("vidu", "forbidden"): ("key", "Forbidden"),
    ("vidu", "task-not-found"): ("not-found", "TaskNotFound"),
    ("vidu", "creation-not-found"): ("not-found", "CreationNotFound"),
    ("vidu", "not-found"): ("not-found", "NotFound"),
    ("vidu", "quota-exceeded"): ("busy", "QuotaExceeded"),
    ("vidu", "too-many-requests"): ("busy", "TooManyRequests"),
    ("vidu", "system-throttling"): ("busy", "SystemThrottling"),
    ("vidu", "internal-service-failure"): ("other", "InternalServiceFailure"),
    ("vidu", "unavailable"): ("other", None),
    ("vidu", "conflict"): ("other", "Conflict"),
    ("vidu", "canceled"): ("other", "Canceled"),
    ("comfy", "seed-example"): ("invalid", None),
    ("comfy", "refused"): ("invalid", None),
    ("comfy", "refused-by-provider"): ("invalid", "FieldInvalid"),
    ("comfy", "detail"): ("key", None),
    ("comfy", "message"): ("credits", None),
    ("comfy", "forbidden"): ("key", None),
    ("comfy", "not-found"): ("not-found", "not_found"),
    ("comfy", "in-flight"): ("in-flight", "idempotency_in_flight"),
    ("comfy", "consumed"): ("consumed", "idempotency_consumed"),
    ("comfy", "mismatch"): ("consumed", "idempotency_mismatch"),
    ("comfy", "account"): ("other", None),
    ("comfy", "concurrency"): ("busy", None),
    ("comfy", "committed-spend"): ("busy", None),
    ("comfy", "storage-failed"): ("other", "storage_error"),
    ("comfy", "provider-disabled"): ("model", "comfy_cloud_provider_disabled"),
    ("comfy", "credential-not-checked"): ("other", "service_unavailable"),
    ("comfy", "key-store-down"): ("other", None),
    ("comfy", "flat"): ("other", "internal_error"),
    ("comfy", "from-provider"): ("other", "provider_error"),
    ("zenlayer", "401 vidu-shape"): ("key", "Unauthorized"),
    ("zenlayer", "401 openai-shape"): ("key", "invalid_api_key"),
    ("zenlayer", "default vidu-shape"): ("invalid", "FieldInvalid"),
    ("zenlayer", "default openai-shape"): ("invalid", "invalid_request_error"),
    ("skills_video", "video-invalid-input"): ("invalid", "VIDEO_GENERATION_INVALID_INPUT"),
    ("skills_video", "image-unsupported-model"): ("model", "IMAGE_GENERATION_UNSUPPORTED_MODEL"),
    ("skills_video", "video-insufficient-credits"): ("credits", "VIDEO_GENERATION_INSUFFICIENT_CREDITS"),
    ("skills_video", "video-content-rejected"): ("moderation", "VIDEO_GENERATION_CONTENT_REJECTED"),
    ("skills_video", "image-rate-limited"): ("busy", "IMAGE_GENERATION_RATE_LIMITED"),
    ("skills_video", "video-failed"): ("other", "VIDEO_GENERATION_FAILED"),
    ("skills_video", "video-provider-unavailable"): ("other", "VIDEO_GENERATION_PROVIDER_UNAVAILABLE"),
    ("skills_video", "video-timeout"): ("other", "VIDEO_GENERATION_TIMEOUT"),
    ("skills_video", "401 message-only"): ("key", None),
    ("skills_video", "403 message-only"): ("key", None),
    ("skills_video", "404 message-only"): ("not-found", None),
    ("skills_video", "500 message-only"): ("other", None),
    ("skills_video", "newest-form"): ("other", "VIDEO_GENERATION_FAILED"),
    ("skills_video", "middle-form"): ("credits", "VIDEO_GENERATION_INSUFFICIENT_CREDITS"),
    ("skills_video", "oldest-form"): ("other", None),
}
"""The category and code of each documented error, by provider and name of the example, with the status before the name if
several errors have that name."""
KNOWN: Final = {provider for provider, _ in ERRORS}


@frozen
class Documented:
    """One example of a spec."""

    provider: str
    operation: Operation
    status: str
    """`200`, `default`; empty for a request."""
    media_type: str
    name: str
    value: Json

    def __str__(self) -> str:
        return f"{self.provider}-{self.operation.id}-{self.status or 'request'}-{self.name}"

    @property
    def adapter(self) -> Provider:
        return provider_named(self.provider)

    @property
    def meaning(self) -> tuple[str, str]:
        """The key in ERRORS; for a provider without entries, that of an example with the same name."""
        names = (f"{self.status} {self.name}", self.name)
        others = [key for name in names for key in ERRORS if key[1] == name and self.provider not in KNOWN]
        return next((key for key in (*((self.provider, name) for name in names), *others) if key in ERRORS), (self.provider, ""))

    @property
    def content(self) -> bytes:
        return json.dumps(self.value).encode()


def documented() -> Iterator[Documented]:
    for name in PROVIDERS:
        contract = provider_named(name).contract
        for operation in contract.operations.values():
            place = ("paths", operation.path, operation.method)
            answers = as_object(value_at(contract.spec.root, (*place, "responses")))
            places = {"": (*place, "requestBody"), **{status: (*place, "responses", status) for status in answers}}
            for status, at in places.items():
                for media_type, content in as_object(contract.spec.at(at).get("content")).items():
                    for example, holder in as_object(as_object(content).get("examples")).items():
                        yield Documented(name, operation, status, media_type, example, as_object(holder)["value"])


ALL: Final = tuple(documented())
SUCCESSES: Final = [example for example in ALL if example.status.startswith("2") and example.media_type != STREAMS]
CREATES: Final = [example for example in SUCCESSES if example.operation.poll is not None]
STATUS: Final = [
    example
    for example in SUCCESSES
    if example.operation.method == "get" and example.operation.path_parameter is not None and example.operation.tag != "drama"
]
"""Status answers of tasks that can be waited for; those of the drama models are read by `call` only."""
LISTED: Final = [example for example in SUCCESSES if example.operation.id in LISTS]
FAILURES: Final = list(
    {
        (example.provider, *example.meaning, example.status): example
        for example in ALL
        if example.status and not example.status.startswith("2")
    }.values()
)
"""Each documented error once: most operations share them."""
OLDER_PATH: Final = "templateToVideo"
"""Has the body of another route, to which its requests go."""
REQUESTS: Final = [
    example
    for example in ALL
    if not example.status and example.operation.tag not in ("tasks", "files", "account") and example.operation.id != OLDER_PATH
]


def addresses(value: Json, *, is_address: bool = False) -> Iterator[str]:
    """Yield the URL of every file in an answer, found by the names of members."""
    if isinstance(value, dict):
        for name, below in value.items():
            if name not in INPUTS:
                yield from addresses(below, is_address=name == "url" or name.endswith("_url"))
    elif isinstance(value, list):
        for below in value:
            yield from addresses(below, is_address=is_address)
    elif is_address and isinstance(value, str) and value:
        yield value


def state_in(answer: Object) -> TaskState:
    if answer.get("err_code") == "UserCancelled":
        return TaskState.CANCELED
    return STATES[str(answer.get("state", answer.get("status")))]


def rows_of(example: Documented) -> list[Object]:
    return [as_object(row) for row in as_list(as_object(example.value).get("tasks", example.value))]


def test_specs_have_examples_of_every_kind_of_answer() -> None:
    assert {example.provider for example in CREATES} == {example.provider for example in STATUS} == set(PROVIDERS)
    assert {example.operation.id for example in LISTED} == set(LISTS)


@pytest.mark.parametrize("example", CREATES, ids=str)
def test_documented_create_answer_gives_the_reference_of_its_task(example: Documented) -> None:
    poll = present(example.operation.poll)
    ref, raw = present(example.adapter.created("mine", example.operation.id, example.content))
    assert (ref.account, ref.task_id) == ("mine", as_object(example.value)[poll.member])
    assert raw == example.value
    assert example.adapter.status_call(ref).operation == poll.operation
    assert not example.adapter.is_error_body(Reply(200, {}, example.content))


@pytest.mark.parametrize("example", CREATES, ids=str)
def test_create_answer_cut_off_after_its_id_gives_the_reference(example: Documented) -> None:
    operation = example.operation.id
    ref, _ = present(example.adapter.created("mine", operation, example.content))
    member = f'"{present(example.operation.poll).member}": "{ref.task_id}"'.encode()
    end = example.content.index(member) + len(member)
    for length in range(len(example.content)):
        cut = example.adapter.created("mine", operation, example.content[:length])
        assert (cut and cut[0]) == (ref if length >= end else None), example.content[:length]


@pytest.mark.parametrize("example", STATUS, ids=str)
def test_documented_status_answer_gives_state_error_and_every_file(example: Documented) -> None:
    answer = as_object(example.value)
    poll = example.operation.id if example.operation.id in FILM_STATUS else None
    snapshot = present(example.adapter.snapshot(TaskRef("mine", "1", poll), answer))
    assert snapshot.state is state_in(answer)
    assert snapshot.word == answer.get("state", answer.get("status"))
    assert snapshot.raw == answer
    assert snapshot.ref == TaskRef("mine", "1", poll)
    assert {output.url for output in snapshot.outputs} == set(addresses(answer))
    assert snapshot.error_code == (answer.get("err_code") or answer.get("code") or None)
    assert snapshot.is_moderated == (snapshot.error_code == "CreationPolicyViolation")
    charge = as_object(answer.get("usage")).get("total", answer.get("credits"))
    assert snapshot.credits == (None if example.adapter.name == "comfy" else charge)  # Comfy's are in a header
    assert snapshot.progress == answer.get("progress")


@pytest.mark.parametrize("example", LISTED, ids=str)
def test_documented_list_gives_every_task_in_it(example: Documented) -> None:
    snapshots, next_page = present(example.adapter.tasks_page("mine", example.value))
    assert next_page == (as_object(example.value).get("next_page_token") or None)
    for snapshot, row in zip(snapshots, rows_of(example), strict=True):
        assert (snapshot.ref, snapshot.state) == (TaskRef("mine", str(row["id"])), state_in(row))
        assert {output.url for output in snapshot.outputs} == set(addresses(row))


def described() -> Iterator[tuple[Snapshot, Object, str]]:
    """Yield snapshots of documented status answers and list rows, each with its answer and the name of its generated model."""
    for example in STATUS:
        snapshot = present(example.adapter.snapshot(TaskRef("mine", "1", example.operation.id), example.value))
        yield snapshot, as_object(example.value), type(example.adapter.model(example.operation.id, example.value)).__name__
    for example in LISTED:
        snapshots, _ = present(example.adapter.tasks_page("mine", example.value))
        name = "RunningGeneration" if example.provider == "skills_video" else "TaskListItem"
        yield from zip(snapshots, rows_of(example), [name] * len(snapshots), strict=True)


def test_snapshot_has_time_model_and_prompt_of_its_task() -> None:
    """Only a list of Vidu and the input at skills.video repeat a prompt."""
    seen = {(snapshot.created_at, snapshot.model, snapshot.prompt) for snapshot, _, _ in described()}
    assert seen == {
        (None, None, None),
        (datetime(2025, 12, 24, 2, 51, 34, 70650, UTC), None, None),
        (None, "viduq2", None),
        (None, "viduq3-pro", None),
        (None, "viduq3-turbo", None),
        (None, None, "a cat"),
        (None, None, "a dog"),
        (datetime(2026, 1, 1, 14, 15, 22, 0, UTC), "viduq3-turbo", "An astronaut walks through fog."),
        (datetime(2019, 8, 24, 14, 15, 22, 0, UTC), "string", "string"),
    }


def test_snapshot_builds_the_generated_model_of_its_answer_also_after_pickling() -> None:
    for snapshot, answer, model in described():
        unpickled: Snapshot = pickle.loads(pickle.dumps(snapshot))  # noqa: S301 - made by this test
        assert unpickled == snapshot
        assert type(snapshot.answer).__name__ == model
        assert cast("Any", unpickled.answer).to_dict() == cast("Any", snapshot.answer).to_dict() == answer


@pytest.mark.parametrize("example", FAILURES, ids=str)
def test_documented_error_has_its_category_and_code(example: Documented) -> None:
    status = int(example.status) if example.status.isdigit() else 500
    reading = example.adapter.error(Reply(status, {}, example.content))

    if example.provider in KNOWN or example.meaning in ERRORS:
        category, code = ERRORS[example.meaning]
        assert reading.code == code
        known = category if code or example.status != "default" else "other"
        assert reading.category == known or example.provider not in KNOWN
    assert reading.status == status
    assert str(as_object(example.value).get("message", "")) in reading.message


@pytest.mark.parametrize("example", [example for example in FAILURES if example.provider != "skills_video"], ids=str)
def test_documented_error_with_status_200_is_not_an_answer(example: Documented) -> None:
    reply = Reply(200, {}, example.content)

    assert example.adapter.created("mine", "textToVideo", reply.content) is None
    assert example.adapter.snapshot(TaskRef("mine", "1"), reply.json()) is None
    code = as_object(example.value).get("code")
    assert example.adapter.error(reply).status == (code if isinstance(code, int) else 200)


def test_table_of_errors_has_no_undocumented_error() -> None:
    assert set(ERRORS) == {example.meaning for example in FAILURES if example.provider in KNOWN}


@pytest.mark.parametrize("example", REQUESTS, ids=str)
def test_documented_request_is_sent_unchanged(example: Documented) -> None:
    models = import_module(f"vidu_clients.{example.provider}.models")
    model = getattr(models, str(present(example.operation.body)[-1])).from_dict(example.value)
    path_id = {"id": "901243326567555072", "model": "q3-lite"}.get(example.operation.path_parameter or "")

    offer = example.adapter.encode_model(model, path_id=path_id)
    call = attempt_of(offer, example.adapter, None, 0.0).call

    assert call.creates
    assert offer.body == example.value
    streamed = example.operation.id.startswith("stream")
    assert call.operation == (example.operation.id.replace("stream", "create") if streamed else example.operation.id)
    if not streamed:
        assert call.request["method"] == example.operation.method
        assert call.request["url"] == re.sub(r"\{\w+\}", path_id or "", example.operation.path)
