"""What adapters know and send: states and errors of the specs, bodies of requests, where idempotency keys are put."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pytest
from adapters import COMFY, EVERY, SKILLS, VIDU, ZENLAYER, A, B, by_name, offer_at
from attrs import evolve

from vidu_ext.flows.attempt import attempt_of
from vidu_ext.providers import dialect_vidu, skills_video
from vidu_ext.providers.base import Provider, UnsupportedError
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.json import as_object, as_texts
from vidu_ext.values.requests import (
    ExtendVideo,
    Frame,
    ImageToVideo,
    Multiframe,
    OperationRequest,
    ReferenceToImage,
    ReferenceToVideo,
    Request,
    StartEndToVideo,
    Subject,
    TextToVideo,
)
from vidu_ext.values.tasks import Object, TaskState


def component(provider: Provider, name: str) -> Object:
    return provider.contract.spec.at(("components", "schemas", name))


def words_of(provider: Provider, name: str) -> tuple[str, ...]:
    """Return the words of an enum of the spec."""
    return as_texts(component(provider, name).get("enum"))


def create_operations(provider: Provider) -> Iterator[str]:
    """Yield the ids of the operations that create a task."""
    yield from (operation.id for operation in provider.contract.operations.values() if operation.poll is not None)


# -- the tables against the specs -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("adapter", EVERY, ids=by_name)
def test_every_state_word_of_the_specs_is_known_and_no_other(adapter: Provider) -> None:
    words = words_of(adapter, adapter.state_component)
    assert set(adapter.states) == {word.lower() for word in words}
    assert {*words_of(adapter, "WorkflowState"), *words_of(adapter, "SpeechState")} <= set(adapter.states)
    final = {"success", "failed", "completed", "canceled"}
    assert {word for word, state in adapter.states.items() if state.is_final} == final & set(adapter.states)


@pytest.mark.parametrize("adapter", EVERY, ids=by_name)
def test_alias_of_a_state_is_that_state_and_another_word_is_unknown(adapter: Provider) -> None:
    for alias, word in adapter.contract.aliases(adapter.state_component).items():
        assert adapter.state_of(alias) is adapter.state_of(alias.upper()) is adapter.states[word.lower()]
    assert adapter.state_of("thinking") is TaskState.UNKNOWN


def test_aliases_of_states_that_public_clients_use_are_known() -> None:
    states = [ZENLAYER.state_of(word) for word in ("succeeded", "fail", "error")]
    assert states == [TaskState.SUCCEEDED, TaskState.FAILED, TaskState.FAILED]
    assert SKILLS.state_of("Running") is TaskState.PROCESSING


def test_every_error_word_is_known_and_no_other_at_skills_video_in_every_family() -> None:
    assert set(dialect_vidu.ERRORS) == set(words_of(VIDU, "ErrorReason"))
    schema = component(SKILLS, "ErrorCode")
    endings, families = as_object(schema["x-codes"]), schema["x-code-families"]
    assert set(skills_video.ERRORS) == set(endings)
    assert isinstance(families, list)
    for ending in endings:
        for code in (ending, *(f"{family}_{ending}" for family in families)):
            assert SKILLS.meaning(code) == skills_video.ERRORS[ending]
    assert SKILLS.meaning("UNFAILED") is None


def members_of(provider: Provider, name: str) -> set[str]:
    """Return the members of a component of the spec."""
    return set(as_object(component(provider, name)["properties"]))


def test_members_that_are_compared_and_read_are_in_the_spec() -> None:
    assert {*dialect_vidu.ECHOED, *dialect_vidu.DISTINCTIVE} <= members_of(VIDU, "TaskListItem")
    assert {"id", "video", *dialect_vidu.CREATION} == members_of(VIDU, "Creation")
    assert {*dialect_vidu.FILM_PARTS, "completed_creation_records"} == members_of(VIDU, "AdFilmRecords")
    assert set(dialect_vidu.BALANCES) <= members_of(VIDU, "Credits")
    assert set(skills_video.RESULT_MEMBERS) <= members_of(SKILLS, "GenerationData")
    sent = {name for operation in create_operations(SKILLS) for name in SKILLS.contract.operation(operation).properties}
    assert set(skills_video.PICTURE_MEMBERS) == {name for name in sent if name.endswith(("_url", "_urls"))}


def test_headers_and_limits_that_the_code_uses_are_in_the_specs() -> None:
    spec = COMFY.contract.spec
    for name in set(create_operations(COMFY)) - {"extendVideo", "multiframe"}:
        operation = COMFY.contract.operation(name)
        headers = spec.at(("paths", operation.path, operation.method, "responses", "200", "headers"))
        assert COMFY.estimate_header in {header.lower() for header in headers}
    sizes = {name.replace("_", ".", 1) for name in dialect_vidu.PAGE_SIZES}
    assert dialect_vidu.PAGE_SIZE in sizes
    assert {VIDU.contract.maximum("listTasks", name) for name in sizes} == {VIDU.list_size}
    assert SKILLS.contract.maximum("listRunningGenerations", "limit") > 0
    with pytest.raises(ConfigurationError, match="no maximum of limit of getCredits"):
        SKILLS.contract.maximum("getCredits", "limit")


def test_hosts_that_may_receive_the_key_are_those_of_the_specs() -> None:
    assert [provider.key_hosts for provider in (VIDU, COMFY, ZENLAYER, SKILLS)] == [(), (), ("gateway.theturbo.ai",), ()]


# -- neutral requests -----------------------------------------------------------------------------------------------------

VIDEO: Final = "https://example.com/v.mp4"
COMMON: Final[dict[str, Any]] = {"prompt": "a paper bird", "resolution": "720p"}


@pytest.mark.parametrize(
    ("request_", "operation", "body"),
    [
        (
            TextToVideo(model="viduq3-turbo", duration=5, audio=False, seed=0, options={"wm_position": 1}, **COMMON),
            "textToVideo",
            {**COMMON, "model": "viduq3-turbo", "duration": 5, "audio": False, "seed": 0, "wm_position": 1},
        ),
        (ImageToVideo(image=A, model="viduq2-pro"), "imageToVideo", {"model": "viduq2-pro", "images": [A]}),
        (StartEndToVideo(start=A, end=B, model="viduq1"), "startEndToVideo", {"model": "viduq1", "images": [A, B]}),
        (
            ReferenceToVideo(images=[A, B], model="viduq2", **COMMON),
            "referenceToVideo",
            {**COMMON, "model": "viduq2", "images": [A, B]},
        ),
        (
            ExtendVideo(creation_id="9", end_image=A, model="viduq2-pro"),
            "extendVideo",
            {"model": "viduq2-pro", "video_creation_id": "9", "images": [A]},
        ),
        (ExtendVideo(video_url=VIDEO, model="viduq2-pro"), "extendVideo", {"model": "viduq2-pro", "video_url": VIDEO}),
        (
            Multiframe(start_image=A, frames=[Frame(image=B, prompt="in", duration=3), Frame(image=A)], model="viduq2-turbo"),
            "multiframe",
            {
                "model": "viduq2-turbo", "start_image": A,
                "image_settings": [{"key_image": B, "prompt": "in", "duration": 3}, {"key_image": A}],
            },
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_neutral_request_becomes_a_body_without_faults(request_: Request, operation: str, body: Object) -> None:
    offered = [provider for provider in (VIDU, COMFY, ZENLAYER) if operation in provider.contract.operations]
    assert len(offered) >= 2
    for provider in offered:
        encoded = provider.encode(request_)
        assert encoded == offer_at(provider, operation, body)
        assert provider.contract.faults(operation, encoded.body) == ()


def test_only_vidu_has_a_route_for_pictures_from_references() -> None:
    request = ReferenceToImage(prompt="a bird", images=[A], model="viduq2")
    assert VIDU.encode(request) == offer_at(VIDU, "referenceToImage", {"prompt": "a bird", "images": [A], "model": "viduq2"})
    for provider, title in ((COMFY, "Comfy"), (ZENLAYER, "Zenlayer")):
        with pytest.raises(UnsupportedError, match=f"{title} has no route for ReferenceToImage"):
            provider.encode(request)


def test_subject_has_the_names_of_each_provider() -> None:
    subject = Subject(name="Mara", images=[A])
    request = ReferenceToVideo(subjects=[subject], prompt="@Mara waves", model="viduq2")
    for provider, member in ((VIDU, "name"), (COMFY, "id")):
        encoded = provider.encode(request)
        assert encoded.body["subjects"] == [{member: "Mara", "images": [A]}]
        assert provider.contract.faults(encoded.operation, encoded.body) == ()
    stored = ReferenceToVideo(subjects=[Subject(name="Mara", stored_id="77", voice_id="v")], prompt="@Mara", model="viduq2")
    assert VIDU.encode(stored).body["subjects"] == [{"name": "Mara", "server_id": "77", "voice_id": "v"}]


def test_path_of_a_file_is_never_sent() -> None:
    request = ImageToVideo(image=Path("a.png"), model="viduq3-pro")
    with pytest.raises(TypeError, match="read files and bytes before"):
        VIDU.encode(request)


@pytest.mark.parametrize(
    ("request_", "operation", "body"),
    [
        (TextToVideo(bgm=True, duration=4, **COMMON), "createQ3Video", {**COMMON, "generate_audio": True, "duration": 4}),
        (TextToVideo(model="viduq2-turbo", **COMMON), "createQ2Video", COMMON),
        (ImageToVideo(image=A, audio=True, **COMMON), "createQ3Video", {**COMMON, "first_frame_url": A, "audio": True}),
        (ReferenceToVideo(images=[A], **COMMON), "createQ2Video", {**COMMON, "reference_image_urls": [A]}),
        (ReferenceToImage(prompt="a bird", images=[A], model="viduq2"), "createQ2Image", {"prompt": "a bird", "image_urls": [A]}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_request_to_skills_video_has_the_names_of_its_members(request_: Request, operation: str, body: Object) -> None:
    encoded = SKILLS.encode(request_)
    assert encoded == offer_at(SKILLS, operation, body)
    assert SKILLS.contract.faults(operation, encoded.body) == ()


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (TextToVideo(prompt="a", model="viduq3-pro"), "TextToVideo with viduq3 or viduq2-turbo, not with viduq3-pro"),
        (StartEndToVideo(start=A, end=B), "has no route for StartEndToVideo"),
    ],
    ids=str,
)
def test_request_that_skills_video_cannot_serve_is_refused_with_the_reason(request_: Request, reason: str) -> None:
    with pytest.raises(UnsupportedError, match=reason):
        SKILLS.encode(request_)


# -- a provider's own request models --------------------------------------------------------------------------------------


def model_of(provider: str, name: str, **members: Any) -> Any:
    return getattr(import_module(f"vidu_clients.{provider}.models"), name)(**members)


EDIT: Final = model_of("vidu", "EditMusicVideoRequest", job_id="7", prompt="brighter")
"""The request of a route whose path holds an id."""


def test_generated_model_of_another_provider_is_refused() -> None:
    model = model_of("comfy", "TextToVideoRequest", model="viduq2", prompt="a bird")
    for provider in (VIDU, ZENLAYER, SKILLS):
        with pytest.raises(UnsupportedError, match="takes its own request models only"):
            provider.encode_model(model)
    with pytest.raises(UnsupportedError, match="not dict"):
        VIDU.encode_model({"model": "viduq2"})
    with pytest.raises(UnsupportedError, match="CancelTaskRequest creates nothing at Vidu"):
        VIDU.encode_model(model_of("vidu", "CancelTaskRequest", id="1"))


def test_operation_is_asked_of_its_own_provider_alone() -> None:
    """The others may have one of the same name, and another price."""
    request = OperationRequest("vidu", "textToVideo", {"model": "viduq2", "prompt": "a bird"})
    assert [provider.name for provider in EVERY if encodes(provider, request)] == ["vidu"]


def encodes(provider: Provider, request: OperationRequest) -> bool:
    try:
        return provider.encode_operation(request).operation == request.operation
    except UnsupportedError:
        return False


def test_only_reading_cancelling_and_uploading_cost_nothing() -> None:
    free = {"cancelTask", "createUpload", "finishUpload", "createStorage"}
    for provider in EVERY:
        for operation in provider.contract.operations.values():
            assert provider.may_cost(operation) == (operation.body is not None and operation.id not in free), operation.id


def test_answer_at_once_carries_no_idempotency_key() -> None:
    assert not VIDU.accepts_idempotency_key(offer_at(VIDU, "textToSpeech", {"text": "hello", "voice_setting_voice_id": "v"}))


def test_credits_of_zenlayer_are_those_of_vidu_and_others_cannot_be_added() -> None:
    """By its page of prices, which is that of Vidu."""
    assert [provider.credit_unit for provider in (VIDU, ZENLAYER, COMFY, SKILLS)] == ["vidu", "vidu", "comfy", "skills_video"]


def test_request_model_that_contains_itself_is_refused() -> None:
    """The request was walked through without an end."""
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(ConfigurationError, match="TextToVideoRequest contains itself"):
        VIDU.encode_model(model_of("vidu", "TextToVideoRequest", model="viduq2", prompt=endless))


def test_path_id_is_required_only_by_routes_that_have_one() -> None:
    for missing in (None, ""):
        with pytest.raises(ConfigurationError, match="path_id is missing: the path of editMusicVideo"):
            VIDU.encode_model(EDIT, path_id=missing)
    with pytest.raises(ConfigurationError, match="path_id is not taken: the path of textToVideo"):
        VIDU.encode_model(model_of("vidu", "TextToVideoRequest", model="viduq2", prompt="a"), path_id="1")


def test_path_id_is_one_segment_of_the_path() -> None:
    call = attempt_of(VIDU.encode_model(EDIT, path_id="a:b"), VIDU, None, 0.0).call
    assert call.request["url"] == "/ent/v2/one-click/mv/a%3Ab/edit"
    with pytest.raises(ConfigurationError, match="the id for editMusicVideo"):
        attempt_of(VIDU.encode_model(EDIT, path_id="a/b?c"), VIDU, None, 0.0)


# -- idempotency keys ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("members", "payload"),
    [({}, "m-1"), ({"payload": ""}, "m-1"), ({"payload": "job-1"}, "job-1")],
    ids=["none", "empty", "of the user"],
)
def test_vidu_sends_the_key_as_payload_unless_the_user_has_one(members: Object, payload: str) -> None:
    body: Object = {"model": "viduq2", "prompt": "a", **members}
    offer = offer_at(VIDU, "textToVideo", body)
    attempt = attempt_of(offer, VIDU, "m-1", 0.0)
    assert attempt.call.request["json"] == attempt.submission.body == {**body, "payload": payload}
    assert attempt.submission.idempotency_key == payload
    assert offer.body == body
    assert VIDU.accepts_idempotency_key(offer) is (payload == "m-1")
    assert "Idempotency-Key" not in attempt.call.request["headers"]


def test_comfy_sends_the_key_in_a_header_of_every_create_and_never_in_the_body() -> None:
    body: Object = {"prompt": "a", "payload": "job-1"}
    for operation in create_operations(COMFY):
        attempt = attempt_of(offer_at(COMFY, operation, body), COMFY, "m-1", 0.0)
        assert attempt.call.request["headers"]["Idempotency-Key"] == "m-1"
        assert attempt.call.request["json"] == attempt.submission.body == body
        keyless = COMFY.create_call(evolve(attempt.submission, idempotency_key=None))
        assert "Idempotency-Key" not in keyless.request["headers"]


@pytest.mark.parametrize("provider", [ZENLAYER, SKILLS], ids=by_name)
def test_provider_without_a_documented_key_is_sent_none(provider: Provider) -> None:
    for operation in create_operations(provider):
        attempt = attempt_of(offer_at(provider, operation, {"prompt": "a"}), provider, "m-1", 0.0)
        assert attempt.submission.idempotency_key is None
        assert attempt.call.request["json"] == attempt.submission.body == {"prompt": "a"}
        assert "Idempotency-Key" not in attempt.call.request["headers"]


def test_route_that_may_refuse_a_payload_is_sent_none() -> None:
    offers = [offer_at(VIDU, operation, {}) for operation in create_operations(VIDU)]
    assert {offer.operation for offer in offers if not VIDU.accepts_idempotency_key(offer)} == {
        *("createAdFilm", "referenceToImageNano", "replicateTrendingVideo", "textToAudio", "timingToAudio", "upscaleLegacy"),
        *("createMusicVideo", "editMusicVideo", "composeMusicVideo", "editGeneralFilm", "composeGeneralFilm", "lipSync"),
    }
    submission = attempt_of(offer_at(VIDU, "createAdFilm", {"images": [A]}), VIDU, "m-1", 0.0).submission
    assert (submission.idempotency_key, submission.body) == (None, {"images": [A]})
