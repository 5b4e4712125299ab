"""The files of manifests: JSONL, CSV and YAML as rows of members, each with its number. What a row means is in manifest.py."""

from __future__ import annotations

import codecs
import csv
import io
import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Protocol, cast

from vidu_ext.durable.errors import ManifestError, RowFault
from vidu_ext.values.fault import foreign_values
from vidu_ext.values.json import json_or_text, no_constant
from vidu_ext.values.tasks import Json, Object

from .row_requests import member_types

MOST_BYTES: Final = 512 * 1024**2
MOST_ADDED: Final = 16 * 1024**2
MOST_GROWTH: Final = 20
"""Characters, and how many times its own, that aliases may add to a YAML file. Six lines of aliases of aliases can mean more than
any machine holds."""
NODE_WEIGHT: Final = 16
"""Characters that every value counts beside its own."""
DIVIDER: Final = "|"
"""Between the entries of a list in one cell of a CSV file."""

DELIMITERS: Final = ",;\t|"
"""Between the cells of a row; the first where there is only one column."""
CONTROLS: Final = ("kind", "account", "priority", "key", "name", "price", "values", "unlisted")
"""Members of a row that are for the batch and are not sent."""

_YAML_TEXT: Final = "tag:yaml.org,2002:str"
_YAML_NULL: Final = "tag:yaml.org,2002:null"
_CONTROL_TYPES: Final = {"priority": "int", "price": "float", "values": "object", "unlisted": "bool"}


def raw_rows(path: Path) -> tuple[list[tuple[int, Object]], list[RowFault]]:
    """The rows of a file with their numbers, and what is wrong with the others. Raises ManifestError for the file itself."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ManifestError([RowFault(0, f"{path} is larger than {MOST_BYTES >> 20} MB")])
        text = _decoded(path.read_bytes())
    except OSError as error:
        raise ManifestError([RowFault(0, f"{path} cannot be read: {error.strerror or error}")]) from None
    except UnicodeDecodeError:
        raise ManifestError([RowFault(0, f"{path} is no text in UTF-8: save it as UTF-8, as spreadsheets offer")]) from None
    readers = {".jsonl": _jsonl, ".ndjson": _jsonl, ".json": _jsonl, ".csv": _csv, ".yaml": _yaml, ".yml": _yaml}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise ManifestError([RowFault(0, f"{path} ends in none of {', '.join(readers)}")])
    rows: list[tuple[int, Object]] = []
    faults: list[RowFault] = []
    for number, found in reader(text):
        if isinstance(found, str):
            faults.append(RowFault(number, found))
        elif strange := foreign_values(found):
            faults.extend(RowFault(number, str(fault)) for fault in strange)
        else:
            rows.append((number, {name: _whole(name, value) for name, value in found.items()}))
    return rows, faults


def _decoded(content: bytes) -> str:
    """Text in UTF-8, or in UTF-16 with the mark that spreadsheets write before it."""
    is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if is_wide else "utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")


def _whole(name: str, value: Json) -> Json:
    """A number without a fraction as the whole one that the member wants: data frames write 5.0 for 5."""
    is_whole = isinstance(value, float) and value.is_integer() and _wanted(name) == "int"
    return int(value) if isinstance(value, float) and is_whole else value


def _wanted(name: str) -> str | None:
    return _CONTROL_TYPES.get(name) or member_types().get(name)


def _jsonl(text: str) -> Iterator[tuple[int, Object | str]]:
    if text.lstrip().startswith("["):
        yield from _json_list(text)
        return
    lines = [line for line in text.split("\n") if line.strip()]  # a prompt may hold U+2028, which is no end of a line here
    for number, line in enumerate(lines, 1):
        found, fault = _loaded(line, "is no JSON ({}); each line is an object of its own")
        yield number, fault or _object(found)


def _json_list(text: str) -> Iterator[tuple[int, Object | str]]:
    """One list of all rows, as some tools write under the name of JSONL."""
    rows, fault = _loaded(text, "is no list of rows in JSON ({}); in JSONL each line is an object of its own")
    yield from [(0, fault)] if fault else ((number, _object(row)) for number, row in enumerate(rows, 1))


def _loaded(text: str, otherwise: str) -> tuple[Any, str | None]:
    """The value of a text in JSON, and what is wrong with the text."""
    try:
        return json.loads(text, parse_constant=no_constant, object_pairs_hook=_members), None
    except _RepeatedError as error:
        return None, str(error)
    except (ValueError, RecursionError) as error:
        return None, otherwise.format(error)


class _RepeatedError(ValueError):
    """Its text says which member is there twice."""


def _members(pairs: list[tuple[str, Json]]) -> Object:
    name = _first_repeated([name for name, _ in pairs])
    if name is not None:
        raise _RepeatedError(_twice(name))
    return dict(pairs)


def _first_repeated(names: Sequence[str]) -> str | None:
    return next((name for name, times in Counter(names).items() if times > 1), None)


def _twice(name: str) -> str:
    return f"has the member {name!r} twice; leave one of them out"


def _object(found: object) -> Object | str:
    if isinstance(found, dict) and all(isinstance(name, str) for name in cast("dict[object, object]", found)):
        return cast("Object", found)
    return "must be an object: names and values"


def _yaml(text: str) -> Iterator[tuple[int, Object | str]]:
    import yaml  # type: ignore[import-untyped]  # it has no types of its own

    try:
        loader = cast("_Loader", yaml.SafeLoader(text))
        root = loader.get_single_node()
        if root is not None and _added_by_aliases(root) > max(MOST_ADDED, MOST_GROWTH * len(text)):
            yield 0, "its aliases (*name) make far more of it than is written; write out what they name, or name less"
            return
        repeated = {} if root is None else _repeated_by_row(root)
        if root is not None:
            _keep_texts(root)
        document = None if root is None else loader.construct_document(root)
    except Exception as error:  # a date that there is not, a number too long: PyYAML lets errors of all kinds through
        yield 0, f"is no YAML: {' '.join(str(error).split())}"
        return
    if 0 in repeated:
        yield 0, _twice(repeated[0])
        return
    defaults: Object = {}
    if isinstance(document, dict):
        table = cast("dict[object, object]", document)
        strange = [str(name) for name in table if name not in ("defaults", "rows")]
        if strange:
            yield 0, f"has {', '.join(strange)} beside `defaults` and `rows`"
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
        found = _twice(repeated[number]) if number in repeated else _object(entry)
        yield number, found if isinstance(found, str) else {**defaults, **found}


def _keep_texts(root: _Node) -> None:
    """Have members that are text read as they are written: YAML takes 16:9 for 969, and 0010 for 8."""
    rows = [root, *(value for name, value in _pairs(root) if name.value in ("rows", "defaults"))]
    for holder in rows:
        for row in holder.value if holder.id == "sequence" else [holder]:
            for name, value in _pairs(row):
                _keep_text(name.value, value)


def _keep_text(member: object, value: _Node) -> None:
    wanted = _wanted(str(member)) or ("text" if member in CONTROLS else None)
    if value.id == "scalar":
        if wanted == "text" and value.tag != _YAML_NULL:
            value.tag = _YAML_TEXT
    elif member == "values":
        for _, one in _pairs(value):
            _keep_text("name", one)
    elif wanted == "list":
        entries: list[_Node] = value.value if value.id == "sequence" else []
        for entry in entries:
            for name, one in _pairs(entry):
                _keep_text(name.value, one)


class _Node(Protocol):
    """A part of a YAML document before it becomes values, which would hide what is written twice."""

    id: str
    tag: str
    value: Any


class _Loader(Protocol):
    """PyYAML's, in what is used of it."""

    def get_single_node(self) -> _Node | None: ...

    def construct_document(self, node: _Node) -> object: ...


