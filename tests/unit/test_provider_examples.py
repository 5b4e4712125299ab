"""Every documented answer and request passes through the adapter of its provider."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, Final, cast

import pytest
from adapters import present
from operations import DOCUMENTED, Documented

from vidu_ext.flows.attempt import attempt_of
from vidu_ext.values.exchange import Category, Reply
from vidu_ext.values.json import as_list, as_object
from vidu_ext.values.tasks import Json, Object, Snapshot, TaskRef, TaskState

LISTS: Final = ("listTasks", "listRunningGenerations")
STREAMS: Final = "text/event-stream"
INPUTS: Final = ("input", "params")
"""Members that repeat what was sent; URLs in them are not results."""
FILM_STATUS: Final = ("getMusicVideo", "getGeneralFilm")
STATES: Final[dict[str, TaskState]] = {
    "created": TaskState.CREATED,
    **dict.fromkeys(("queueing", "IN_QUEUE", "starting"), TaskState.QUEUED),
    **dict.fromkeys(("processing", "IN_PROGRESS"), TaskState.PROCESSING),
    **dict.fromkeys(("success", "COMPLETED", "succeeded"), TaskState.SUCCEEDED),
    **dict.fromkeys(("failed", "FAILED"), TaskState.FAILED),
    "CANCELED": TaskState.CANCELED,
}
DOCUMENTED_ERRORS: Final[dict[str, dict[Category, dict[str, str | None]]]] = {
    "vidu": {
        "invalid": {
            "field-invalid": "FieldInvalid", "field-lacking": "FieldLacking", "field-unwanted": "FieldUnwanted",
            "field-item-count-out-of-range": "FieldItemCountOutOfRange", "page-size-out-of-range": "PageSizeOutOfRange",
            "image-download-failure": "ImageDownloadFailure", "codec": "CODEC", "cancel-refused": "BadRequest",
        },
        "busy": {
            "operation-in-process": "OperationInProcess", "quota-exceeded": "QuotaExceeded",
            "too-many-requests": "TooManyRequests", "system-throttling": "SystemThrottling",
        },
        "moderation": {
            "task-prompt-policy-violation": "TaskPromptPolicyViolation", "audit-submit-illegal": "AuditSubmitIllegal",
        },
        "credits": {"credit-insufficient": "CreditInsufficient"},
        "model": {"model-unavailable": "ModelUnavailable"},
        "key": {"unauthorized": "Unauthorized", "forbidden": "Forbidden"},
        "not-found": {"task-not-found": "TaskNotFound", "creation-not-found": "CreationNotFound", "not-found": "NotFound"},
        "other": {
            "internal-service-failure": "InternalServiceFailure", "unavailable": None, "conflict": "Conflict",
            "canceled": "Canceled",
        },
    },
    "comfy": {
        "invalid": {"seed-example": None, "refused": None, "refused-by-provider": "FieldInvalid"},
        "key": {"detail": None, "forbidden": None},
        "credits": {"message": None},
        "not-found": {"not-found": "not_found"},
        "in-flight": {"in-flight": "idempotency_in_flight"},
        "consumed": {"consumed": "idempotency_consumed", "mismatch": "idempotency_mismatch"},
        "other": {
            "account": None, "storage-failed": "storage_error", "credential-not-checked": "service_unavailable",
            "key-store-down": None, "flat": "internal_error", "from-provider": "provider_error",
        },
        "busy": {"concurrency": None, "committed-spend": None},
        "model": {"provider-disabled": "comfy_cloud_provider_disabled"},
    },
    "zenlayer": {
        "key": {"401 vidu-shape": "Unauthorized", "401 openai-shape": "invalid_api_key"},
        "invalid": {"default vidu-shape": "FieldInvalid", "default openai-shape": "invalid_request_error"},
    },
    "skills_video": {
        "invalid": {"video-invalid-input": "VIDEO_GENERATION_INVALID_INPUT"},
        "model": {"image-unsupported-model": "IMAGE_GENERATION_UNSUPPORTED_MODEL"},
        "credits": {
            "video-insufficient-credits": "VIDEO_GENERATION_INSUFFICIENT_CREDITS",
            "middle-form": "VIDEO_GENERATION_INSUFFICIENT_CREDITS",
        },
        "moderation": {"video-content-rejected": "VIDEO_GENERATION_CONTENT_REJECTED"},
        "busy": {"image-rate-limited": "IMAGE_GENERATION_RATE_LIMITED"},
        "other": {
            "video-failed": "VIDEO_GENERATION_FAILED", "video-provider-unavailable": "VIDEO_GENERATION_PROVIDER_UNAVAILABLE",
            "video-timeout": "VIDEO_GENERATION_TIMEOUT", "500 message-only": None, "newest-form": "VIDEO_GENERATION_FAILED",
            "oldest-form": None,
        },
        "key": {"401 message-only": None, "403 message-only": None},
        "not-found": {"404 message-only": None},
    },
}  # fmt: skip
"""The codes of the documented errors, by provider, category and name of the example, with the status before the name if several
errors have that name."""
ERRORS: Final[dict[tuple[str, str], tuple[Category, str | None]]] = {
    (provider, name): (category, code)
    for provider, categories in DOCUMENTED_ERRORS.items()
    for category, codes in categories.items()
    for name, code in codes.items()
}
KNOWN: Final = set(DOCUMENTED_ERRORS)


def meaning_of(example: Documented) -> tuple[str, str]:
    """Return the key in ERRORS; for a provider without entries, that of an example with the same name."""
    names = (f"{example.status} {example.name}", example.name)
    others = [key for name in names for key in ERRORS if key[1] == name and example.provider not in KNOWN]
    keys = (*((example.provider, name) for name in names), *others)
    return next((key for key in keys if key in ERRORS), (example.provider, ""))


SUCCESSES: Final = [example for example in DOCUMENTED if example.status.startswith("2") and example.media_type != STREAMS]
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
        (example.provider, *meaning_of(example), example.status): example
        for example in DOCUMENTED
        if example.status and not example.status.startswith("2")
    }.values()
)
"""Each documented error once: most operations share them."""
OLDER_PATH: Final = "templateToVideo"
"""Has the body of another route, to which its requests go."""
REQUESTS: Final = [
    example
    for example in DOCUMENTED
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


@pytest.mark.parametrize("example", CREATES, ids=str)
def test_documented_create_answer_gives_the_reference_of_its_task(example: Documented) -> None:
    poll = present(example.operation.poll)
    ref, raw = present(example.adapter.created("mine", example.operation.id, example.content))
    assert (ref.account, ref.task_id) == ("mine", as_object(example.value)[poll.member])
    assert raw == example.value
    assert example.adapter.status_call(ref).operation == poll.operation
    assert not example.adapter.is_error_body(Reply(200, {}, example.content))


@pytest.mark.parametrize("example", CREATES, ids=str)
def test_cut_create_answer_gives_the_reference_exactly_if_it_holds_the_whole_id(example: Documented) -> None:
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

    if example.provider in KNOWN or meaning_of(example) in ERRORS:
        category, code = ERRORS[meaning_of(example)]
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
    assert set(ERRORS) == {meaning_of(example) for example in FAILURES if example.provider in KNOWN}


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
