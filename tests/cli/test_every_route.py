"""`vidu submit` and `vidu call`: every operation of every spec from the command, with the same checks, orders and ceilings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from cli_running import QUICK, Done, Person
from operations import EXAMPLES, Example

from vidu_ext.emulator import EmulatorServer, EmulatorSettings, FaultRule

OF_ANOTHER_TASK: Final = (
    "vidu.extendVideo", "vidu.referenceToVideo", "vidu.upscaleLegacy", "vidu.upscale", "vidu.composeGeneralFilm",
    "vidu.editGeneralFilm", "vidu.composeMusicVideo", "vidu.editMusicVideo",
)  # fmt: skip
LIP_SYNC: Final = ("submit", "vidu", "lipSync", "--set", "video_url=https://example.com/v.mp4", "--set", "text=Hello")
SPEECH: Final = ("call", "vidu", "textToSpeech", "--set", "text=Hello", "--set", "voice_setting_voice_id=7")


@pytest.fixture
def emulator() -> Iterator[EmulatorServer]:
    settings = EmulatorSettings(processing_seconds=0.0, queue_seconds=0.0, listed_after=0.0)
    with EmulatorServer(settings=settings) as server:
        yield server


@pytest.fixture
def person(emulator: EmulatorServer, tmp_path: Path) -> Person:
    return Person(tmp_path, variables=emulator.env())


def asks(person: Person, example: Example, *more: str) -> Done:
    """The command for an example, with its body in a file."""
    command = "submit" if example.starts_task else "call"
    file = person.folder / "body.json"
    file.write_text(json.dumps(example.body), encoding="utf-8")
    body = ("--body", str(file)) if example.operation.body is not None else ()
    path_id = {"model": "q3-fast"}.get(str(example.operation.path_parameter), "940107923630096384")
    named = ("--id", path_id) if example.operation.path_parameter is not None else ()
    return person.does(command, example.provider, example.operation.id, *body, *named, *more)


@pytest.mark.parametrize("example", [one for one in EXAMPLES if one.operation.body is not None], ids=str)
def test_every_operation_passes_the_checks_of_the_command(example: Example, person: Person) -> None:
    done = asks(person, example, "--dry-run")
    assert done.code == 0, done
    assert f"{example.operation.id} {{" in done.err


@pytest.mark.parametrize("example", [one for one in EXAMPLES if one.starts_task], ids=str)
def test_every_operation_that_starts_a_task_is_submitted_once(example: Example, person: Person, emulator: EmulatorServer) -> None:
    done = asks(person, example, "--no-wait", "--once", "k")
    again = asks(person, example, "--no-wait", "--once", "k")
    if done.code != 0:  # its example names a film or a creation that this emulator does not have
        assert (done.code, again.code, person.kept()) == (5, 5, []), done
        assert str(example) in OF_ANOTHER_TASK
        return
    (paid,) = emulator.emulator.ledger.paid
    assert (done.code, again.code, done.lines) == (0, 0, again.lines), (done, again)
    assert (paid.provider, paid.operation, done.lines[0].endswith(paid.id)) == (example.provider, example.operation.id, True)
    assert person.does("orders").lines[0].split("\t")[:2] == ["k", done.lines[0]]


@pytest.mark.parametrize(
    "example",
    [one for one in EXAMPLES if not one.starts_task and not one.operation.path_parameter and one.operation.tag != "files"],
    ids=str,
)
def test_every_operation_that_answers_at_once_is_called(example: Example, person: Person, emulator: EmulatorServer) -> None:
    done = asks(person, example)
    assert done.code == 0, done
    if example.operation.answers_json:
        json.loads(done.out)
    assert len(emulator.emulator.ledger.paid) <= 1
    assert emulator.emulator.ledger.count(example.provider, example.operation.id) == 1


def test_task_of_an_operation_is_waited_for_and_downloaded(person: Person) -> None:
    done = person.does(*LIP_SYNC, "-o", "v.mp4", *QUICK)
    assert (done.code, done.lines[1:]) == (0, ["v.mp4"]), done
    assert b"ftyp" in (person.folder / "v.mp4").read_bytes()[:16]


def test_text_stays_text_where_the_spec_wants_it(person: Person, emulator: EmulatorServer) -> None:
    """A voice may be called 7; as a number it would be refused."""
    assert person.does(*SPEECH).code == 0
    (paid,) = emulator.emulator.ledger.paid
    assert paid.body["voice_setting_voice_id"] == "7"


def test_option_wins_over_the_body(person: Person, emulator: EmulatorServer) -> None:
    (person.folder / "b.json").write_text('{"video_url": "https://example.com/v.mp4", "text": "from the file"}', encoding="utf-8")
    person.does("submit", "vidu", "lipSync", "--body", "b.json", "--set", "text=given", "--no-wait")
    assert emulator.emulator.ledger.paid[0].body["text"] == "given"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("submit", "vidu", "lipsink"), 2, "Did you mean 'lipSync'?"),
        (("submit", "vidoo", "lipSync"), 2, "Did you mean 'vidu'?"),
        (("call", "comfy", "textToVideo"), 2, "textToVideo starts a task: use `vidu submit comfy textToVideo`"),
        (("submit", "vidu", "textToSpeech"), 2, "textToSpeech answers at once: use `vidu call vidu textToSpeech`"),
        (("submit", "vidu", "lipSync", "--set", "txt=Hello"), 3, "did you mean text?"),
        (("call", "vidu", "getCreations"), 2, "getCreations needs --id"),
        (("call", "vidu", "listTasks", "--set", "stats=success"), 2, "Did you mean 'states'?"),
        (("call", "vidu", "getCredits", "--id", "7"), 2, "takes no path_id"),
        (("submit", "vidu", "lipSync", "--body", "nope.json"), 2, "--body nope.json cannot be read"),
        (("submit", "vidu", "lipSync", "--set", "text=a", "--set", "text=b"), 2, "text is given twice"),
        (("submit", "vidu", "digitalHuman", "--set", "image=nope.png"), 2, "nope.png cannot be read"),
        ((*LIP_SYNC, "--at-most", "1"), 4, "its price is not documented"),
        ((*SPEECH, "--at-most", "0.01usd"), 4, "more than the ceiling of 0.01 USD"),
        (("submit", "vidu", "template", "--set", "template=hugging", "--at-most", "1000"), 3, "images"),
        ((*SPEECH, "--again"), 2, "once"),
    ],
)
def test_mistake_is_said_and_nothing_is_sent(
    arguments: tuple[str, ...], code: int, says: str, person: Person, emulator: EmulatorServer
) -> None:
    done = person.does(*arguments)
    assert (done.code, done.out) == (code, ""), done
    assert says in done.err
    assert "Traceback" not in done.err
    assert emulator.emulator.ledger.requests == ()


@pytest.mark.parametrize("more", [(), ("--once", "speech-1")], ids=["plain", "once"])
def test_lost_answer_of_a_paid_call_is_said_and_nothing_is_sent_again(more: tuple[str, ...], tmp_path: Path) -> None:
    lost = FaultRule(kind="answer_lost", operation="textToSpeech", nth=1)
    with EmulatorServer(rules=[lost]) as server:
        person = Person(tmp_path, variables=server.env())
        done = person.does(*SPEECH, *more)
        assert (done.code, done.out) == (7, ""), done
        assert "may" in done.err
        assert "paid" in done.err
        assert "check its console" in done.err
        (order,) = person.kept()
        assert person.does("find", order).code == 7
        again = person.does(*SPEECH, "--once", "speech-1") if more else done
        assert (again.code, server.emulator.ledger.count("vidu", "textToSpeech")) == (7, 1)
        assert person.kept() == [order]


def test_answer_under_a_key_is_given_again_and_paid_once(person: Person, emulator: EmulatorServer) -> None:
    first, second = (person.does(*SPEECH, "--once", "speech-1") for _ in range(2))
    assert (first.code, first.out) == (0, second.out)
    assert "nothing is paid now" in second.err
    assert len(emulator.emulator.ledger.paid) == 1
    assert person.does("orders").lines[0].split("\t")[:2] == ["speech-1", "answered"]
    other = person.does(*SPEECH, "--set", "voice_setting_speed=1.5", "--once", "speech-1")
    assert (other.code, len(emulator.emulator.ledger.paid)) == (2, 1)
    person.does(*SPEECH, "--once", "speech-1", "--again")
    assert len(emulator.emulator.ledger.paid) == 2


def test_call_that_costs_nothing_is_no_order(person: Person) -> None:
    assert person.does("call", "vidu", "getCredits").code == 0
    assert person.does("orders").lines == []