def _added_by_aliases(root: _Node) -> float:
    """How much larger the document is with every alias written out, in all rows that the defaults go into; inf for a circle."""
    parts = {name.value: value for name, value in _pairs(root) if name.id == "scalar"}
    rows = len(parts["rows"].value) if "rows" in parts else 0
    return _added(root) + (rows * _added(parts["defaults"]) if "defaults" in parts else 0)


def _added(node: _Node) -> float:
    return _size(node, {}, again=1) - _size(node, {}, again=0)


def _size(node: _Node, known: dict[int, float], *, again: int) -> float:
    """Characters of a node and of what is in it, and some for each value. What is met `again` counts as often as that."""
    if id(node) in known:
        return again * known[id(node)]
    known[id(node)] = math.inf if again else 0  # until it is known: an alias in it that leads here never ends
    own = NODE_WEIGHT + (len(node.value) if node.id == "scalar" else 0)
    known[id(node)] = own + sum(_size(one, known, again=again) for one in _below(node))
    return known[id(node)]


def _below(node: _Node) -> list[_Node]:
    if node.id == "mapping":
        return [one for pair in _pairs(node) for one in pair]
    return node.value if node.id == "sequence" else []


def _repeated_by_row(root: _Node) -> dict[int, str]:
    """The members that are written twice, by the number of their row; 0 for what is outside of the rows."""
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
    """The first member that is written twice. What an alias names again is looked at once."""
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
    delimiter, text = _delimited(text)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
    try:
        head = [name.strip() for name in next(reader, list[str]())]
        doubled = [name for name, times in Counter(head).items() if times > 1 and name]
        if doubled:
            yield 0, f"the heading has a column twice: {', '.join(map(repr, doubled))}"
            return
        number = 0
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            number += 1
            if "".join(cells[len(head) :]).strip():
                yield number, f"has {len(cells)} cells under {len(head)} columns"
                continue
            nameless = [cell for name, cell in zip(head, cells, strict=False) if not name and cell.strip()]
            if nameless:
                yield number, f"has {nameless[0][:40]!r} in a column without a name"
                continue
            named = {name: cell for name, cell in zip(head, cells, strict=False) if name}
            yield number, _cells(named, decimal_comma=delimiter == ";")
    except csv.Error as error:
        yield 0, f"is no CSV: {error}"


def _delimited(text: str) -> tuple[str, str]:
    """What separates the columns, and the text without a line that only says so. The heading shows it: no name has one."""
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first) == 5:
        return first[4], rest
    return max(DELIMITERS, key=first.count), text


def _cells(cells: Mapping[str, str], *, decimal_comma: bool) -> Object:
    """The cells of a row as members: empty ones left out, `options.x` and `values.x` put together."""
    found: Object = {}
    for column, cell in cells.items():
        if not cell.strip():
            continue
        holder, dot, name = column.partition(".")
        if dot and holder in ("options", "values"):
            inside = cast("Object", found.setdefault(holder, {}))
            inside[name] = json_or_text(cell) if holder == "options" else cell
        else:
            found[column] = member_of_cell(column, _with_point(column, cell) if decimal_comma else cell)
    return found


def _with_point(column: str, cell: str) -> str:
    """A number as countries write it in which semicolons separate cells."""
    return cell.replace(",", ".") if _wanted(column) in ("int", "float") else cell


def member_of_cell(column: str, cell: str) -> Json:
    """Text as the member of that name wants it; what does not fit stays text and is refused there."""
    wanted = _wanted(column)
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
