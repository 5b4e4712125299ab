"""Neutral requests: values that are wrong at every provider are refused; reprs show no pictures; limits are not checked."""

from __future__ import annotations

import json
import math
import pickle
import re
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, cast, get_args
from unittest.mock import Mock

import pytest
from attrs import evolve, fields
from attrs.exceptions import FrozenInstanceError
from hypothesis import given, settings
from hypothesis import strategies as st
from paid import KEPT as SUBMISSION

from vidu_ext.values.errors import ConfigurationError
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
    local_media,
    with_media,
)
from vidu_ext.values.submission import Submission
from vidu_ext.values.tasks import Json, Object

ADDRESS: Final = "https://example.com/a.png"
BIRD: Final = Path("bird.png")

EVERY_KIND: Final[list[Request]] = [
    TextToVideo(prompt="a paper bird", model="viduq3-turbo", duration=5, options={"meta_data": "{}"}),
    ImageToVideo(image=BIRD),
    StartEndToVideo(start=b"png", end=ADDRESS),
    ReferenceToVideo(images=[ADDRESS, BIRD, b"png"]),
    ReferenceToVideo(subjects=[Subject(name="bird", images=[BIRD], videos=[b"mp4"]), Subject(name="cat", stored_id="7")]),
    ReferenceToImage(prompt="a cat", images=(BIRD, BIRD)),
    ExtendVideo(video_url=ADDRESS, end_image=b"png"),
    ExtendVideo(creation_id="12"),
    Multiframe(start_image=b"png", frames=[Frame(image=b"png", prompt="up", duration=3), Frame(image=BIRD)]),
]


def test_every_kind_of_request_is_in_these_tests() -> None:
    assert {type(request) for request in EVERY_KIND} == set(get_args(Request))


# -- values ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("request_", EVERY_KIND, ids=lambda request: type(request).__name__)
def test_unpickled_request_is_equal_with_an_equal_hash(request_: Request) -> None:
    """Its options were hashed, which a dict cannot be."""
    assert {pickle.loads(pickle.dumps(request_))} == {request_}  # noqa: S301


def test_request_is_frozen_and_does_not_change_with_its_arguments() -> None:
    options: dict[str, Any] = {"meta_data": {"a": 1}}
    images = [ADDRESS]
    request = ReferenceToVideo(images=images, options=options)
    options["meta_data"]["a"] = 2
    images.append("https://example.com/b.png")
    assert request.options == {"meta_data": {"a": 1}}
    assert request.images == (ADDRESS,)
    with pytest.raises(FrozenInstanceError):
        cast("Any", request).duration = 5


def test_limits_of_providers_are_not_checked() -> None:
    """Limits are in the specs: a provider may accept tomorrow what none accepts today."""
    TextToVideo(prompt="", model="viduq99", duration=-1, resolution="16K", seed=-(2**70), style="", movement_amplitude="wild")
    ReferenceToVideo(images=[ADDRESS] * 100, subjects=[Subject(name="a")])
    Multiframe(start_image=ADDRESS, frames=[Frame(image=ADDRESS)])
    ImageToVideo(image="s3://bucket/a.png")


# -- nonsense -------------------------------------------------------------------------------------------------------------

ENDLESS: Final[dict[str, Any]] = {}
ENDLESS["a"] = [ENDLESS]

REFUSED: Final[list[tuple[type, dict[str, Any], str]]] = [
    (TextToVideo, {"prompt": None}, "TextToVideo.prompt must be text; it is None."),
    (TextToVideo, {"prompt": "a", "duration": 5.0}, "TextToVideo.duration must be a whole number; it is 5.0."),
    (TextToVideo, {"prompt": "a", "duration": True}, "TextToVideo.duration must be a whole number; it is True."),
    (TextToVideo, {"prompt": "a", "audio": 1}, "TextToVideo.audio must be true or false; it is 1."),
    (TextToVideo, {"prompt": "a", "options": ["a"]}, "options must be a mapping with the provider's own names"),
    (TextToVideo, {"prompt": "a", "options": {"a": [math.inf]}}, "must hold JSON; #/a/0: is inf, which JSON cannot encode"),
    (TextToVideo, {"prompt": "a", "options": {"a": MappingProxyType({})}}, "must hold JSON; #/a: is of type mappingproxy"),
    (TextToVideo, {"prompt": "a", "options": ENDLESS}, "options contains itself, or has more than 100 levels"),
    (OperationRequest, {"provider": "vidu", "operation": "lipSync", "body": ENDLESS}, "OperationRequest.body contains itself"),
    (ImageToVideo, {"image": "bird.png"}, 'Wrap the path of a file in Path: Path("bird.png").'),
    (ImageToVideo, {"image": ""}, "neither a web address nor a data URI"),
    (ImageToVideo, {"image": b""}, "ImageToVideo.image is empty."),
    (ReferenceToVideo, {"images": ADDRESS}, "a list is needed, not one str: put it in brackets."),
    (ReferenceToVideo, {"images": [ADDRESS, "b.png"]}, "ReferenceToVideo.images[1] is"),
    (ReferenceToVideo, {}, "ReferenceToVideo needs references"),
    (ReferenceToVideo, {"subjects": ["bird"]}, 'ReferenceToVideo.subjects[0] must be a Subject; it is "bird".'),
    (Multiframe, {"start_image": ADDRESS, "frames": []}, "Multiframe needs pictures"),
    (Multiframe, {"start_image": ADDRESS, "frames": [ADDRESS]}, "Multiframe.frames[0] must be a Frame"),
    (ExtendVideo, {}, "either video_url or creation_id"),
    (ExtendVideo, {"video_url": ADDRESS, "creation_id": "1"}, "either video_url or creation_id"),
]


