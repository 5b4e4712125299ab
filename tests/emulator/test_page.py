"""The page of the emulator: in a browser people see and do what they want.

The browser is a headless Chromium, driven over the WebDriver protocol (W3C) with plain HTTP. Skips if there is none.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, cast

import httpx
import pytest
from attrs import frozen
from starlette.testclient import TestClient

from vidu_ext.emulator.clock import Clock
from vidu_ext.emulator.core import Emulator
from vidu_ext.emulator.faults.rules import OPTIONS, FaultRule
from vidu_ext.emulator.http.app import asgi
from vidu_ext.emulator.http.server import EmulatorServer
from vidu_ext.emulator.settings import EmulatorSettings
from vidu_ext.spec.contract import contract_of
from vidu_ext.values.tasks import Json, Object

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "chrome")
SWITCHES: Final = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-proxy-server", "--hide-scrollbars",
    "--disable-background-networking", "--autoplay-policy=no-user-gesture-required",
)  # fmt: skip
_ELEMENT: Final = "element-6066-11e4-a52e-4f735466cecf"
_PORT: Final = re.compile(r"started successfully on port (\d+)")


class Browser:
    """One window. Methods raise AssertionError with what the driver said where it refuses."""

    def __init__(self, client: httpx.Client, session: str) -> None:
        self._client = client
        self._session = session

    def open(self, url: str) -> None:
        self._call("POST", "url", {"url": url})

    def run(self, script: str, *arguments: Json) -> Json:
        """Return what a function body returns when it runs in the page."""
        return self._call("POST", "execute/sync", {"script": script, "args": list(arguments)})

    def wait_for(self, script: str, *, seconds: float = 60.0) -> Json:
        """Return what the function body returns as soon as that is true. Raises AssertionError if it stays false."""
        end = time.monotonic() + seconds
        while not (value := self.run(script)):
            assert time.monotonic() < end, f"not within {seconds} s: {script}\n{self.run('return document.body.innerText')}"
            time.sleep(0.05)
        return value

    def click(self, selector: str) -> None:
        self._call("POST", f"element/{self._find(selector)}/click", {})

    def type(self, selector: str, text: str) -> None:
        """Type into the field that has or takes the focus; what stood there is replaced."""
        element = self._find(selector)
        self._call("POST", f"element/{element}/clear", {})
        self._call("POST", f"element/{element}/value", {"text": text})

    def press(self, key: str) -> None:
        """Press and release a key, wherever the focus is."""
        actions: Json = [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        self._call("POST", "actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def emulate(self, command: str, parameters: Object) -> None:
        """A command of the DevTools protocol."""
        self._call("POST", "goog/cdp/execute", {"cmd": command, "params": parameters})

    def messages(self) -> Sequence[str]:
        """Return what the console said since it was last asked."""
        entries = cast("list[dict[str, Json]]", self._call("POST", "se/log", {"type": "browser"}))
        return [str(entry["message"]) for entry in entries]

    def _find(self, selector: str) -> str:
        element = self._call("POST", "element", {"using": "css selector", "value": selector})
        return str(cast("Object", element)[_ELEMENT])

    def _call(self, method: str, command: str, body: Mapping[str, Json] | None = None) -> Json:
        answer = self._client.request(method, f"/session/{self._session}/{command}", json=body)
        value = cast("Object", answer.json())["value"]
        assert answer.is_success, f"{command} {body}: {value}"
        return value


@contextmanager
def browser(folder: Path) -> Generator[Browser]:
    """A browser with a new profile in the folder. Skips the test where Chromium or its driver is not installed."""
    driver = shutil.which("chromedriver")
    program = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if driver is None or program is None:
        pytest.skip("NOT TESTED: no page was looked at, for chromium and chromedriver are not both installed")
    process = subprocess.Popen([driver, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{_port(process)}", timeout=30.0, trust_env=False) as client:
            options: Json = {"binary": program, "args": [*SWITCHES, f"--user-data-dir={folder / 'profile'}"]}
            wanted: Json = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
            answer = client.post("/session", json={"capabilities": {"alwaysMatch": wanted}})
            assert answer.is_success, answer.text
            session = str(answer.json()["value"]["sessionId"])
            try:
                yield Browser(client, session)
            finally:
                client.delete(f"/session/{session}")
    finally:
        process.terminate()
        process.communicate(timeout=60)


def _port(process: subprocess.Popen[str]) -> int:
    """Return the port that the driver reports."""
    lines = process.stdout or ()
    return next(int(match[1]) for line in lines if (match := _PORT.search(line)))


HOSTILE: Final = "<img src=x onerror=\"document.title='taken'\"> & <b>"
OPEN_FORM: Final = "document.getElementById('new').open = true"
PHONE: Final[tuple[str, dict[str, Json]]] = (
    "Emulation.setDeviceMetricsOverride",
    {"width": 360, "height": 800, "deviceScaleFactor": 1, "mobile": False},
)
REFRESH: Final = "document.dispatchEvent(new Event('visibilitychange'))"
"""Makes the front page ask at once, as it does when its tab is looked at again."""


def test_form_has_a_field_for_every_option_of_a_fault() -> None:
    page = TestClient(asgi(Emulator()), base_url="http://localhost").get("/").text
    assert set(OPTIONS) <= set(re.findall(r' id="(\w+)"', page))


# -- in a browser ----------------------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class Visit:
    server: EmulatorServer
    browser: Browser
    http: httpx.Client

    def create(self, prompt: str = "A paper bird.") -> str:
        body = {"model": "viduq3-turbo", "prompt": prompt, "resolution": "540p"}
        answer = self.http.post("/ent/v2/text2video", json=body, headers={"authorization": "Token some-key"})
        return str(answer.raise_for_status().json()["task_id"])

    def card(self, task_id: str, script: str) -> Json:
        """Return what an expression about the card of a task comes to, false if there is no card."""
        return self.browser.run(_about_card(task_id, script))

    def wait_for_card(self, task_id: str, script: str) -> Json:
        """Return the same as soon as it is true."""
        return self.wait_for(_about_card(task_id, script))

    def wait_for(self, script: str) -> Json:
        """Return what a function body returns once that is true. The page is made to ask at once, not at its next second."""
        self.browser.run(REFRESH)
        return self.browser.wait_for(script)


def _about_card(task_id: str, script: str) -> str:
    return f"const card = document.querySelector('[data-task=\"{task_id}\"]'); return card && ({script})"


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("browser")) as one:
        yield one


@pytest.fixture
def visit(window: Browser) -> Iterator[Visit]:
    """The front page of an emulator of its own, whose clock is stepped."""
    emulator = Emulator(EmulatorSettings(), clock=Clock(rate=0))
    with EmulatorServer(emulator=emulator) as server, httpx.Client(base_url=server.origin, trust_env=False) as http:
        window.open(server.origin + "/")
        window.wait_for("return document.querySelector('#kind option')")
        yield Visit(server=server, browser=window, http=http)
        assert not [text for text in window.messages() if "status of 400" not in text]
        assert not emulator.ledger.internal_errors
        window.open("about:blank")


def test_task_appears_runs_by_the_stepped_clock_its_film_plays_and_all_is_forgotten(visit: Visit) -> None:
    task_id = visit.create(prompt=HOSTILE)
    assert visit.wait_for_card(task_id, "card.querySelector('.state').textContent.startsWith('waiting')")
    assert visit.card(task_id, "card.querySelector('.prompt').textContent") == HOSTILE
    for progress in (50, 100):
        visit.browser.type("#step", "3")
        visit.browser.click("#clock-form button")
        visit.wait_for_card(task_id, f"card.querySelector('progress').value === {progress}")
    video = "card.querySelector('video')"
    assert visit.wait_for_card(task_id, f"{video} && {video}.readyState > 0 && {video}.videoWidth") == 640
    assert visit.card(task_id, f"[{video}.videoHeight, {video}.duration]") == [360, 5]
    visit.card(task_id, f"{video}.muted = true, {video}.play(), 1")
    assert visit.wait_for_card(task_id, f"{video}.currentTime > 0.1")
    assert visit.wait_for_card(task_id, f"{video}.webkitAudioDecodedByteCount"), "its sound too"
    assert visit.browser.run("return document.title") == "vidu-ext emulator"
    assert "textToVideo succeeded" in str(visit.browser.run("return document.getElementById('said').textContent"))
    assert visit.server.emulator.ledger.bytes_served == 0
    visit.browser.run("window.confirm = () => true")
    visit.browser.click("#reset")
    assert visit.wait_for("return !document.querySelector('.task')")
    assert not visit.server.emulator.ledger.paid


def test_task_of_the_form_is_logged_can_be_made_to_fail_and_shows_its_reference(visit: Visit) -> None:
    visit.browser.run(OPEN_FORM)
    visit.browser.wait_for("return document.getElementById('new-body').value")
    visit.browser.run(
        "document.getElementById('new-provider').value = 'comfy'; document.getElementById('new-provider')"
        ".dispatchEvent(new Event('change'))"
    )
    visit.browser.wait_for("return document.getElementById('new-body').value.includes('astronaut')")
    visit.browser.type("#new-body", json.dumps({"model": "viduq3-turbo", "prompt": HOSTILE, "duration": 5}))
    visit.browser.click("#send")
    assert visit.browser.wait_for("return document.getElementById('new-answer').textContent") == "200 · created"
    (paid,) = visit.server.emulator.ledger.paid
    assert (paid.provider, paid.body["prompt"]) == ("comfy", HOSTILE)
    row = "document.querySelector('#log details')"
    assert visit.wait_for(f"return /^[0-9]+ ms$/.test({row}?.querySelector('.ms').textContent)")
    assert "/proxy/vidu/text2video" in str(visit.browser.run(f"{row}.open = true; return {row}.textContent"))
    assert HOSTILE in json.loads(str(visit.browser.wait_for(f"return {row}.querySelector('pre')?.textContent")))["prompt"]
    visit.browser.click(".task .name")
    visit.browser.wait_for("return document.getElementById('detail').open")
    permissions: Json = ["clipboardReadWrite", "clipboardSanitizedWrite"]
    visit.browser.emulate("Browser.grantPermissions", {"origin": visit.server.origin, "permissions": permissions})
    visit.browser.click("#copy")
    visit.browser.wait_for("return document.getElementById('detail-note').textContent")
    assert visit.browser.run("return navigator.clipboard.readText()") == f"comfy:{paid.id}"
    visit.browser.click("[data-action=fails]")
    assert visit.wait_for(
        "return document.getElementById('detail-state').textContent.startsWith('failed: InternalServiceFailure')"
    )
    assert visit.server.emulator.ledger.paid[0].state == "failed"
    assert visit.browser.run("return [...document.querySelectorAll('#actions button')].every(button => button.disabled)")
    assert visit.browser.run("return document.title") == "vidu-ext emulator"


@pytest.mark.parametrize("provider", ["comfy", "skills_video"])
def test_reference_sends_to_this_emulator_with_a_key_that_it_accepts(visit: Visit, provider: str) -> None:
    contract = contract_of(provider)
    path = f"{contract.operation('getCredits' if 'getCredits' in contract.operations else 'textToVideo').path}"
    visit.browser.open(f"{visit.server.origin}/_emulator/api/{provider}")
    visit.browser.emulate(*PHONE)
    block = f"[...document.querySelectorAll('.opblock')].find(block => block.textContent.includes('{path}'))"
    visit.browser.wait_for(f"return {block}")
    visit.browser.run(f"{block}.querySelector('.opblock-summary-control').click()")
    visit.browser.wait_for(f"return {block}.querySelector('.response')")  # before it is resolved, Execute fails for good
    visit.browser.run(f"{block}.querySelector('.execute').click()")
    visit.browser.wait_for(f"return {block}.querySelector('.live-responses-table')")
    assert {seen.status for seen in visit.server.emulator.ledger.requests} == {200}
    assert visit.browser.run("return document.documentElement.scrollWidth") == 360


def test_fault_is_switched_on_and_off_by_clicking_and_an_invalid_one_is_reported_beside_the_form(visit: Visit) -> None:
    visit.browser.type("#operation", "createEverything")
    visit.browser.click("#add-rule")
    assert "createEverything" in str(visit.wait_for("return document.getElementById('fault-error').textContent"))
    assert visit.server.emulator.faults.rules == ()
    visit.browser.run(
        "const kind = document.getElementById('kind'); kind.value = 'http_429';"
        "kind.dispatchEvent(new Event('change')); document.getElementById('provider').value = 'vidu'"
    )
    visit.browser.type("#operation", "create")
    visit.browser.type("#retry_after", "7")
    visit.browser.click("#add-rule")
    visit.wait_for("return document.querySelector('#rules li')")
    rule = FaultRule(kind="http_429", provider="vidu", operation="create", retry_after=7)
    assert list(visit.server.emulator.faults.rules) == [rule]
    with pytest.raises(httpx.HTTPStatusError, match="429"):
        visit.create()
    visit.wait_for("return document.querySelector('#rules').textContent.includes('applied to 1 of 1')")
    visit.browser.click("#rules button")
    visit.wait_for("return !document.querySelector('#rules li')")
    assert visit.server.emulator.faults.rules == ()
    visit.create()


def test_playing_film_continues_while_the_page_polls(visit: Visit) -> None:
    task_id = visit.create()
    visit.server.emulator.clock.step(10)
    visit.wait_for_card(task_id, "card.querySelector('video')")
    visit.card(task_id, "window.kept = card.querySelector('video'), 1")
    visit.create()
    visit.browser.wait_for("return document.querySelectorAll('.task').length === 2")  # of itself, in a second
    assert visit.card(task_id, "card.querySelector('video') === window.kept")


@pytest.mark.parametrize("width", [360, 1400])
def test_page_is_no_wider_than_its_window(visit: Visit, width: int) -> None:
    visit.create(prompt="long" * 100)
    visit.http.get("/nothing/" + "long" * 100)
    visit.browser.emulate(PHONE[0], {**PHONE[1], "width": width})
    visit.wait_for("return document.querySelector('.task') && document.querySelector('#log li:nth-child(2)')")
    visit.browser.run(OPEN_FORM)
    visit.browser.run("for (const one of document.querySelectorAll('#log details')) one.open = true")
    visit.browser.wait_for(
        "return document.querySelectorAll('#log pre').length === 3 && document.getElementById('new-body').value"
    )
    assert visit.browser.run("return document.documentElement.scrollWidth") == width
    visit.browser.click(".task .name")
    detail = "document.getElementById('detail')"
    visit.browser.wait_for(f"return {detail}.open")
    assert visit.browser.run(f"return {detail}.scrollWidth - {detail}.clientWidth") == 0


def test_everything_that_can_be_used_has_a_name_and_is_reached_by_keyboard(visit: Visit) -> None:
    nameless = visit.browser.run(
        "return [...document.querySelectorAll('input, select, button, a')].filter("
        "node => !(node.labels?.length || node.ariaLabel || node.textContent.trim())).map(node => node.outerHTML)"
    )
    assert nameless == []
    visit.browser.press("\ue004")
    assert visit.browser.run("return document.activeElement.textContent") == "Skip to the content"
    visit.browser.press("\ue007")
    assert visit.wait_for("return document.activeElement.id === 'content'")


def test_page_says_when_the_emulator_has_gone(window: Browser) -> None:
    with EmulatorServer(emulator=Emulator(clock=Clock(rate=0))) as server:
        window.open(server.origin + "/")
        window.wait_for("return document.getElementById('now').textContent")
    window.wait_for("return document.getElementById('alarm').textContent.includes('does not answer')")
    window.open("about:blank")
    window.messages()
