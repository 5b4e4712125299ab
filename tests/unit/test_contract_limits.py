"""Limits, models, media rules and operations are read from the packaged specs, and a JSON Schema that agrees with the check."""

from __future__ import annotations

from typing import Final

import pytest
from toy import TOY

from vidu_ext.spec.contract import contract_of
from vidu_ext.spec.json_schema import json_schema
from vidu_ext.spec.model_rules import Limit
from vidu_ext.spec.operation import Poll
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.json import as_object

# -- limits ---------------------------------------------------------------------------------------------------------------


def test_limits_of_a_model_are_those_of_its_rule() -> None:
    limits = TOY.limits("referenceToVideo", "viduq3-mix")
    assert limits["duration"] == Limit(minimum=1, maximum=16, default=5)
    assert limits["resolution"] == Limit(choices=("720p", "1080p"), default="720p")
    assert limits["off_peak"] == Limit(choices=(False,), default=False)
    assert limits["images"] == Limit(minimum=1, maximum=7)
    assert not limits["subjects"].is_accepted
    assert limits["prompt"].is_accepted
    assert not contract_of("comfy").limits("referenceToVideo", "viduq3-pro")["sounds"].is_accepted


def test_limits_without_a_model_hold_for_all_models() -> None:
    assert TOY.limits("relayImage", None)["duration"] == Limit()
    assert TOY.limits("relayImage", None)["prompt"] == Limit(maximum=5000)
    assert TOY.limits("relayImage", "viduq1")["prompt"] == Limit(maximum=2000)


@pytest.mark.parametrize(
    ("provider", "operation", "member", "expected"),
    [
        ("vidu", "referenceToVideo", "subjects/images", {"formats": ("png", "jpeg", "webp"), "min_pixels": 128}),
        ("vidu", "lipSync", "video_url", {"kind": "video", "min_pixels": 360, "max_pixels": 4096}),
        ("skills_video", "createQ3Video", "first_frame_url", {"kind": "image"}),
    ],
)
def test_media_rule_of_a_member_is_the_documented_one(
    provider: str, operation: str, member: str, expected: dict[str, object]
) -> None:
    rule = contract_of(provider).media_rule(operation, member)
    assert {name: getattr(rule, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("operation", "path"), [("textToVideo", "prompt"), ("textToVideo", "no/such/member"), ("getCreations", "images")]
)
def test_member_that_is_no_medium_has_no_rule(operation: str, path: str) -> None:
    assert contract_of("vidu").media_rule(operation, path) is None


# -- operations -----------------------------------------------------------------------------------------------------------


POLLS: Final = [
    ("vidu", "textToVideo", Poll("getCreations", "id", "task_id")),
    ("vidu", "editAdFilm", Poll("getCreations", "id", "sub_task_id")),
    ("vidu", "createMusicVideo", Poll("getMusicVideo", "id", "id")),
    ("zenlayer", "imageToVideo", Poll("getCreations", "task_id", "task_id")),
    ("skills_video", "createQ2Image", Poll("getGeneration", "id", "id")),
    ("vidu", "textToSpeech", None),
    ("vidu", "getCreations", None),
    ("skills_video", "streamQ3Video", None),
]


@pytest.mark.parametrize(("provider", "operation", "poll"), POLLS, ids=[f"{row[0]}-{row[1]}" for row in POLLS])
def test_operation_has_the_documented_status_call(provider: str, operation: str, poll: Poll | None) -> None:
    assert contract_of(provider).operation(operation).poll == poll


def test_error_for_an_unknown_operation_lists_the_operations() -> None:
    with pytest.raises(ConfigurationError, match=r"comfy has no operation 'cancelTask'\. .* has createStorage, extendVideo"):
        contract_of("comfy").operation("cancelTask")


@pytest.mark.parametrize("name", ["nobody", "../vidu", "", "vidu_clients.vidu"])
def test_provider_without_a_spec_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match="no packaged spec"):
        contract_of(name)


# -- the JSON Schema of a route and model, for other programs -------------------------------------------------------------


def test_schema_names_its_dialect_and_model_and_has_prices() -> None:
    """That it is valid, stands alone and agrees with the check, drawn bodies show in tests/contract."""
    schema = json_schema(contract_of("vidu"), "textToVideo", "viduq3-turbo")
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert as_object(as_object(schema["properties"])["model"])["const"] == "viduq3-turbo"
    assert schema["x-prices"]


@pytest.mark.parametrize(
    ("operation", "model", "words"),
    [
        ("getCreations", None, "no request body"),
        ("textToVideo", "viduq9", "takes no model 'viduq9'"),
        ("nothing", None, "nothing"),
    ],
)
def test_operation_or_model_without_a_schema_is_refused(operation: str, model: str | None, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        json_schema(contract_of("vidu"), operation, model)
