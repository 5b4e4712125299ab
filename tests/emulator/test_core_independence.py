"""The emulator lives by its own clock and its own chance. What it may import, tests/unit/test_architecture.py holds."""

from __future__ import annotations

import ast
from importlib.resources import files
from pathlib import Path

HOME = Path(str(files("vidu_ext.emulator")))
MODULES = sorted(HOME.rglob("*.py"))


def test_only_the_clock_reads_the_time_and_every_random_choice_has_a_seed() -> None:
    found: list[str] = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                call = ast.unparse(node.func)
                if call in ("time.time", "datetime.now", "datetime.utcnow", "random.random", "secrets.token_hex", "uuid.uuid4"):
                    found.append(f"{path.name}: {call}")
    assert found == ["clock.py: time.time"]
