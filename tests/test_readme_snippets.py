"""Every Python block of README.md runs, in order and in one namespace, against a provider that answers as documented."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import respx

TEXT: Final = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
BLOCKS: Final[list[str]] = re.findall(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)

KEY: Final = "key-of-the-environment"
TASK: Final = "940107923630096384"
CREATED: Final = {"task_id": TASK, "state": "created", "model": "viduq3-turbo", "credits": 60}
RUNNING: Final[dict[str, object]] = {"id": TASK, "state": "processing", "err_code": "", "creations": []}
DONE: Final[dict[str, object]] = {**RUNNING, "state": "success", "creations": [{"id": "1", "url": "https://example.com/a.mp4"}]}
REFUSED: Final[dict[str, object]] = {"code": 400, "reason": "FieldInvalid", "message": "invalid field: duration", "metadata": {}}
BALANCE: Final = {"remains": [{"type": "metered", "credit_remain": 15980}]}


def no_sleep(seconds: float) -> None:
    assert seconds > 0


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[respx.MockRouter]:
    """Vidu, which finishes a task at the second poll; nobody waits in between."""
    monkeypatch.setenv("VIDU_API_KEY", KEY)
    monkeypatch.setattr(time, "sleep", no_sleep)
    with respx.mock(base_url="https://api.vidu.com") as router:
        router.post("/ent/v2/text2video", name="create").mock(return_value=httpx.Response(200, json=CREATED))
        router.get(f"/ent/v2/tasks/{TASK}/creations", name="poll").mock(
            side_effect=[httpx.Response(200, json=RUNNING), httpx.Response(200, json=DONE)]
        )
        yield router


def run(blocks: list[str]) -> dict[str, Any]:
    """What the blocks leave behind, run one after the other."""
    namespace: dict[str, Any] = {"__name__": "readme"}
    for block in blocks:
        exec(compile(block, "README.md", "exec"), namespace)  # noqa: S102 - it is our own README
    return namespace


def block_with(words: str) -> str:
    """The one block that holds these words."""
    (found,) = (block for block in BLOCKS if words in block)
    return found


def test_readme_shows_code_that_does_not_run(provider: respx.MockRouter, capsys: pytest.CaptureFixture[str]) -> None:
    provider.get("/ent/v2/credits").mock(return_value=httpx.Response(200, json=BALANCE))
    run(BLOCKS)
    printed = capsys.readouterr().out
    assert "success  ['https://example.com/a.mp4']" in printed
    assert "15980" in printed
    assert provider.routes["poll"].call_count == 2
    create: httpx.Request = provider.routes["create"].calls.last.request
    assert create.headers["authorization"] == f"Token {KEY}"


FAULTS: Final[dict[str, tuple[httpx.Response | Exception, str]]] = {
    "a refused request": (httpx.Response(400, json=REFUSED), "400 FieldInvalid invalid field: duration"),
    "an HTML page": (httpx.Response(502, html="<h1>Bad gateway</h1>"), "<h1>Bad gateway</h1>"),
    "no connection": (httpx.ConnectError("no connection"), "not sent"),
    "no answer": (httpx.ReadTimeout("no answer"), "look into the list of tasks"),
    "half an answer": (httpx.RemoteProtocolError("half an answer"), "look into the list of tasks"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_readme_expects_an_error_in_a_form_in_which_it_does_not_come(
    fault: str, provider: respx.MockRouter, capsys: pytest.CaptureFixture[str]
) -> None:
    answer, expected = FAULTS[fault]
    provider.routes["create"].mock(side_effect=[httpx.Response(200, json=CREATED), answer])
    run([BLOCKS[0], block_with("except ResponseDecodeError")])
    printed = capsys.readouterr().out
    assert expected in printed
    assert KEY not in printed


def test_readme_sends_a_key_in_a_header_that_the_spec_does_not_name() -> None:
    built = run([block_with("clients = [")])["clients"]
    seen: set[str] = set()
    for client in built:
        package = type(client).__module__.rpartition(".")[0]
        spec = json.loads(files(package).joinpath("openapi.json").read_text(encoding="utf-8"))
        http: httpx.Client = client.get_httpx_client()
        scheme = next(iter(spec["components"]["securitySchemes"].values()))
        header, value = (scheme["name"], "key") if scheme["type"] == "apiKey" else ("Authorization", f"{scheme['scheme']} key")
        assert http.headers[header].lower() == value.lower(), package
        assert str(http.base_url).rstrip("/") in {server["url"] for server in spec["servers"]}, package
        seen.add(package)
    folder = Path(str(files("vidu_clients")))
    assert seen == {f"vidu_clients.{path.name}" for path in folder.iterdir() if (path / "openapi.json").is_file()}