@pytest.mark.parametrize(("kind", "members", "reason"), REFUSED, ids=[reason[:60] for _, _, reason in REFUSED])
def test_value_that_is_wrong_at_every_provider_is_refused(kind: type, members: dict[str, Any], reason: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(reason)):
        kind(**members)


# -- texts ----------------------------------------------------------------------------------------------------------------


def test_repr_shows_neither_pictures_nor_signatures() -> None:
    secret = "SECRET" * 1_000
    request = ReferenceToVideo(
        images=[f"https://example.com/a.png?sig={secret}", f"data:image/png;base64,{secret}", secret.encode(), BIRD],
        subjects=[Subject(name="bird", images=[secret.encode()])],
        callback_url=f"https://example.com/hook?token={secret}",
        options={"picture": secret},
    )
    assert secret not in repr(request)
    assert len(repr(request)) < 700
    assert "<bytes 6000>" in repr(request)


# -- media ----------------------------------------------------------------------------------------------------------------


def test_each_local_file_of_a_request_is_found_once() -> None:
    files = [local_media(request) for request in EVERY_KIND]
    assert files == [(), (BIRD,), (b"png",), (BIRD, b"png"), (BIRD, b"mp4"), (BIRD,), (b"png",), (), (b"png", BIRD)]


@pytest.mark.parametrize("request_", EVERY_KIND, ids=lambda request: type(request).__name__)
def test_every_file_of_a_request_is_replaced(request_: Request) -> None:
    replace = Mock(return_value="data:image/png;base64,AAAA")
    replaced = with_media(request_, replace)
    assert type(replaced) is type(request_)
    assert tuple(call.args[0] for call in replace.call_args_list) == local_media(request_)
    assert local_media(replaced) == ()
    for member in fields(type(request_)):
        if not member.metadata:
            assert getattr(replaced, member.name) == getattr(request_, member.name)


@pytest.mark.parametrize("kind", get_args(Request), ids=lambda kind: kind.__name__)
def test_help_of_a_request_says_what_every_member_means(kind: type) -> None:
    documented = set(re.findall(r"^    (\w+): ", kind.__doc__ or "", re.MULTILINE))
    assert {member.name for member in fields(TextToVideo)} <= documented


# -- the text of a submission, which another process reads to look for its task --------------------------------------------

JSON: Final[st.SearchStrategy[Json]] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(), below, max_size=3),
    max_leaves=8,
)


@settings(max_examples=30)
@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_submission_with_any_body_equals_the_one_read_from_its_text(body: Object) -> None:
    submission = evolve(SUBMISSION, body=body, path_id="9402", key_is_ours=True)
    assert Submission.parse(submission.to_text()) == submission


@pytest.mark.parametrize("prompt", ["two\nlines", "\u2028", "\u0085", "\r", "鳥", "\ud83d", "\x00", "🐦"])
def test_text_of_a_submission_is_one_line_whatever_the_prompt(prompt: str, tmp_path: Path) -> None:
    submission = evolve(SUBMISSION, body={"prompt": prompt})
    journal = tmp_path / "journal"
    journal.write_text(f"{submission.to_text()}\n{SUBMISSION.to_text()}\n", encoding="utf-8")
    assert [Submission.parse(line) for line in journal.read_text(encoding="utf-8").splitlines()] == [submission, SUBMISSION]


def changed(**members: object) -> str:
    return json.dumps({**json.loads(SUBMISSION.to_text()), **members})


BROKEN: Final[dict[str, object]] = {
    "nothing": "",
    "a task reference": "vidu:940107923630096384",
    "half of it": SUBMISSION.to_text()[:-20],
    **{text: text for text in ("[]", "null", "3", "{}", '{"task_id": "1"}')},
    "no text": None,
    "an object itself": {"account": "vidu"},
    "one member too many": changed(colour="red"),
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_broken_text_is_refused(text: object) -> None:
    with pytest.raises(ConfigurationError, match="not a submission written by"):
        Submission.parse(cast("str", text))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("account", "another"),
        ("settlement", "idempotency-key"),
        ("idempotency_key", "another-key"),
        ("submitted_at", 1_700_000_001.0),
        ("body", {"prompt": "a paper boat"}),
        ("key_is_ours", not SUBMISSION.key_is_ours),
        ("checksum", "0" * 16),
    ],
)
def test_text_with_any_changed_member_is_refused(name: str, value: object) -> None:
    """Once, with another idempotency key, a search at Comfy sent the request again under a key other than the first."""
    with pytest.raises(ConfigurationError, match="Nothing was sent"):
        Submission.parse(changed(**{name: value}))


@settings(max_examples=20)
@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_text_rewritten_by_another_program_is_read(body: Object) -> None:
    """Programs that read and write JSON sort members, add blanks, and have one kind of number."""
    submission = evolve(SUBMISSION, submitted_at=1_700_000_000.0, body={**body, "weight": 2.0})
    members = json.loads(submission.to_text())
    members.update(submitted_at=1_700_000_000, body={**members["body"], "weight": 2})
    assert Submission.parse(json.dumps(dict(reversed(members.items())), indent=2, ensure_ascii=True)) == submission
