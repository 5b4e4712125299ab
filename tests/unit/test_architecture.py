"""The layout of the package: imports run one way, the network and the clock have one place each, rooms are folders."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Set
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Final

import pytest

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

NETWORK: Final = frozenset({"transport"})
WAITING: Final = frozenset({"transport", "client"})
"""Rooms that may name threads and event loops."""
LOCKING: Final = "values.forks"
"""The module with the locks for values that threads share."""


@cache
def modules() -> Mapping[str, Path]:
    """Return every module by its dotted name below the package, a package by the name of its folder."""
    paths = sorted(set(ROOT.rglob("*.py")) - set((ROOT / "guide").rglob("*.py")))  # examples are programs of users
    names = (".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths)
    return {name.removesuffix("__init__").removesuffix("."): path for name, path in zip(names, paths, strict=True)}


def room(module: str) -> str:
    """Return the room of a module. That of `python -m vidu_ext` is the package itself."""
    return module.split(".")[0].replace("__main__", "") or "vidu_ext"


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports(path: Path, *, typing_too: bool = True) -> frozenset[str]:
    """Return the full names that a module imports, inside functions too, and those for type checkers if `typing_too`."""
    package = ("vidu_ext", *path.relative_to(ROOT).parent.parts)
    return frozenset(_imported(parsed(path), package, typing_too=typing_too))


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


def users_of(*libraries: str) -> set[str]:
    """Return the modules that import one of these at run time, or a name from it."""
    names = {module: imports(path, typing_too=False) for module, path in modules().items()}
    return {module for module in names if any(part in libraries for name in names[module] for part in _prefixes(name))}


@cache
def imported_modules(module: str) -> set[str]:
    """Return the modules of this package that a module imports, or takes a name from."""
    known = modules()
    names = (name.removeprefix("vidu_ext.") for name in imports(known[module]) if name.startswith("vidu_ext."))
    return {next((part for part in _prefixes(name) if part in known), "") for name in names} - {module}


def _prefixes(name: str) -> Iterator[str]:
    """Yield a dotted name, then its parents."""
    while name:
        yield name
        name = name.rpartition(".")[0]


def arrows() -> dict[str, set[str]]:
    """Return the rooms that each room imports."""
    graph: dict[str, set[str]] = {}
    for module in modules():
        imported = {room(other) for other in imported_modules(module)} - {room(module)}
        graph.setdefault(room(module), set()).update(imported)
    return graph


def levels(graph: Mapping[str, set[str]]) -> dict[str, int]:
    """Return the level of each name: one above the highest that it imports. Fails for a circle."""
    known: dict[str, int] = {}  # without it, a graph of 200 modules has 96 million paths

    def level(name: str, path: tuple[str, ...] = ()) -> int:
        assert name not in path, f"a circle of imports: {' -> '.join((*path, name))}"
        if name not in known:
            known[name] = 1 + max((level(below, (*path, name)) for below in graph[name]), default=0)
        return known[name]

    return {name: level(name) for name in graph}


def test_every_module_is_in_a_room() -> None:
    assert {room(module) for module in modules()} == {*ROOMS, "vidu_ext"}


@pytest.mark.parametrize("name", ROOMS)
def test_room_imports_only_what_its_row_allows(name: str) -> None:
    for module in modules():
        if room(module) == name:
            foreign = {other for other in imported_modules(module) if room(other) not in ROOMS[name] | {name}}
            assert not foreign, f"{module} imports {', '.join(sorted(foreign))}"


def test_package_has_few_levels_and_few_arrows_between_rooms() -> None:
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
        for node in parsed(path).body:
            if isinstance(node, ast.ClassDef):
                homes.setdefault(node.name, []).append(name)
    assert {name: modules for name, modules in homes.items() if len(modules) > 1} == {}


def test_modules_import_each_other_in_no_circle() -> None:
    levels({module: imported_modules(module) for module in modules()})


def test_only_providers_import_generated_clients() -> None:
    importing = {name for name, path in modules().items() if any(part.startswith("vidu_clients") for part in imports(path))}
    assert {name for name in importing if room(name) != "providers"} == {"values.requests"}
    from_requests = {name for name in imports(modules()["values.requests"]) if name.startswith("vidu_clients")}
    assert all(name.startswith("vidu_clients.words.") for name in from_requests), "the types of words alone"


def test_one_module_imports_the_http_library() -> None:
    """Once, eleven did, for the types alone in most of them, and each would have had to follow another library."""
    assert [name for name, path in modules().items() if "httpx" in imports(path)] == ["values.http_library"]


def test_only_the_transport_touches_network_and_threads() -> None:
    networking = users_of("vidu_ext.values.http_library.httpx", "httpcore", "socket", "ssl")
    assert {name for name in networking if room(name) not in NETWORK | EXTRAS} == set()
    waiting = users_of("asyncio", "threading")
    assert {name for name in waiting if room(name) not in WAITING | EXTRAS} == {LOCKING}


def test_only_drivers_read_clocks_and_random_numbers() -> None:
    watched = {name for name in modules() if room(name) not in EXTRAS - {"emulator"}}
    assert users_of("time") & watched == {"transport.driver", "emulator.clock", "emulator.http.transports"}
    assert {name for name in users_of("random") & watched if room(name) != "emulator"} == {"transport.driver"}
    sleeping = {name for name in watched if "sleep(" in modules()[name].read_text(encoding="utf-8")}
    assert {room(name) for name in sleeping} <= {"transport", "emulator"}


def test_every_module_says_what_it_holds() -> None:
    assert [name for name, path in modules().items() if not ast.get_docstring(parsed(path))] == []


@pytest.mark.parametrize(
    ("statements", "heavy"),
    [
        ("import vidu_ext", {"httpx", "attrs", "jsonschema_rs", "vidu_clients"}),
        ("import vidu_ext.providers", {"httpx", "vidu_clients"}),
        ("from vidu_ext import Vidu; Vidu({'vidu': 'k'}).close()", {"jsonschema_rs", "asyncio"}),
        (
            "from vidu_ext.spec.contract import contract_of; contract_of('vidu').limits('textToVideo', 'viduq2')",
            {"jsonschema_rs", "vidu_clients.vidu"},
        ),
    ],
    ids=["importing the package", "the list of providers", "the first blocking client", "reading a spec"],
)
def test_start_loads_nothing_heavy_that_it_does_not_need(statements: str, heavy: Set[str]) -> None:
    code = f"import sys; {statements}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert heavy & set(done.stdout.split()) == set()


@pytest.mark.parametrize(
    ("text", "home"),
    [('}_API_KEY"', "providers.accounts"), ('}_BASE_URL"', "providers.accounts"), ("difflib", "values.spelling")],
)
def test_one_module_builds_names_of_environment_variables_and_one_compares_spellings(text: str, home: str) -> None:
    """The emulator, which imports no provider, builds the names of variables too."""
    holding = {name for name, path in modules().items() if text in path.read_text(encoding="utf-8")}
    assert {name for name in holding if room(name) != "emulator"} == {home}


def test_table_of_mutants_names_files_that_exist() -> None:
    """A file that was moved would be left out unnoticed."""
    table = tomllib.loads((ROOT.parent / "tests" / "mutants.toml").read_text("utf-8"))
    patterns = [pattern for name, row in table.items() if name != "accepted" for pattern in (*row["mutate"], *row["tests"])]
    assert [pattern for pattern in patterns if not list(ROOT.parent.glob(pattern))] == []
