"""File formats of manifests: reads JSONL, CSV and YAML as numbered rows of members; `manifest` interprets them."""

from __future__ import annotations

import csv
import io
import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Protocol, cast

from vidu_ext.durable.errors import ManifestError, RowFault
from vidu_ext.values.fault import encoding_faults
from vidu_ext.values.json import json_or_text, no_constant, text_of_file
from vidu_ext.values.tasks import Json, Object

from .row_requests import member_types

MOST_BYTES: Final = 512 * 1024**2
MOST_ADDED: Final = 16 * 1024**2
MOST_GROWTH: Final = 20
"""The larger of MOST_ADDED characters and MOST_GROWTH times its size is what aliases may add to a YAML file: six lines with
aliases of aliases can expand beyond any memory."""
NODE_WEIGHT: Final = 16
"""Characters counted for every value in addition to its text."""
DIVIDER: Final = "|"
"""Separates the entries of a list in one cell of a CSV file."""

DELIMITERS: Final = ",;\t|"
"""Possible separators of the cells of a CSV file; the first is the default for a single column."""
CONTROLS: Final = ("kind", "account", "priority", "key", "name", "price", "values", "unlisted")
"""Members of a row that are options of the job and not part of the request."""

_YAML_TEXT: Final = "tag:yaml.org,2002:str"
_YAML_NULL: Final = "tag:yaml.org,2002:null"
_CONTROL_TYPES: Final = {"priority": "int", "price": "float", "values": "object", "unlisted": "bool"}


