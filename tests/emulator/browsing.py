"""A headless Chromium for tests of pages, driven over the WebDriver protocol (W3C) with plain HTTP. Skips where there is none."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeAlias, cast

import httpx
import pytest

from vidu_ext.values.tasks import Json

Object: TypeAlias = "dict[str, Json]"

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
