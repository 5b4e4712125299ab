"""The packaged specs at run time: good bodies pass, each wrong one is refused once and in words that say what to change."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from typing import Final, cast

import pytest
from toy import TOY

from vidu_ext.providers import PROVIDERS
from vidu_ext.spec.contract import Contract, Limit, Operation, Poll, contract_of
from vidu_ext.spec.document import rules_of
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.fault import Fault
from vidu_ext.values.json import as_object
from vidu_ext.values.tasks import Json, Object

STORED: Final[Object] = {"name": "a", "server_id": "1"}
PICTURE: Final = "https://example.com/a.png"
FORMS: Final = "an http(s) address or a data URI of an image (png, jpeg, webp) or the id of an upload (ssupload:?id=...)"


def body_examples() -> Iterator[tuple[str, str, str, Object]]:
    for provider in PROVIDERS:
        contract = contract_of(provider)
        for operation in contract.operations.values():
            media = contract.spec.at(("paths", operation.path, operation.method, "requestBody", "content", "application/json"))
            for name, example in as_object(media.get("examples")).items():
                yield provider, operation.id, name, as_object(as_object(example)["value"])


BODIES: Final = tuple(body_examples())


OPERATIONS: Final = tuple(
    (contract_of(provider), operation) for provider in PROVIDERS for operation in contract_of(provider).operations.values()
)

of_every_example = pytest.mark.parametrize(
    ("provider", "operation", "name", "body"), BODIES, ids=[f"{row[0]}-{row[1]}-{row[2]}" for row in BODIES]
)
of_every_operation = pytest.mark.parametrize(
    ("contract", "operation"), OPERATIONS, ids=[f"{contract.provider}-{operation.id}" for contract, operation in OPERATIONS]
)


# -- what is good passes --------------------------------------------------------------------------------------------------


@of_every_example
def test_a_documented_request_is_refused_before_it_is_sent(provider: str, operation: str, name: str, body: Object) -> None:
    assert contract_of(provider).faults(operation, body) == (), name


# -- what is wrong is refused in exact words ------------------------------------------------------------------------------

REFUSED: Final[list[tuple[str, object, list[str]]]] = [
    ("textToVideo", {"model": "viduq3-turbo", "prompt": "a", "duration": 17}, [
        "#/duration: 17 is more than 16, the most viduq3-turbo takes (1 to 16)",
    ]),
    ("imageToVideo", {"model": "viduq1", "images": [PICTURE], "duration": 6, "resolution": "720p"}, [
        "#/duration: 6 is not for viduq1; it takes only 5",
        "#/resolution: \"720p\" is not for viduq1; it takes only 1080p",
    ]),
    ("imageToVideo", {"model": "vidu2.0", "images": [PICTURE], "duration": 8, "resolution": "360p"}, [
        "#/resolution: \"360p\" is not for vidu2.0 with duration 8; it takes only 720p",
    ]),
    ("imageToVideo", {"model": "viduq1", "images": [PICTURE], "resolution": "8K"}, [
        "#/resolution: \"8K\" is not for viduq1; it takes only 1080p",
    ]),
    ("textToVideo", {"model": "viduq2", "prompt": "a", "off_peak": True, "audio": True}, [
        "#/audio: true is not for viduq2 with off_peak true; it takes only false",
    ]),
    ("textToVideo", {"model": "viduq3-trubo", "prompt": "a"}, [
        "#/model: \"viduq3-trubo\" is no model of this route in the spec of "
        f"{TOY.date} (did you mean viduq3-turbo?);"
        " it has viduq3-turbo, viduq3-pro, viduq2, viduq1",
    ]),
    ("textToVideo", {"prompt": "a" * 5001}, [
        "#/model: is missing; choose viduq3-turbo, viduq3-pro, viduq2, viduq1",
        "#/prompt: has 5001 characters, more than 5000, the most allowed (1 to 5000)",
    ]),
    ("lipSync", {"video_url": PICTURE, "text": "ab", "speeed": 1}, [
        "#/speeed: is unknown here (did you mean speed?); known are"
        " audio_url, callback_url, payload, ref_photo_url, speed, text, video_url, voice_id, volume",
    ]),
    ("textToVideo", {"model": "viduq2", "prompt": None, "watermark": "yes", "wm_position": 9}, [
        "#/prompt: must be text; it is null",
        "#/watermark: must be true or false; it is \"yes\"",
        "#/wm_position: 9 is not allowed; choose 1, 2, 3, 4",
    ]),
    ("imageToVideo", {"model": "viduq3-turbo", "images": ["bird.png"]}, [
        f"#/images/0: \"bird.png\" is not {FORMS}",
    ]),
    ("referenceToVideo", {"model": "viduq2", "prompt": "a"}, ["#: needs subjects or images"]),
    ("referenceToVideo", {"model": "viduq2", "prompt": "a", "images": ["a.png", PICTURE, "b.png"]}, [
        f"#/images/0: \"a.png\" is not {FORMS} (the same at 2)",
    ]),
    ("referenceToVideo", {"model": "viduq2", "prompt": "a", "subjects": [STORED], "aspect_ratio": "wide"}, [
        "#/aspect_ratio: \"wide\" is not allowed; choose 16:9, 9:16, 1:1, 3:4, 4:3, auto, or a text of the form ^[0-9]+:[0-9]+$",
    ]),
    ("referenceToVideo", {"model": "viduq3-mix", "prompt": "a", "subjects": [{"name": "a", "images": [PICTURE]}]}, [
        "#/subjects: viduq3-mix takes no subjects",
    ]),
    ("referenceToVideo", {
        "model": "viduq2-pro", "prompt": "a", "subjects": [{"name": "a", "images": [PICTURE] * 3, "videos": [PICTURE]}],
    }, ["#/subjects/0/images: has 3 entries, more than 2, the most allowed with videos"]),
    ("referenceToVideo", {
        "model": "viduq2", "prompt": "a", "subjects": [{"name": "a", "images": [PICTURE], "videos": [PICTURE]}],
    }, ["#/subjects/0/videos: viduq2 takes no videos"]),
    ("referenceToVideo", {"model": "viduq2", "prompt": "a", "images": [PICTURE], "subjects": []}, [
        "#/images: is not allowed with subjects",
    ]),
    ("referenceToVideo", ["viduq2"], ["#: must be an object; it is a list of 1"]),
    ("referenceToImage", {"model": "viduq1", "prompt": "a"}, ["#/images: is missing; viduq1 needs it"]),
    ("extendVideo", {"model": "viduq2-pro", "video_url": PICTURE, "video_creation_id": "1"}, [
        "#/video_url: is not allowed with video_creation_id",
    ]),
    ("createMusicVideo", {"images": [PICTURE], "audio_url": PICTURE, "lip_sync": True, "resolution": "540p"}, [
        "#/lip_ref_url: is missing; needed with lip_sync true",
        "#/resolution: \"540p\" is not allowed with lip_sync true; choose 720p, 1080p",
    ]),
    ("createMusicVideo", {
        "images": [PICTURE], "audio_url": PICTURE, "lip_sync": True, "lip_ref_url": PICTURE, "resolution": "8K",
    }, ['#/resolution: "8K" is not allowed with lip_sync true; choose 720p, 1080p']),
    ("multiframe", {"model": "viduq2-pro", "start_image": PICTURE, "image_settings": [{"key_image": PICTURE}]}, [
        "#/image_settings: has 1 entry, less than 2, the least allowed (2 to 9)",
    ]),
    ("relayReferences", {"model": "viduq1", "prompt": "a", "images": [PICTURE] * 8, "sounds": [PICTURE]}, [
        "#/images: has 8 entries, more than 7, the most viduq1 takes",
        "#/sounds: viduq1 takes no sounds",
    ]),
    ("relayReferences", {
        "model": "viduq2", "prompt": "a", "images": [PICTURE], "subjects": [{"id": "a", "images": [PICTURE]}],
    }, ["#: images and subjects exclude each other; send one of them"]),
    ("relayText", {"model": "vidu2.0", "prompt": "a", "duration": 0}, [
        "#/duration: 0 is less than 1, the least vidu2.0 takes",
    ]),
    ("createQ3Video", {"prompt": "a", "seed": "x", "n": 5}, [
        "#/n: 5 is more than 4, the most allowed (1 to 4)",
        "#/seed: must be a whole number or null; it is \"x\"",
    ]),
    ("createQ3Video", {"prompt": "a", "first_frame_url": "data:image/png;base64," + "A" * 100}, [
        "#/first_frame_url: \"data:image/png;base64,…\" (122 characters) is not an http(s) address",
    ]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("operation", "body", "expected"), REFUSED, ids=[f"{row[0]}-{index}" for index, row in enumerate(REFUSED)]
)
def test_each_fault_is_named_exactly_once(operation: str, body: object, expected: list[str]) -> None:
    found = [str(fault) for fault in TOY.faults(operation, cast("Json", body))]
    assert found == expected


def test_a_program_that_corrects_a_request_is_not_told_the_choices() -> None:
    body: Json = {"model": "viduq2", "prompt": "a", "resolution": "4K"}
    (fault,) = TOY.faults("textToVideo", body)
    assert fault == Fault("#/resolution", '"4K" is not for viduq2; it takes 540p, 720p, 1080p', ("540p", "720p", "1080p"))


def wrong_type(value: Json) -> Json:
    return 3.5 if not isinstance(value, int | float) or isinstance(value, bool) else "a text"


@of_every_example
def test_one_member_of_a_wrong_type_gives_more_or_less_than_one_fault(
    provider: str, operation: str, name: str, body: Object
) -> None:
    for member, value in body.items():
        faults = contract_of(provider).faults(operation, {**body, member: wrong_type(value)})
        assert [fault.pointer for fault in faults] == [f"#/{member}"], (name, [str(fault) for fault in faults])


@of_every_operation
def test_a_missing_or_misspelt_member_gives_more_or_less_than_one_fault(contract: Contract, operation: Operation) -> None:
    good = next((body for provider, id_, _, body in BODIES if (provider, id_) == (contract.provider, operation.id)), None)
    for member in operation.required if good is not None else ():
        without = {name: value for name, value in cast("Object", good).items() if name != member}
        assert [fault.pointer for fault in contract.faults(operation.id, without)] == [f"#/{member}"]
    if good is not None:
        faults = contract.faults(operation.id, {**good, "modell": 1})
        assert [fault.pointer for fault in faults] == ["#/modell"]


def test_a_picture_floods_the_screen_with_its_bytes() -> None:
    for provider, operation, _, body in BODIES:
        for member in body:
            broken: Object = deepcopy(body)
            broken[member] = "data:x/y;base64," + "QUFB" * 10_000
            broken["q" * 5_000] = "QUFB" * 10_000
            for fault in contract_of(provider).faults(operation, broken):
                assert "QUFBQUFBQUFBQUFBQUFBQUFB" not in str(fault) or len(str(fault)) < 200
                assert len(str(fault)) < 600


def test_an_error_shows_the_signature_of_an_address() -> None:
    body: Json = {"model": "viduq3-turbo", "images": "https://h.example/a.png?sig=SECRET"}
    (fault,) = TOY.faults("imageToVideo", body)
    assert str(fault) == '#/images: must be a list; it is "https://h.example/a.png?…"'


def test_a_value_is_shown_whole_up_to_its_limit_and_then_cut() -> None:
    body: Json = {"model": "viduq3-turbo", "images": "b" * 60, "prompt": ["c"], "seed": {"d": 1}, "watermark": "e" * 61}
    assert [str(fault) for fault in TOY.faults("imageToVideo", body)] == [
        f'#/images: must be a list; it is "{"b" * 60}"',
        "#/prompt: must be text; it is a list of 1",
        "#/seed: must be a whole number; it is an object with d",
        f'#/watermark: must be true or false; it is "{"e" * 60}…" (61 characters)',
    ]


@pytest.mark.parametrize(("value", "words"), [
    (float("nan"), "is nan, which JSON cannot encode"),
    (float("-inf"), "is -inf, which JSON cannot encode"),
    (b"png", "is of type bytes, which JSON cannot encode"),
    (("a",), "is of type tuple, which JSON cannot encode"),
    ("\ud83d", "contains half of a surrogate pair, which is not a character"),
])  # fmt: skip
def test_what_json_cannot_say_breaks_the_request_on_its_way_out(value: object, words: str) -> None:
    body = {"model": "viduq2", "prompt": cast("Json", value)}
    assert [str(fault) for fault in TOY.faults("textToVideo", body)] == [f"#/prompt: {words}"]


def test_a_value_nested_without_end_crashes_the_check() -> None:
    deep: Json = "a"
    for _ in range(5_000):
        deep = [deep]
    assert TOY.faults("textToVideo", {"model": "viduq2", "prompt": deep})


def test_a_request_longer_than_the_route_takes_is_sent_and_refused_there() -> None:
    contract = TOY
    picture = "data:image/png;base64," + "A" * (20 * 1024 * 1024)
    (fault,) = contract.faults("imageToVideo", {"model": "viduq3-turbo", "images": [picture]})
    assert str(fault) == (
        "#: the request has 20,971,580 bytes, more than 20,971,520, the most this route takes; send pictures by address"
    )
    assert not contract.faults("imageToVideo", {"model": "viduq3-turbo", "images": [picture[:-60]]})


# -- limits ---------------------------------------------------------------------------------------------------------------


def test_the_limits_of_a_model_are_those_of_its_rule() -> None:
    limits = TOY.limits("referenceToVideo", "viduq3-mix")
    assert limits["duration"] == Limit(minimum=1, maximum=16, default=5)
    assert limits["resolution"] == Limit(choices=("720p", "1080p"), default="720p")
    assert limits["off_peak"] == Limit(choices=(False,), default=False)
    assert limits["images"] == Limit(minimum=1, maximum=7)
    assert not limits["subjects"].is_taken
    assert limits["prompt"].is_taken


def test_without_a_model_only_what_holds_for_all_is_a_limit() -> None:
    assert TOY.limits("relayImage", None)["duration"] == Limit()
    assert TOY.limits("relayImage", None)["prompt"] == Limit(maximum=5000)
    assert TOY.limits("relayImage", "viduq1")["prompt"] == Limit(maximum=2000)


def edges(contract: Contract, operation: str, name: str, limit: Limit) -> tuple[list[Json], list[Json]]:
    """Values at the ends of a limit, and values just beyond; none of a list, whose entries are what a test cannot make up."""
    if not limit.is_taken:
        return [], ["no such word"]
    if limit.choices is not None:
        return list(limit.choices), ["no such word" if any(isinstance(choice, str) for choice in limit.choices) else 99]
    place = contract.operation(operation).body
    found = contract.spec.property(place, name) if place is not None else None
    kind = contract.spec.at(found).get("type") if found is not None else None
    ends = [(end, step) for end, step in ((limit.minimum, -1), (limit.maximum, 1)) if end is not None]
    if kind == "string":
        return ["a" * int(end) for end, _ in ends], ["a" * int(end + step) for end, step in ends]
    return ([end for end, _ in ends], [end + step for end, step in ends]) if kind != "array" else ([], [])


def shown_limits() -> Iterator[tuple[Contract, str, str | None, str, Limit]]:
    """What each model takes in each member; for a route without models, what all requests may hold."""
    for contract, operation in OPERATIONS:
        for model in contract.models(operation.id) or (None,):
            for name, limit in contract.limits(operation.id, model).items():
                if any(edges(contract, operation.id, name, limit)):
                    yield contract, operation.id, model, name, limit


def test_a_limit_that_is_shown_is_not_the_one_that_is_checked() -> None:
    held: set[tuple[str, str]] = set()
    for contract, operation, model, name, limit in shown_limits():
        inside, outside = edges(contract, operation, name, limit)
        for value, is_refused in [*((one, False) for one in inside), *((one, True) for one in outside)]:
            body: Object = {**({} if model is None else {"model": model}), name: value}
            pointers = [fault.pointer for fault in contract.faults(operation, body)]
            assert (f"#/{name}" in pointers) == is_refused, (contract.provider, operation, model, name, str(value)[:40])
        held.add((contract.provider, operation))
    without = {(contract.provider, one.id) for contract, one in OPERATIONS if one.body is not None} - held
    free = ("cancelTask", "contentToImage", "createSubject", "composeGeneralFilm", "composeMusicVideo")
    assert without <= {("vidu", one) for one in free}


def test_the_models_of_a_route_are_those_of_its_enum() -> None:
    """Of the first documented models: later ones join them."""
    assert {"viduq3-turbo", "viduq3-pro", "viduq2", "viduq1"} <= set(contract_of("vidu").models("textToVideo"))
    assert contract_of("skills_video").models("createQ3Video") == ()
    assert contract_of("vidu").models("getCreations") == ()


def test_the_rule_of_a_picture_deep_in_the_body_is_found() -> None:
    contract = contract_of("vidu")
    rule = contract.media_rule("referenceToVideo", "subjects/images")
    assert rule is not None
    assert (rule.kind, rule.formats, rule.max_bytes) == ("image", ("png", "jpeg", "webp"), 52428800)
    assert (rule.min_aspect_ratio, rule.max_aspect_ratio, rule.min_pixels) == (0.25, 4, 128)
    assert rule.takes_data_uri
    assert rule.takes_upload
    assert contract.media_rule("multiframe", "image_settings/key_image") is not None
    assert contract.media_rule("textToVideo", "prompt") is None
    assert contract.media_rule("textToVideo", "no/such/member") is None
    assert contract.media_rule("getCreations", "images") is None


def test_a_provider_that_takes_addresses_alone_is_offered_data() -> None:
    rule = contract_of("skills_video").media_rule("createQ3Video", "first_frame_url")
    assert rule is not None
    assert not rule.takes_data_uri
    assert not rule.takes_upload


# -- operations -----------------------------------------------------------------------------------------------------------

POLLS: Final = [
    ("vidu", "textToVideo", Poll("getCreations", "id", "task_id")),
    ("vidu", "createAdFilm", Poll("getCreations", "id", "task_id")),
    ("vidu", "composeAdFilm", Poll("getCreations", "id", "compose_sub_task_id")),
    ("vidu", "editAdFilm", Poll("getCreations", "id", "sub_task_id")),
    ("vidu", "createMusicVideo", Poll("getMusicVideo", "id", "id")),
    ("vidu", "editGeneralFilm", Poll("getGeneralFilm", "id", "id")),
    ("zenlayer", "imageToVideo", Poll("getCreations", "task_id", "task_id")),
    ("comfy", "multiframe", Poll("getCreations", "id", "task_id")),
    ("skills_video", "createQ2Image", Poll("getGeneration", "id", "id")),
    ("vidu", "textToSpeech", None),
    ("vidu", "createSubject", None),
    ("vidu", "createUpload", None),
    ("vidu", "cancelTask", None),
    ("vidu", "listTasks", None),
    ("vidu", "getCreations", None),
    ("skills_video", "streamQ3Video", None),
]


@pytest.mark.parametrize(("provider", "operation", "poll"), POLLS)
def test_a_paid_task_is_asked_at_the_wrong_place(provider: str, operation: str, poll: Poll | None) -> None:
    assert contract_of(provider).operation(operation).poll == poll


@of_every_operation
def test_a_poll_leads_to_an_operation_that_is_not_there(contract: Contract, operation: Operation) -> None:
    if operation.poll is not None:
        status = contract.operation(operation.poll.operation)
        assert (status.method, status.path_parameter) == ("get", operation.poll.parameter)
    is_created = operation.method == "post" and "payload" in operation.properties
    assert not is_created or operation.is_synchronous or operation.poll is not None


def test_an_operation_is_as_its_spec_says() -> None:
    operation = contract_of("vidu").operation("composeMusicVideo")
    assert (operation.method, operation.path) == ("post", "/ent/v2/one-click/mv/{id}/compose")
    assert (operation.path_parameter, operation.tag, operation.is_synchronous) == ("id", "film", False)
    assert contract_of("vidu").operation("imageToVideo").max_body_bytes == 20 * 1024 * 1024
    assert contract_of("vidu").operation("imageToVideo").required == ("model", "images")
    assert "duration" in contract_of("vidu").operation("imageToVideo").properties
    assert contract_of("vidu").operation("cloneVoice").is_synchronous


def test_an_operation_or_provider_that_is_not_there_is_named() -> None:
    with pytest.raises(ConfigurationError, match="comfy has no operation 'cancelTask'; it has createStorage, extendVideo"):
        contract_of("comfy").operation("cancelTask")
    for name in ("nobody", "../vidu", "", "vidu_clients.vidu"):
        with pytest.raises(ConfigurationError, match="no packaged spec"):
            contract_of(name)


KEYS: Final = {
    "vidu": (("Authorization", "Token"), "https://api.vidu.com"),
    "comfy": (("X-API-KEY", ""), "https://api.comfy.org"),
    "zenlayer": (("Authorization", "Bearer"), "https://gateway.theturbo.ai"),
    "skills_video": (("Authorization", "Bearer"), "https://open.skills.video/api/v1"),
}


@pytest.mark.parametrize("provider", KEYS)
def test_a_key_is_sent_in_another_header_or_to_another_host(provider: str) -> None:
    contract = contract_of(provider)
    assert (contract.security(), contract.server()) == KEYS[provider]


def test_words_and_extensions_of_a_spec_are_readable() -> None:
    skills = contract_of("skills_video")
    assert "created" in contract_of("vidu").states("TaskState")
    assert contract_of("vidu").states("NoSuchComponent") == ()
    assert skills.aliases("GenerationStatus")["running"] == "IN_PROGRESS"
    assert set(skills.aliases("GenerationStatus").values()) <= set(skills.states("GenerationStatus"))
    assert contract_of("zenlayer").extension("x-download") == {"send-key-to": ["gateway.theturbo.ai"]}
    assert contract_of("vidu").extension("x-nothing") is None


def test_every_rule_of_every_spec_has_a_form_that_the_messages_can_read() -> None:
    """A condition of another form would be refused without saying for whom."""
    for contract, operation in OPERATIONS:
        for rule in rules_of(contract.spec.at(operation.body)) if operation.body else ():
            condition = as_object(rule.get("if"))
            assert set(condition) <= {"properties", "required"}
            assert set(as_object(condition.get("properties"))) <= set(cast("list[str]", condition.get("required", [])))


# -- cost -----------------------------------------------------------------------------------------------------------------


def test_reading_a_spec_loads_the_validator_or_a_generated_client() -> None:
    program = (
        "import sys; from vidu_ext.spec.contract import contract_of\n"
        "contract_of('vidu').limits('textToVideo', 'viduq2')\n"
        "print([name for name in ('jsonschema_rs', 'vidu_clients.vidu') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
    assert contract_of("vidu") is contract_of("vidu"), "read once"
