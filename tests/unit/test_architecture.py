"""The house: imports run one way, the network and the clock have one place each, the folder list is the map."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Final

import pytest
from hypothesis import settings

import vidu_ext

ROOT: Final = Path(vidu_ext.__file__).parent

ROOMS: Final[Mapping[str, frozenset[str]]] = {
    "values": frozenset(),
    "spec": frozenset({"values"}),
    "providers": frozenset({"values", "spec"}),
    "flows": frozenset({"values", "spec", "providers"}),
    "transport": frozenset({"values", "flows"}),
    "client": frozenset({"values", "spec", "providers", "flows", "transport"}),
    "emulator": frozenset({"values", "spec"}),
    "callbacks": frozenset({"values"}),
    "contract": frozenset({"values", "spec", "providers", "transport", "client"}),
    "testing": frozenset({"values", "providers", "flows", "transport", "client", "emulator", "contract"}),
    "durable": frozenset({"values", "providers", "flows", "transport", "client"}),
    "cli": frozenset(
        {"values", "spec", "providers", "flows", "transport", "client", "emulator", "durable", "contract", "callbacks"}
    ),
}
"""What each room may import, imports for type checkers and inside functions included. The package itself imports every room."""

MOST_LEVELS: Final = 9
MOST_ARROWS: Final = 45

EXTRAS: Final = frozenset({"emulator", "contract", "callbacks", "testing", "durable", "cli"})
"""Rooms above the clients, with dependencies and I/O of their own."""

CORE: Final = frozenset(ROOMS) - EXTRAS
NETWORK: Final = frozenset({"transport"})
WAITING: Final = frozenset({"transport", "client"})
"""Rooms that may name threads and event loops."""
LOCKING: Final = "values.forks"
"""The module with the locks for values that threads share."""


def modules() -> dict[str, Path]:
    """Return every module of the package by its dotted name below it; a folder's own by the folder's name."""
    found: dict[str, Path] = {}
    for path in sorted(set(ROOT.rglob("*.py")) - set((ROOT / "guide").rglob("*.py"))):  # examples are programs of users
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def room(module: str) -> str:
    """Return the room of a module. That of `python -m vidu_ext` is the package itself."""
    return module.split(".")[0].replace("__main__", "") or "vidu_ext"


@cache
def imports(path: Path, *, typing_too: bool = True) -> frozenset[str]:
    """Full names of what a module imports, inside functions too; below TYPE_CHECKING unless that is not wanted."""
    package = ("vidu_ext", *path.relative_to(ROOT).parent.parts)
    return frozenset(_imported(ast.parse(path.read_text(encoding="utf-8")), package, typing_too=typing_too))


def _imported(node: ast.AST, package: tuple[str, ...], *, typing_too: bool) -> Iterator[str]:
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING" and not typing_too:
        return
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        above = package[: len(package) - node.level + 1] if node.level else ()
        base = ".".join([*above, *([node.module] if node.module else [])])
        yield from (f"{base}.{alias.name}" for alias in node.names)
    for below in ast.iter_child_nodes(node):
        yield from _imported(below, package, typing_too=typing_too)


def imported_modules(module: str) -> set[str]:
    """Return the modules of this package that a module imports, or takes a name from."""
    known = modules()
    names = (name.removeprefix("vidu_ext.") for name in imports(known[module]) if name.startswith("vidu_ext."))
    return {next((part for part in _prefixes(name) if part in known), "") for name in names} - {module}


def _prefixes(name: str) -> Iterator[str]:
    """Yield a dotted name, then what holds it, up to the outermost."""
    while name:
        yield name
        name = name.rpartition(".")[0]


def arrows() -> dict[str, set[str]]:
    """Return the rooms that each room imports."""
    found: dict[str, set[str]] = {}
    for module in modules():
        above = {room(other) for other in imported_modules(module)} - {room(module)}
        found.setdefault(room(module), set()).update(above)
    return found


def levels(graph: Mapping[str, set[str]]) -> dict[str, int]:
    """Return the level of each name: one above the highest that it imports. Fails for a circle."""
    found: dict[str, int] = {}  # without it, a graph of 200 modules has 96 million paths

    def level(name: str, path: tuple[str, ...] = ()) -> int:
        assert name not in path, f"a circle of imports: {' -> '.join((*path, name))}"
        if name not in found:
            found[name] = 1 + max((level(below, (*path, name)) for below in graph[name]), default=0)
        return found[name]

    return {name: level(name) for name in graph}


def test_every_module_is_in_a_room() -> None:
    assert {room(module) for module in modules()} == {*ROOMS, "vidu_ext"}


@pytest.mark.parametrize("name", ROOMS)
def test_room_imports_only_what_its_row_allows(name: str) -> None:
    for module in modules():
        if room(module) == name:
            foreign = {other for other in imported_modules(module) if room(other) not in ROOMS[name] | {name}}
            assert not foreign, f"{module} imports {', '.join(sorted(foreign))}"


def test_package_has_few_levels_and_few_imports() -> None:
    graph = arrows()
    heights = levels(graph)
    by_level = groupby(sorted(heights, key=lambda name: (heights[name], name)), key=heights.__getitem__)
    print(f"\n{max(heights.values())} levels, {sum(map(len, graph.values()))} arrows between rooms")
    for height, names in by_level:
        print(f"  {height}: {', '.join(names)}")
    assert max(heights.values()) <= MOST_LEVELS
    assert sum(map(len, graph.values())) <= MOST_ARROWS


def test_class_names_are_unique() -> None:
    """A search for `Ledger` once led to the emulator and to the batches alike."""
    homes: dict[str, list[str]] = {}
    for name, path in modules().items():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                homes.setdefault(node.name, []).append(name)
    assert {name: where for name, where in homes.items() if len(where) > 1} == {}


def test_modules_import_each_other_in_no_circle() -> None:
    levels({module: imported_modules(module) for module in modules()})


@pytest.mark.parametrize("module", modules())
def test_only_providers_import_generated_clients(module: str) -> None:
    used = {name for name in imports(modules()[module]) if name.split(".")[0] == "vidu_clients"}
    types_of_words = module == "values.requests" and {".".join(name.split(".")[:2]) for name in used} == {"vidu_clients.words"}
    assert not used or room(module) == "providers" or types_of_words


def test_one_module_imports_the_http_library() -> None:
    """Once, eleven did, for the types alone in most of them, and each would have had to follow another library."""
    assert [name for name, path in modules().items() if "httpx" in imports(path)] == ["values.http_library"]


@pytest.mark.parametrize("module", modules())
def test_only_the_transport_touches_network_and_threads(module: str) -> None:
    names = imports(modules()[module], typing_too=False)
    used = {name.split(".")[0] for name in names} | names & {"vidu_ext.values.http_library.httpx"}
    assert not used & {"vidu_ext.values.http_library.httpx", "httpcore", "socket", "ssl"} or room(module) in NETWORK | EXTRAS
    assert not used & {"asyncio", "threading"} or room(module) in WAITING | EXTRAS or module == LOCKING


@pytest.mark.parametrize("module", [name for name in modules() if room(name) not in EXTRAS - {"emulator"}])
def test_only_drivers_read_clocks_and_random_numbers(module: str) -> None:
    source = modules()[module].read_text(encoding="utf-8")
    used = {name.split(".")[0] for name in imports(modules()[module], typing_too=False)}
    assert not used & {"time"} or module in ("transport.driver", "emulator.clock", "emulator.http.transports")
    assert not used & {"random"} or module == "transport.driver" or room(module) == "emulator"
    assert "sleep(" not in source or room(module) in ("transport", "emulator")


@pytest.mark.parametrize("module", modules())
def test_module_says_what_it_holds(module: str) -> None:
    assert ast.get_docstring(ast.parse(modules()[module].read_text(encoding="utf-8")))


def in_new_process(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.strip()


def test_importing_the_package_loads_no_dependency() -> None:
    heavy = "'httpx', 'attrs', 'jsonschema_rs', 'vidu_clients'"
    loaded = in_new_process(f"import sys, vidu_ext; print([name for name in ({heavy}) if name in sys.modules])")
    assert loaded == "[]"


def test_first_client_loads_no_validator() -> None:
    code = "import sys; from vidu_ext import Vidu; Vidu({'vidu': 'k'}).close(); print('jsonschema_rs' in sys.modules)"
    assert in_new_process(code) == "False"


def test_blocking_client_loads_no_event_loop() -> None:
    code = "import sys; from vidu_ext import Vidu; Vidu({'vidu': 'k'}).close(); print('asyncio' in sys.modules)"
    assert in_new_process(code) == "False"


def test_public_names_are_the_names_of_their_objects() -> None:
    for name in vidu_ext.__all__:
        assert getattr(vidu_ext, name).__name__ == name


def test_names_that_were_used_are_listed_once() -> None:
    assert vidu_ext.Vidu.__name__ == "Vidu"
    names = dir(vidu_ext)
    assert names == sorted(set(names))


def test_names_of_environment_variables_are_built_in_one_module() -> None:
    """The emulator, which imports no provider, builds them too."""
    ends = ('}_API_KEY"', '}_BASE_URL"')
    building = {name for name, path in modules().items() if any(end in path.read_text(encoding="utf-8") for end in ends)}
    assert {name for name in building if room(name) != "emulator"} == {"providers.accounts"}


def test_spellings_are_compared_in_one_module() -> None:
    comparing = {name for name, path in modules().items() if "difflib" in path.read_text(encoding="utf-8")}
    assert comparing == {"values.spelling"}


def test_hypothesis_has_no_deadline() -> None:
    """A slow machine fails no test."""
    assert settings().deadline is None