def raw_rows(path: Path) -> tuple[list[tuple[int, Object]], list[RowFault]]:
    """Return the readable rows with their numbers, and the errors of others. Raises ManifestError for an unusable file."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ManifestError([RowFault(0, f"{path} is larger than {MOST_BYTES >> 20} MB")])
        text = text_of_file(path.read_bytes())
    except OSError as error:
        raise ManifestError([RowFault(0, f"{path} cannot be read: {error.strerror or error}")]) from None
    except UnicodeDecodeError:
        raise ManifestError([RowFault(0, f"{path} is not UTF-8 text: save it as UTF-8, which spreadsheets offer")]) from None
    readers = {".jsonl": _jsonl, ".ndjson": _jsonl, ".json": _jsonl, ".csv": _csv, ".yaml": _yaml, ".yml": _yaml}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise ManifestError([RowFault(0, f"{path} must end in one of {', '.join(readers)}")])
    rows: list[tuple[int, Object]] = []
    faults: list[RowFault] = []
    for number, found in reader(text):
        if isinstance(found, str):
            faults.append(RowFault(number, found))
        elif unreadable := encoding_faults(found):
            faults.extend(RowFault(number, str(fault)) for fault in unreadable)
        else:
            rows.append((number, {name: _as_integer(name, value) for name, value in found.items()}))
    return rows, faults


def _as_integer(name: str, value: Json) -> Json:
    """Return 5.0 as 5 for a member that takes integers, since data frames write them so."""
    is_whole = isinstance(value, float) and value.is_integer() and _wanted_type(name) == "int"
    return int(value) if isinstance(value, float) and is_whole else value


def _wanted_type(name: str) -> str | None:
    return _CONTROL_TYPES.get(name) or member_types().get(name)


def _jsonl(text: str) -> Iterator[tuple[int, Object | str]]:
    if text.lstrip().startswith("["):
        yield from _json_list(text)
        return
    lines = [line for line in text.split("\n") if line.strip()]  # not splitlines(): U+2028 in a prompt does not end a line
    for number, line in enumerate(lines, 1):
        found, fault = _parse_json(line, "is not valid JSON ({}); each line must be one object")
        yield number, fault or _object(found)


def _json_list(text: str) -> Iterator[tuple[int, Object | str]]:
    """Read a JSON array of rows, which some tools write with the ending .jsonl."""
    rows, fault = _parse_json(text, "is not a JSON list of rows ({}); in JSONL each line must be one object")
    if fault:
        yield 0, fault
    else:
        yield from ((number, _object(row)) for number, row in enumerate(rows, 1))


def _parse_json(text: str, message: str) -> tuple[Any, str | None]:
    """Return the value of a JSON text, or None with an error: `message` with the reason in place of {}."""
    try:
        return json.loads(text, parse_constant=no_constant, object_pairs_hook=_members), None
    except _RepeatedError as error:
        return None, str(error)
    except (ValueError, RecursionError) as error:
        return None, message.format(error)


class _RepeatedError(ValueError):
    """A JSON object has a member twice."""


def _members(pairs: list[tuple[str, Json]]) -> Object:
    name = _first_repeated([name for name, _ in pairs])
    if name is not None:
        raise _RepeatedError(_duplicate_message(name))
    return dict(pairs)


def _first_repeated(names: Sequence[str]) -> str | None:
    return next((name for name, times in Counter(names).items() if times > 1), None)


def _duplicate_message(name: str) -> str:
    return f"has the member {name!r} twice; remove one"


def _object(found: object) -> Object | str:
    if isinstance(found, dict) and all(isinstance(name, str) for name in cast("dict[object, object]", found)):
        return cast("Object", found)
    return "must be an object with names and values"


def _yaml(text: str) -> Iterator[tuple[int, Object | str]]:
    import yaml  # type: ignore[import-untyped]  # PyYAML ships no types

    try:
        loader = cast("_Loader", yaml.SafeLoader(text))
        root = loader.get_single_node()
        if root is not None and _added_by_aliases(root) > max(MOST_ADDED, MOST_GROWTH * len(text)):
            yield 0, "its aliases (*name) expand to far more than the file itself; write out the values, or use fewer aliases"
            return
        repeated = {} if root is None else _repeated_by_row(root)
        if root is not None:
            _tag_texts(root)
        document = None if root is None else loader.construct_document(root)
    except Exception as error:  # PyYAML raises errors of many types, such as ValueError for an impossible date
        yield 0, f"is not valid YAML: {' '.join(str(error).split())}"
        return
    if 0 in repeated:
        yield 0, _duplicate_message(repeated[0])
        return
    defaults: Object = {}
    if isinstance(document, dict):
        table = cast("dict[object, object]", document)
        strange = [str(name) for name in table if name not in ("defaults", "rows")]
        if strange:
            yield 0, f"has {', '.join(strange)}; only `defaults` and `rows` are allowed"
            return
        given = _object(table.get("defaults") or {})
        if isinstance(given, str):
            yield 0, f"defaults {given}"
            return
        defaults, document = given, table.get("rows")
    if not isinstance(document, list):
        yield 0, "must be a list of rows, or `defaults:` and `rows:`"
        return
    for number, entry in enumerate(cast("list[object]", document), 1):
        found = _duplicate_message(repeated[number]) if number in repeated else _object(entry)
        yield number, found if isinstance(found, str) else {**defaults, **found}


def _tag_texts(root: _Node) -> None:
    """Mark members of type text as strings, since YAML reads 16:9 as 969 and 0010 as 8."""
    rows = [root, *(value for name, value in _pairs(root) if name.value in ("rows", "defaults"))]
    for holder in rows:
        for row in holder.value if holder.id == "sequence" else [holder]:
            for name, value in _pairs(row):
                _tag_text(name.value, value)


def _tag_text(member: object, value: _Node) -> None:
    wanted = _wanted_type(str(member)) or ("text" if member in CONTROLS else None)
    if value.id == "scalar":
        if wanted == "text" and value.tag != _YAML_NULL:
            value.tag = _YAML_TEXT
    elif member == "values":
        for _, one in _pairs(value):
            _tag_text("name", one)
    elif wanted == "list":
        entries: list[_Node] = value.value if value.id == "sequence" else []
        for entry in entries:
            for name, one in _pairs(entry):
                _tag_text(name.value, one)


class _Node(Protocol):
    """A node of a parsed YAML document. Unlike the constructed values, nodes still show duplicate members."""

    id: str
    tag: str
    value: Any


class _Loader(Protocol):
    """The part of PyYAML's loader that is used here."""

    def get_single_node(self) -> _Node | None: ...

    def construct_document(self, node: _Node) -> object: ...


def _added_by_aliases(root: _Node) -> float:
    """Return the characters that expanded aliases add, with the defaults counted in every row; inf for a circular alias."""
    parts = {name.value: value for name, value in _pairs(root) if name.id == "scalar"}
    rows = len(parts["rows"].value) if "rows" in parts else 0
    return _alias_growth(root) + (rows * _alias_growth(parts["defaults"]) if "defaults" in parts else 0)


def _alias_growth(node: _Node) -> float:
    return _size(node, {}, again=1) - _size(node, {}, again=0)


def _size(node: _Node, known: dict[int, float], *, again: int) -> float:
    """Return the size of a node and its children in characters. A node met again by an alias counts `again` times (0 or 1)."""
    if id(node) in known:
        return again * known[id(node)]
    known[id(node)] = math.inf if again else 0  # while its size is computed: an alias to it from within never ends
    own = NODE_WEIGHT + (len(node.value) if node.id == "scalar" else 0)
    known[id(node)] = own + sum(_size(one, known, again=again) for one in _children(node))
    return known[id(node)]


