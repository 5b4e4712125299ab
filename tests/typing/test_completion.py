"""An editor completes the words of requests: asked of pyright's language server, as an editor does."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final, cast

import pytest

ROOT: Final = Path(__file__).parents[2]
SERVER: Final = Path(sys.executable).with_name("pyright-langserver")


class Editor:
    """A client of a language server, as far as one completion needs it."""

    def __init__(self, stdin: IO[bytes], stdout: IO[bytes]) -> None:
        self._stdin = stdin
        self._stdout = stdout

    def notify(self, method: str, **params: object) -> None:
        self._send({"method": method, "params": params})

    def ask(self, number: int, method: str, **params: object) -> Any:
        self._send({"id": number, "method": method, "params": params})
        while (message := self._read()).get("id") != number or "method" in message:
            if "method" in message and "id" in message:
                asked = message.get("params", {}).get("items", [])
                self._send({"id": message["id"], "result": [{} for _ in asked]})
        return message["result"]

    def _send(self, message: dict[str, object]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._stdin.flush()

    def _read(self) -> dict[str, Any]:
        length = 0
        while line := self._stdout.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        return cast("dict[str, Any]", json.loads(self._stdout.read(length)))


@contextmanager
def editor() -> Generator[Editor]:
    with subprocess.Popen([SERVER, "--stdio"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        try:
            assert server.stdin and server.stdout
            client = Editor(server.stdin, server.stdout)
            folder = {"uri": ROOT.as_uri(), "name": ROOT.name}
            client.ask(1, "initialize", processId=None, rootUri=ROOT.as_uri(), capabilities={}, workspaceFolders=[folder])
            client.notify("initialized")
            yield client
        finally:
            server.kill()


@pytest.mark.skipif(not SERVER.exists(), reason="pyright's language server is not installed")
def test_model_names_are_completed() -> None:
    """The names are those of the providers' pages."""
    uri = (ROOT / "tests" / "typing" / "unsaved.py").as_uri()
    line = 'TextToVideo(prompt="a paper bird", model="")'
    text = f"from vidu_ext import TextToVideo\n\n{line}\n"
    with editor() as client:
        client.notify("textDocument/didOpen", textDocument={"uri": uri, "languageId": "python", "version": 1, "text": text})
        place = {"line": 2, "character": line.index('""') + 1}
        completions = client.ask(2, "textDocument/completion", textDocument={"uri": uri}, position=place)
    labels = {item["label"].strip('"') for item in completions["items"]}
    assert {"viduq4-preview", "viduq3-turbo", "viduq2-pro", "viduq1"} <= labels
