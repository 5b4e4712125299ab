"""`vidu listen` as a program: what it prints of a notice, and how it ends."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Final

import httpx
from cli_running import PATIENCE, Shell, ended
from test_callback_receiver import KEY, signed

BODY: Final = json.dumps({"id": "42", "state": "success"}).encode()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def test_listener_prints_a_signed_notice_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    port = free_port()
    shell = Shell(tmp_path, variables={"VIDU_API_KEY": KEY})
    process = shell.start("listen", "--port", str(port), "--json", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert process.stderr is not None
        assert f"127.0.0.1:{port}" in process.stderr.readline()
        url = f"http://127.0.0.1:{port}/"
        forged = httpx.post(f"{url}?vidu-ext=a", headers=signed("vidu-ext=b", path="/"), content=BODY, timeout=PATIENCE)
        notice = httpx.post(f"{url}?vidu-ext=a", headers=signed("vidu-ext=a", path="/"), content=BODY, timeout=PATIENCE)
        assert (forged.status_code, notice.status_code) == (401, 200)
        process.send_signal(signal.SIGINT)
    finally:
        if sys.exc_info()[0] is not None:
            process.kill()
        done = ended(process)
    assert (done.code, done.documents) == (0, [{"ref": "vidu:42", "account": "vidu", "state": "success"}])
    assert "signature does not match any of the keys" in done.err
