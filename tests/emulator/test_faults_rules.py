"""Which calls a rule matches, how rules are written, and the errors for invalid rules."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Final, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vidu_ext.emulator.faults.rules import KINDS, MOST_RULES, OPTIONS, FaultKind, FaultRule, Faults
from vidu_ext.emulator.messages import ServerRequest
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.tasks import Json, Object

CREATE = ("vidu", "textToVideo")
STATUS = ("vidu", "getCreations")


def affected(faults: Faults, count: int, *, provider: str = "vidu") -> list[int]:
    """Return the numbers of the affected creates, from 1."""
    return [n for n in range(1, count + 1) if faults.next(provider, "textToVideo", family="create") is not None]


# -- which calls ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("nth", "times", "expected"),
    [(None, None, [1, 2, 3, 4, 5, 6]), (None, 2, [1, 2]), (3, None, [3]), (3, 2, [3, 4]), (1, 1, [1]), (9, None, [])],
)
def test_nth_and_times_determine_which_calls_are_affected(nth: int | None, times: int | None, expected: list[int]) -> None:
    assert affected(Faults([FaultRule(kind="html_502", nth=nth, times=times)]), 6) == expected


def test_call_of_another_provider_or_operation_is_neither_affected_nor_counted() -> None:
    faults = Faults([FaultRule(kind="html_502", provider="vidu", operation="create", nth=2)])
    assert faults.next("comfy", "textToVideo", family="create") is None
    assert faults.next(*STATUS, family="status") is None
    assert faults.active[0].calls == 0
    assert affected(faults, 3) == [2]


def test_operation_may_be_named_by_its_id_or_by_its_family_and_a_kind_may_be_for_some_only() -> None:
    by_id, by_family = FaultRule(kind="hang", operation="textToVideo"), FaultRule(kind="hang", operation="create")
    assert Faults([by_id]).next("vidu", "imageToVideo", family="create") is None
    assert Faults([by_family]).next("vidu", "imageToVideo", family="create") is by_family
    assert Faults([by_id]).next(*CREATE, family="create") is by_id
    of_lists = Faults([FaultRule(kind="late_list")])
    assert affected(of_lists, 2) == []
    assert of_lists.next("vidu", "listTasks", family="list") is not None


def test_broken_range_waits_for_a_request_with_a_range() -> None:
    faults = Faults([FaultRule(kind="broken_range", nth=1)])
    plain = ServerRequest(method="GET", path="/_files/a.mp4")
    ranged = ServerRequest(method="GET", path="/_files/a.mp4", headers={"range": "bytes=1-"})
    assert faults.next("vidu", "download", family="download", request=plain) is None
    assert faults.next("vidu", "download", family="download", request=ranged) is not None


def test_one_rule_affects_a_call_and_the_next_rule_the_next_call() -> None:
    first, second = FaultRule(kind="html_502", nth=1), FaultRule(kind="hang", nth=1)
    faults = Faults([first, second])
    assert [faults.next(*CREATE, family="create") for _ in range(3)] == [first, second, None]
    assert [(rule.calls, rule.applied) for rule in faults.active] == [(3, 1), (3, 1)]


def test_probability_affects_about_that_share_and_the_same_calls_for_the_same_seed() -> None:
    rule, nothing = FaultRule(kind="html_502", probability=0.3), FaultRule(kind="html_502", probability=0)
    faults = Faults([rule], seed=7)
    hits = affected(faults, 2_000)
    assert 500 < len(hits) < 700
    assert hits == affected(Faults([rule, FaultRule(kind="hang", provider="comfy", probability=0.5)], seed=7), 2_000)
    assert hits != affected(Faults([rule], seed=8), 2_000)
    faults.clear()
    faults.add(rule)
    assert affected(faults, 2_000) == hits
    assert affected(Faults([nothing]), 200) == []


def test_rules_are_added_and_removed_by_number_while_the_emulator_runs() -> None:
    faults = Faults()
    first = faults.add(FaultRule(kind="html_502"))
    second = faults.add(FaultRule(kind="hang"))
    faults.remove(first)
    assert [rule.kind for rule in faults.rules] == ["hang"]
    with pytest.raises(ConfigurationError, match=f"no fault rule of number {first}"):
        faults.remove(first)
    faults.clear()
    assert faults.rules == ()
    for number in range(MOST_RULES):
        assert faults.add(FaultRule(kind="hang", nth=number + 1)) > second
    with pytest.raises(ConfigurationError, match="1,000 fault rules already"):
        faults.add(FaultRule(kind="hang"))


def test_concurrent_calls_are_all_counted() -> None:
    faults = Faults([FaultRule(kind="html_502", times=100)])
    with ThreadPoolExecutor(8) as pool:
        numbers = [number for hits in pool.map(affected, [faults] * 8, [50] * 8) for number in hits]
    assert len(numbers) == 100
    assert faults.active[0].calls == 400


# -- before or after the call is carried out --------------------------------------------------------------------------------


def test_whether_a_call_is_carried_out_belongs_to_the_kind_or_is_chosen() -> None:
    never = {kind for kind in KINDS if FaultRule(kind=cast("FaultKind", kind)).prevents}
    assert never == {"http_429", "http_503", "connection_reset", "expired_url"}
    chosen: tuple[FaultKind, ...] = ("html_502", "html_520", "http_503", "connection_reset", "hang")
    assert {kind for kind, about in KINDS.items() if "accepts" in about.options} == set(chosen)
    for kind in chosen:
        assert [FaultRule(kind=kind, accepts=accepts).prevents for accepts in (False, True)] == [True, False]


# -- writing ------------------------------------------------------------------------------------------------------------------


VALUES: Final[Object] = {
    "accepts": True, "seconds": 1.0, "pace": 10, "sent": 0, "retry_after": 2.0, "retry_form": "date", "word": "x",
    "range_answer": "whole_200", "provider": "comfy", "nth": 2, "times": 3, "probability": 0.25,
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_rule_survives_json_and_one_line(kind: str) -> None:
    written: Object = {"kind": kind, **{name: VALUES[name] for name in VALUES.keys() - (OPTIONS - KINDS[kind].options)}}
    rule = FaultRule.from_json(written)
    assert rule.to_json() == written
    line = ",".join(f"{name}={str(value).lower() if isinstance(value, bool) else value}" for name, value in written.items())
    assert FaultRule.parse(line) == rule == FaultRule.parse(line.replace(",", " , "))


WRONG = {
    "kind=" + "x" * 10_000: "kind is answer_lost, .*, not 'x",
    "html_502": "'html_502' is not written as name=value",
    "nth=1": "kind is missing. The kinds are answer_lost, ",
    "kind=html_503": "kind is answer_lost, .* or task_moderated, not 'html_503'",
    "kind=hang,kind=hang": "kind is given twice",
    "kind=hang,second=1": "it has no member 'second'; it may have accepts, kind, ",
    "kind=hang,provider=runway": "provider is .*zenlayer, not 'runway'",
    "kind=hang,operation=creat": "'creat' is not an operation of any provider",
    "kind=hang,provider=comfy,operation=listTasks": "'listTasks' is not an operation of comfy",
    "kind=late_list,operation=create": "late_list can affect list, not create",
    "kind=hang,nth=0": "nth is a whole number from 1 to 1,000,000,000, not 0",
    "kind=hang,probability=nan": "probability is a number from 0 to 1, not .nan",
    "kind=hang,seconds=inf": "seconds is a number from 0 to 3,600, not .inf",
    "kind=hang,pace=10": "pace belongs to slow_body, not to hang",
    "kind=http_429,retry_after=soon": "retry_after is a number from 0 to 1,000,000, not 'soon'",
    "kind=http_429,retry_form=date": "retry_form says how retry_after is written, which is missing",
    "kind=http_429,accepts=true": "accepts belongs to connection_reset, hang, .*, not to http_429",
    "kind=unknown_state,word=": "word is a text of 1 to 80 characters, not ''",
}


@pytest.mark.parametrize(("text", "reason"), WRONG.items())
def test_invalid_rule_is_refused_with_its_reason_in_one_line(text: str, reason: str) -> None:
    with pytest.raises(ConfigurationError, match=reason) as caught:
        FaultRule.parse(text)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 500


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9), lambda below: st.lists(below, max_size=2)
)


@settings(max_examples=40)
@given(ANY_JSON, st.sampled_from(["kind", "nth", "operation", "provider", "accepts", "seconds", "probability", "else"]))
def test_any_json_is_a_rule_or_refused_with_its_reason(value: Json, name: str) -> None:
    for written in (value, {"kind": "hang", name: value}):
        try:
            assert FaultRule.from_json(written).kind == "hang"
        except ConfigurationError as error:
            assert "\n" not in str(error)
