"""A result at an address of this machine: refused, unless the option of the command allows it."""

from __future__ import annotations

import webbrowser
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest
from cli_running import QUICK, Shell, request_of
from playing import body_for
from provider_tasks import film_of
from proxying import HOST, Proxy
from server import Server

OPTION = "--allow-private-hosts"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(life=("done",)) as server:
        yield server


@pytest.fixture
def shell(server: Server, tmp_path: Path) -> Iterator[Shell]:
    """Reaches the server under a public name through a proxy. The files of the server are at 127.0.0.1."""
    with Proxy(server.origin) as proxy:
        shell = Shell(tmp_path, variables={"HTTP_PROXY": proxy.url})
        account = f'provider = "vidu"\nkey = "{server.key}"\nbase_url = "http://{HOST}"\nallow_insecure = true\n'
        shell.write_config(f"[[accounts]]\n{account}")
        yield shell


@pytest.mark.parametrize("command", ["download", "wait", "generate"])
def test_file_at_an_address_of_this_machine_is_fetched_if_the_option_allows_it(
    command: str, shell: Shell, server: Server
) -> None:
    """Once, the command had no such option, and advised to download the paid film by other means."""
    words = request_of("vidu") if command == "generate" else [f"vidu:{server.make(body_for('vidu')).id}"]
    waiting = () if command == "download" else QUICK
    refused = shell.run(command, *words, *waiting, "-o", "bird.mp4")
    assert refused.code != 0
    assert f"`vidu download {OPTION} vidu:{server.paid[-1].id}`" in refused.err
    assert not (shell.folder / "bird.mp4").exists()
    done = shell.run(command, *words, *waiting, "-o", "bird.mp4", OPTION)
    assert done.code == 0, done
    assert (shell.folder / "bird.mp4").read_bytes() == film_of(server.paid[-1].id)


def test_file_at_an_address_of_this_machine_is_not_opened_in_the_browser(
    shell: Shell, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer could otherwise make the user's browser ask a service of the local network."""
    opened = Mock(return_value=True)
    monkeypatch.setattr(webbrowser, "open", opened)
    ref = f"vidu:{server.make(body_for('vidu')).id}"
    refused = shell.run("open", ref)
    assert (refused.code, opened.called) == (2, False)
    assert f"`vidu url {ref}`" in refused.err
