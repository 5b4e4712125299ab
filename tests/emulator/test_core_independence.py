"""The emulator is an opinion of its own: it leans on the specs, not on the code that it is there to test."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

HOME = Path(str(files("vidu_ext.emulator")))
MODULES = sorted(HOME.rglob("*.py"))
ALLOWED = {"vidu_ext.errors", "vidu_ext.tasks", "vidu_ext.spec", "vidu_ext.contract", "vidu_ext.faults"}


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = ["vidu_ext", "emulator", *path.relative_to(HOME).parent.parts]
            above = package[: len(package) - node.level + 1] if node.level else []
            yield ".".join([*above, *([node.module] if node.module else [])])


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(HOME)))
def test_no_module_imports_the_layer_that_it_tests(path: Path) -> None:
    ours = {name for name in _imports(path) if name.split(".")[0] in ("vidu_ext", "vidu_clients")}
    assert {name for name in ours if not name.startswith("vidu_ext.emulator")} <= ALLOWED


def test_no_module_but_the_clock_reads_the_time_and_none_draws_without_a_seed() -> None:
    found: list[str] = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                call = ast.unparse(node.func)
                if call in ("time.time", "datetime.now", "datetime.utcnow", "random.random", "secrets.token_hex", "uuid.uuid4"):
                    found.append(f"{path.name}: {call}")
    assert found == ["clock.py: time.time"]