def _children(node: _Node) -> list[_Node]:
    if node.id == "mapping":
        return [one for pair in _pairs(node) for one in pair]
    return node.value if node.id == "sequence" else []


def _repeated_by_row(root: _Node) -> dict[int, str]:
    """Return duplicate members by the number of their row; 0 for those outside of the rows."""
    pairs = _pairs(root)
    rows = root if root.id == "sequence" else next((value for name, value in pairs if name.value == "rows"), None)
    places: list[tuple[int, _Node]] = [(0, value) for _, value in pairs if value is not rows]
    entries: list[_Node] = rows.value if rows is not None and rows.id == "sequence" else []
    places.extend(enumerate(entries, 1))
    seen: set[int] = set()
    found = {number: name for number, node in places if (name := _repeated_below(node, seen)) is not None}
    name = _repeated_in(root)
    return found if name is None else {0: name}


def _repeated_below(node: _Node, seen: set[int]) -> str | None:
    """Return the first duplicate member in a node and its children. Nodes in `seen` are skipped, as aliases repeat them."""
    if node.id == "scalar" or id(node) in seen:
        return None
    seen.add(id(node))
    if (name := _repeated_in(node)) is not None:
        return name
    below: list[_Node] = [value for _, value in _pairs(node)] if node.id == "mapping" else node.value
    return next((name for child in below if (name := _repeated_below(child, seen)) is not None), None)


def _repeated_in(node: _Node) -> str | None:
    return _first_repeated([name.value for name, _ in _pairs(node) if name.id == "scalar"])


def _pairs(node: _Node) -> list[tuple[_Node, _Node]]:
    return node.value if node.id == "mapping" else []


def _csv(text: str) -> Iterator[tuple[int, Object | str]]:
    delimiter, text = _split_delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
    try:
        head = [name.strip() for name in next(reader, list[str]())]
        doubled = [name for name, times in Counter(head).items() if times > 1 and name]
        if doubled:
            yield 0, f"the header has a column twice: {', '.join(map(repr, doubled))}"
            return
        number = 0
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            number += 1
            if "".join(cells[len(head) :]).strip():
                yield number, f"has {len(cells)} cells but the header has {len(head)} columns"
                continue
            nameless = [cell for name, cell in zip(head, cells, strict=False) if not name and cell.strip()]
            if nameless:
                yield number, f"has {nameless[0][:40]!r} in a column without a name"
                continue
            named = {name: cell for name, cell in zip(head, cells, strict=False) if name}
            yield number, _members_of_cells(named, decimal_comma=delimiter == ";")
    except csv.Error as error:
        yield 0, f"is not valid CSV: {error}"


def _split_delimiter(text: str) -> tuple[str, str]:
    """Return the separator of the cells, and the text without a `sep=` line. The header shows it: no column name contains one."""
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first) == 5:
        return first[4], rest
    return max(DELIMITERS, key=first.count), text


def _members_of_cells(cells: Mapping[str, str], *, decimal_comma: bool) -> Object:
    """Convert the cells of a row to members: empty cells are skipped, `options.x` and `values.x` are grouped."""
    found: Object = {}
    for column, cell in cells.items():
        if not cell.strip():
            continue
        holder, dot, name = column.partition(".")
        if dot and holder in ("options", "values"):
            inside = cast("Object", found.setdefault(holder, {}))
            inside[name] = json_or_text(cell) if holder == "options" else cell
        else:
            found[column] = member_of_cell(column, _with_decimal_point(column, cell) if decimal_comma else cell)
    return found


def _with_decimal_point(column: str, cell: str) -> str:
    """Replace a decimal comma, which is usual in files with semicolons between cells."""
    return cell.replace(",", ".") if _wanted_type(column) in ("int", "float") else cell


def member_of_cell(column: str, cell: str) -> Json:
    """Convert a cell to the type of its member. Text that does not fit is returned as it is, and is refused later."""
    wanted = _wanted_type(column)
    text = cell.strip()
    if wanted == "list":
        if text.startswith("["):
            return json_or_text(text)
        return [entry.strip() for entry in text.split(DIVIDER) if entry.strip()]
    if wanted == "object":
        return json_or_text(text)
    if wanted in ("int", "bool", "float"):
        found = json_or_text(text.lower())
        if wanted == "bool":
            return {"yes": True, "no": False, "1": True, "0": False}.get(text.lower(), found)
        return found
    return cell
