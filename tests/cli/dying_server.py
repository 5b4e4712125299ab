"""Carry messages between a client and an MCP server, and kill the server: `dying_server.py NUMBER held|SECONDS COMMAND...`.

Counts the messages of both directions. At message NUMBER the server is killed: with `held` before the message is passed on,
otherwise SECONDS after it was passed on, while a call is under way.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from typing import IO


def main() -> int:
    number, mode, *command = sys.argv[1:]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert server.stdin is not None
    assert server.stdout is not None
    counted = threading.Lock()
    left = int(number)

    def carry(source: IO[bytes], target: IO[bytes]) -> None:
        nonlocal left
        for line in source:
            with counted:
                left -= 1
                if left <= 0 and mode == "held":
                    server.kill()
                    return
                target.write(line)
                target.flush()
                if left <= 0:
                    time.sleep(float(mode))
                    server.kill()
                    return
        target.close()

    inwards = threading.Thread(target=carry, args=(sys.stdin.buffer, server.stdin), daemon=True)
    inwards.start()
    carry(server.stdout, sys.stdout.buffer)
    return server.wait()


if __name__ == "__main__":
    sys.exit(main())
