"""The house: imports run one way, the network and the clock have one place each, the folder list is the map."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from hypothesis import settings

import vidu_ext

ROOT: Final = Path(vidu_ext.__file__).parent

LAYERS: Final = (
    ("values",),
    ("spec",),
    ("providers",),
    ("flows", "transport"),
    ("client",),
    ("emulator",),
    ("testing",),
    ("durable",),
    ("cli",),
)
"""From the ground up. A module imports from its own layer and from those below it."""

EXTRAS: Final = {"emulator", "testing", "durable", "cli"}
"""Rooms above the clients, with dependencies and I/O of their own."""

KNOWN_TO_THE_EMULATOR: Final = {"values", "spec", "emulator"}
"""What the emulator may share with the layer that it is an independent opinion on."""

NETWORK: Final = {"transport"}
WAITING: Final = {*NETWORK, "client", "values"}
"""Rooms that may name threads and event loops: the drivers, the clients, and the lock that forks know of."""

GENERATED: Final = "providers"


def modules() -> dict[str, Path]:
    """Every module of the package by its dotted name below it."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in sorted(ROOT.rglob("*.py"))
        if path != ROOT / "__init__.py"
    }


def room(module: str) -> str:
    return module.split(".")[0]


def imports(path: Path, *, typing_too: bool) -> set[str]:
    """Full names of what a module imports, inside functions too; below TYPE_CHECKING only on request."""
    found: set[str] = set()
    package = ".".join(("vidu_ext", *path.relative_to(ROOT).parent.parts))

    def visit(node: ast.AST) -> None:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING" and not typing_too:
            return
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            found.update({base} | ({f"{base}.{alias.name}" for alias in node.names} if base == "vidu_ext" else set()))
        for below in ast.iter_child_nodes(node):
            visit(below)

    visit(ast.parse(path.read_text(encoding="utf-8")))
    return found


@pytest.mark.parametrize("module", modules())
def test_module_stands_in_no_layer(module: str) -> None:
    assert any(room(module) in layer for layer in LAYERS)


@pytest.mark.parametrize("module", modules())
def test_module_imports_from_above(module: str) -> None:
    height = {name: index for index, layer in enumerate(LAYERS) for name in layer}
    own = height[room(module)]
    for name in imports(modules()[module], typing_too=False):
        parts = name.split(".")
        if parts[0] == "vidu_ext" and len(parts) > 1:
            assert height.get(parts[1], 0) <= own, f"{module} imports {name}"


@pytest.mark.parametrize("module", modules())
def test_generated_client_is_used_outside_the_adapters(module: str) -> None:
    used = {name for name in imports(modules()[module], typing_too=True) if name.split(".")[0] == "vidu_clients"}
    assert not used or room(module) == GENERATED or (module == "values.requests" and used == {"vidu_clients.words"})


@pytest.mark.parametrize("module", modules())
def test_network_is_touched_outside_its_room(module: str) -> None:
    used = {name.split(".")[0] for name in imports(modules()[module], typing_too=False)}
    assert not used & {"httpx", "httpcore", "socket", "ssl"} or room(module) in NETWORK | EXTRAS
    assert not used & {"asyncio", "threading"} or room(module) in WAITING | EXTRAS


@pytest.mark.parametrize("module", [name for name in modules() if room(name) not in EXTRAS - {"emulator"}])
def test_clock_or_chance_is_read_outside_the_drivers(module: str) -> None:
    source = modules()[module].read_text(encoding="utf-8")
    used = {name.split(".")[0] for name in imports(modules()[module], typing_too=False)}
    assert not used & {"time"} or module in ("transport.driver", "emulator.clock", "emulator.http.transports")
    assert not used & {"random"} or module == "transport.driver" or room(module) == "emulator"
    assert "sleep(" not in source or module in ("transport.driver", "transport.async_driver") or room(module) == "emulator"


@pytest.mark.parametrize("module", [name for name in modules() if room(name) == "emulator"])
def test_emulator_shares_the_mistakes_of_what_it_tests(module: str) -> None:
    names = (name.split(".") for name in imports(modules()[module], typing_too=True))
    assert {parts[1] for parts in names if parts[0] == "vidu_ext" and len(parts) > 1} <= KNOWN_TO_THE_EMULATOR


@pytest.mark.parametrize("module", modules())
def test_module_says_nothing_about_itself(module: str) -> None:
    assert ast.get_docstring(ast.parse(modules()[module].read_text(encoding="utf-8")))


def in_new_process(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.strip()


def test_importing_the_package_loads_everything() -> None:
    heavy = "'httpx', 'attrs', 'jsonschema_rs', 'vidu_clients'"
    loaded = in_new_process(f"import sys, vidu_ext; print([name for name in ({heavy}) if name in sys.modules])")
    assert loaded == "[]"


def test_first_client_loads_the_validator() -> None:
    code = "import sys; from vidu_ext import Vidu; Vidu({'vidu': 'k'}).close(); print('jsonschema_rs' in sys.modules)"
    assert in_new_process(code) == "False"


def test_blocking_client_loads_an_event_loop() -> None:
    code = "import sys; from vidu_ext import Vidu; Vidu({'vidu': 'k'}).close(); print('asyncio' in sys.modules)"
    assert in_new_process(code) == "False"


def test_public_name_has_no_home() -> None:
    for name in vidu_ext.__all__:
        assert getattr(vidu_ext, name).__name__ == name


def test_name_of_an_environment_variable_is_built_twice() -> None:
    """The emulator, an opinion of its own, builds them too."""
    ends = ('}_API_KEY"', '}_BASE_URL"')
    building = {name for name, path in modules().items() if any(end in path.read_text(encoding="utf-8") for end in ends)}
    assert {name for name in building if room(name) != "emulator"} == {"providers.accounts"}


def test_spellings_are_compared_in_two_places() -> None:
    comparing = {name for name, path in modules().items() if "difflib" in path.read_text(encoding="utf-8")}
    assert comparing == {"spec.spelling"}


def test_drawn_case_fails_on_a_slow_machine() -> None:
    assert settings().deadline is None
