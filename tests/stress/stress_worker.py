"""A worker of a batch with something wrong: its clock. `python stress_worker.py` and its settings as JSON on stdin."""

from __future__ import annotations

import skewed_clock  # isort: skip  # before everything that reads the time of day

import json
import sys
from typing import Any

from batch_worker_process import run


def main(order: dict[str, Any]) -> None:
    skewed_clock.set_ahead(order["clock"])
    run(order)


if __name__ == "__main__":
    main(json.loads(sys.stdin.read()))
