"""`vidu contract check` and `diff`: agreement ends with 0, a difference with 12 and its place, bad input with one line."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, cast

import pytest
from cli_running import Shell

from vidu_ext.contract import installed
from vidu_ext.providers import PROVIDERS
from vidu_ext.spec.contract import Contract, contract_of

DRIFT: Final = 12
Edit = Callable[[dict[str, Any]], object]


def edited(provider: str, edit: Edit) -> dict[str, Any]:
    spec = cast("dict[str, Any]", copy.deepcopy(contract_of(provider).spec.root))
    edit(spec)
    return spec


@pytest.mark.filterwarnings("error")
def test_check_compares_every_installed_spec(tmp_path: Path) -> None:
    done = Shell(tmp_path).run("contract", "check", "--json")
    assert (done.code, done.document["problems"]) == (0, [])
    assert set(cast("dict[str, Any]", done.document["providers"])) == set(PROVIDERS)


STATUS: Final = ("paths", "/v1/vidu/tasks/{task_id}/creations")
CREATE: Final = ("paths", "/v1/vidu/text2video", "post")


def at(spec: dict[str, Any], *place: str) -> dict[str, Any]:
    for part in place:
        spec = spec[part]
    return spec


def move(spec: dict[str, Any]) -> None:
    spec["paths"]["/v1/vidu/text-to-video"] = spec["paths"].pop("/v1/vidu/text2video")


def body_of(spec: dict[str, Any]) -> Any:
    examples = at(spec, *CREATE, "requestBody", "content", "application/json", "examples")
    return next(iter(examples.values()))["value"]


WRONG: Final[dict[str, tuple[Edit, str]]] = {
    "an example breaks a limit": (lambda spec: body_of(spec).update(duration=99), "/requestBody/"),
    "the client has another path": (move, "calls post /v1/vidu/text2video"),
    "the client has no such operation": (lambda spec: at(spec, *CREATE).update(operationId="makeVideo"), "cannot be called"),
    "the client uses another method": (lambda spec: at(spec, *STATUS).update(put=at(spec, *STATUS).pop("get")), "calls get"),
    "the client is of another spec": (lambda spec: spec["info"].update(version="1999-01-01"), "#/info/version"),
}


@pytest.mark.parametrize("name", WRONG)
def test_check_names_each_difference(name: str) -> None:
    edit, message = WRONG[name]
    problems = installed.check(Contract("zenlayer", edited("zenlayer", edit))).problems
    assert any(message in str(problem) for problem in problems)


def test_check_names_a_model_that_lost_a_member(monkeypatch: pytest.MonkeyPatch) -> None:
    """A member that is not declared survives a round trip as an additional property."""
    from vidu_clients.zenlayer.models import Creation

    read = Creation.from_dict

    def forgetful(members: dict[str, Any]) -> Creation:
        creation = read({name: value for name, value in members.items() if name != "url"})
        if "url" in members:
            creation.additional_properties["url"] = members["url"]
        return creation

    monkeypatch.setattr(Creation, "from_dict", forgetful)
    problems = installed.check(contract_of("zenlayer")).problems
    assert {problem.text for problem in problems} == {"the generated Creation does not know url"}


def test_diff_names_grade_and_operation(tmp_path: Path) -> None:
    new = edited("comfy", lambda spec: spec["paths"].pop("/proxy/vidu/extend"))
    (tmp_path / "new.json").write_text(json.dumps(new))
    done = Shell(tmp_path).run("contract", "diff", "comfy", "new.json", "--json")
    assert (done.code, done.document["breaking"]) == (DRIFT, 1)
    (change,) = cast("list[dict[str, Any]]", done.document["changes"])
    assert (change["grade"], change["operations"]) == ("breaking", ["extendVideo"])


def test_diff_without_a_breaking_change_ends_with_0(tmp_path: Path) -> None:
    new = edited("comfy", lambda spec: spec["servers"].append({"url": "https://two.example"}))
    (tmp_path / "new.yaml").write_text(json.dumps(new))
    done = Shell(tmp_path).run("contract", "diff", "comfy", "new.yaml")
    assert (done.code, done.lines) == (0, ["additive\tdocument\tservers https://two.example is new"])
