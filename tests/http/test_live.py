"""`make live` asks only what is free, shows no key, and tells where an answer differs from the spec."""

from __future__ import annotations

import httpx
import live
import pytest
import respx

REFUSED: dict[str, object] = {"code": 404, "reason": "TaskNotFound", "message": "task not found", "metadata": {}}


@pytest.mark.parametrize(("balance", "differs"), [({"remains": []}, False), ({"remains": "many"}, True), ([], True)])
def test_live_questions_cost_money_or_hide_a_difference(
    balance: object, differs: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("COMFY", "ZENLAYER", "SKILLS_VIDEO"):
        monkeypatch.delenv(f"{name}_API_KEY", raising=False)
    monkeypatch.setenv("VIDU_API_KEY", "vda_of_the_test")
    with respx.mock(base_url="https://api.vidu.com") as router:
        router.get("/ent/v2/credits").mock(return_value=httpx.Response(200, json=balance))
        router.get("/ent/v2/tasks").mock(return_value=httpx.Response(200, json={"tasks": [], "next_page_token": ""}))
        router.get("/ent/v2/tasks/0/creations").mock(return_value=httpx.Response(404, json=REFUSED))
        assert live.main() == (1 if differs else 0)
    printed = capsys.readouterr().out
    assert ("differs from the spec" in printed) == differs
    assert "vda_of_the_test" not in printed
