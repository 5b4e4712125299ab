"""File formats of manifests: reads JSONL, CSV and YAML as numbered rows of members; `manifest` interprets them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol, cast

from vidu_ext.durable.errors import ManifestError, RowFault
from vidu_ext.values.fault import encoding_faults
from vidu_ext.values.json import json_or_text, no_constant, text_of_file, without_duplicates
from vidu_ext.values.tasks import Json, Object

from .row_requests import member_types, value_of_cell

MOST_BYTES: Final = 512 * 1024**2
MOST_ADDED: Final = 16 * 1024**2
MOST_GROWTH: Final = 20
"""The larger of MOST_ADDED characters and MOST_GROWTH times its size is what aliases may add to a YAML file: six lines with
aliases of aliases can expand beyond any memory."""
NODE_WEIGHT: Final = 32
"""Characters counted for every value in addition to its text."""
_DIVIDERS: Final = re.compile(r"[|\n]")
"""Separate the entries of a list in one cell of a CSV file."""

DELIMITERS: Final = ",;\t|"
"""Possible separators of the cells of a CSV file; the first is the default for a single column."""

_YAML_TAG: Final = "tag:yaml.org,2002:"
_YAML_NUMBERS: Final = frozenset(f"{_YAML_TAG}{name}" for name in ("int", "float", "timestamp"))
_YAML_TEXTS: Final = _YAML_NUMBERS | {f"{_YAML_TAG}{name}" for name in ("str", "bool", "value", "merge")}
"""Tags of what may be a text as it is written: a tag such as `!important` and binary data are none."""
_HASH: Final = re.compile(r"[ \t]+#\S")
"""A comment that was probably meant as text: `a bird #3`."""
_MERGE: Final = f"{_YAML_TAG}merge"
"""The tag of `<<` without quotes."""
_TRUTHS: Final = {
    **dict.fromkeys(("true", "yes", "y", "on", "1", "1.0"), True),
    **dict.fromkeys(("false", "no", "n", "off", "0", "0.0"), False),
}
_THOUSANDS: Final = re.compile(r"[1-9][0-9]{0,2}(\.[0-9]{3})+")
"""1.000, which is a thousand to some people that write decimal commas."""
_FRONT_OF_NUMBER: Final = re.compile(r"^\+?0*(?=[0-9])")
"""A sign and zeros that JSON does not allow before a number."""
_UNNAMED: Final = re.compile(r"Unnamed: [0-9]+")
"""The name that data frames give to a column without one."""
_BETWEEN: Final = re.compile(r"[\s,\x1e]*")
"""What may be between two rows of JSON."""

_Rows = Iterator[tuple[int, "Object | str"]]
"""Rows with their numbers: the members of each, or what is wrong with it."""


class _FileError(ValueError):
    """What is wrong with a manifest as a whole."""


class _RowError(ValueError):
    """What is wrong with a row; with the manifest, if it is raised outside of the rows."""


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
    readers = {".jsonl": _jsonl, ".ndjson": _jsonl, ".json": _jsonl, ".csv": _csv, ".tsv": _csv, ".yaml": _yaml, ".yml": _yaml}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise ManifestError([RowFault(0, f"{path} must end in one of {', '.join(readers)}")])
    rows: list[tuple[int, Object]] = []
    faults: list[RowFault] = []
    try:
        for number, found in reader(text):
            problems = [found] if isinstance(found, str) else encoding_faults(found)
            faults.extend(RowFault(number, str(problem)) for problem in problems)
            if not problems:
                rows.append((number, {name: _as_integer(name, value) for name, value in cast("Object", found).items()}))
    except (_FileError, _RowError) as error:
        faults.append(RowFault(0, f"{path}: {error}"))
    return rows, faults


def _as_integer(name: str, value: Json) -> Json:
    """Return 5.0 as 5 for a member that takes integers, since data frames write them so."""
    is_whole = isinstance(value, float) and value.is_integer() and member_types().get(name) == "int"
    return int(value) if isinstance(value, float) and is_whole else value


def _read_row(read: Callable[[], object]) -> Object | str:
    """Return the members of a row, or what is wrong with it."""
    try:
        return _as_object(read())
    except _RowError as error:
        return str(error)


def _as_object(value: object, what: str = "") -> Object:
    """Return a value that must be an object. `what` begins the message if it is none."""
    if isinstance(value, dict) and all(isinstance(name, str) for name in cast("dict[object, object]", value)):
        return cast("Object", value)
    raise _RowError(f"{what}must be an object with names and values")


def _without_duplicates(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    try:
        return without_duplicates(pairs)
    except ValueError as error:
        raise _RowError(str(error)) from None


# -- JSON -----------------------------------------------------------------------------------------------------------------


def _jsonl(text: str) -> _Rows:
    """Read objects of JSON on lines of their own or in any other layout, or one JSON array of them, as tools write them."""
    lines = [line for line in text.split("\n") if line.strip()]  # not splitlines(): U+2028 in a prompt does not end a line
    try:
        rows = _json_values(text)
    except _RowError:
        if lines[0].lstrip()[:1] == "[" or (lines[0].lstrip()[:1] == "{" and lines[0].rstrip()[-1:] != "}"):
            raise  # it has no lines that could be read alone
        return enumerate((_read_row(partial(_json_of_line, line)) for line in lines), 1)
    if len(rows) == 1 and isinstance(rows[0], list):
        rows = rows[0]
    return enumerate((_read_row(partial(_as_object, row)) for row in rows), 1)


def _json_of_line(line: str) -> Json:
    values = _json_values(line)
    if len(values) != 1:
        raise _RowError(f"has {len(values)} values; each line must be one object")
    return values[0]


def _json_values(text: str) -> list[Json]:
    """Return all values of a JSON text. Raises _RowError."""
    decoder = json.JSONDecoder(parse_constant=no_constant, object_pairs_hook=_without_duplicates)
    values: list[Json] = []
    place = 0
    try:
        while (place := cast("re.Match[str]", _BETWEEN.match(text, place)).end()) < len(text):  # it matches anywhere
            value, place = decoder.raw_decode(text, place)
            values.append(value)
    except _RowError:
        raise
    except (ValueError, RecursionError) as error:
        raise _RowError(f"is not valid JSON ({error}); each line must be one object") from None
    return values


# -- YAML -----------------------------------------------------------------------------------------------------------------


def _yaml(text: str) -> _Rows:
    document = _YamlDocument(text)
    rows, defaults = document.root, Object()
    if rows is not None and rows.id == "mapping":
        parts = document.members(rows)
        strange = [name for name in parts if name not in ("defaults", "rows")]
        if strange:
            raise _FileError(f"has {', '.join(strange)}; only `defaults` and `rows` are allowed")
        rows = parts.get("rows")
        if "defaults" in parts:
            defaults = _as_object(document.value(parts["defaults"]) or {}, "defaults ")
    if rows is None or rows.id != "sequence":
        raise _FileError("must be a list of rows, or `defaults:` and `rows:`")
    document.count_again(len(rows.value))
    for number, node in enumerate(rows.value, 1):
        found = _read_row(partial(document.value, node))
        yield number, found if isinstance(found, str) else {**defaults, **found}


class _Node(Protocol):
    """A node of a parsed YAML document."""

    id: str
    tag: str
    value: Any
    style: str | None
    """The kind of its quotation marks; none for a plain scalar."""
    end_mark: Any


class _Loader(Protocol):
    """The part of PyYAML's loader that is used here."""

    def get_single_node(self) -> _Node | None: ...

    def construct_object(self, node: _Node, *, deep: bool) -> Json: ...


class _YamlDocument:
    """Values of a YAML document, made from its nodes, which still show duplicate members, aliases, and texts as written."""

    def __init__(self, text: str) -> None:
        import yaml  # type: ignore[import-untyped]  # PyYAML ships no types

        with _valid_yaml():
            self._loader = cast("_Loader", yaml.SafeLoader(text))
            self.root: Final = self._loader.get_single_node()
        self._allowed: Final = max(MOST_ADDED, MOST_GROWTH * len(text))
        self._left = self._allowed
        """Characters that aliases may still add."""
        self._seen: Final = set[int]()
        self._open: Final = set[int]()
        """Nodes whose value is being made."""

    def value(self, node: _Node, member: str = "") -> Json:
        """Return the value of a node, which is that of a member of a row.

        YAML reads 16:9 as 969 and 0010 as 8, which `_is_text` prevents. Raises _RowError, or _FileError if
        aliases add too much.
        """
        is_scalar = node.id == "scalar"
        if id(node) in self._seen:
            self._left -= NODE_WEIGHT + (len(node.value) if is_scalar else 0)
        if self._left < 0 or id(node) in self._open:
            raise _FileError(
                "its aliases (*name) expand to far more than the file itself; write out the values, or use fewer aliases"
            )
        self._seen.add(id(node))
        if is_scalar and self._is_text(node, member):
            if member == "prompt" and not node.style and _HASH.match(node.end_mark.buffer, node.end_mark.pointer):
                raise _RowError("has #, which begins a comment, after its prompt: put all of it into single quotation marks")
            return cast("str", node.value)
        if is_scalar or node.tag not in (f"{_YAML_TAG}map", f"{_YAML_TAG}seq"):
            with _valid_yaml():
                return self._loader.construct_object(node, deep=True)
        self._open.add(id(node))
        try:
            return self._object(node, member) if node.id == "mapping" else [self.value(entry, member) for entry in node.value]
        finally:
            self._open.discard(id(node))

    @staticmethod
    def _is_text(node: _Node, member: str) -> bool:
        """Return whether a scalar is text: its member is, or only YAML reads it as a number or a day, such as 0012."""
        kind = member_types().get(member, "number" if isinstance(json_or_text(node.value), str) else "")
        return (kind == "text" and node.tag in _YAML_TEXTS) or (kind == "number" and node.tag in _YAML_NUMBERS)

    def _object(self, node: _Node, member: str) -> Object:
        members = self.members(node)
        found = Object()
        for merged in [value for name, value in node.value if name.tag == _MERGE]:
            for parent in reversed(merged.value if merged.id == "sequence" else [merged]):
                found |= _as_object(self.value(parent), "what << names ")
        return found | {name: self.value(one, "name" if member == "values" else name) for name, one in members.items()}

    def members(self, node: _Node) -> dict[str, _Node]:
        """Return the nodes of a mapping by name. Raises _RowError."""
        if any(name.id != "scalar" for name, _ in node.value):
            raise _RowError("must be an object with names and values")
        return _without_duplicates([(name.value, value) for name, value in node.value if name.tag != _MERGE])

    def count_again(self, times: int) -> None:
        """Count what aliases have added so far as often as it is used."""
        self._left = self._allowed - times * (self._allowed - self._left)


@contextmanager
def _valid_yaml() -> Generator[None]:
    try:
        yield
    except Exception as error:  # PyYAML raises errors of many types, such as ValueError for an impossible date
        of_yaml = type(error).__module__.startswith("yaml.")
        advice = "; put a text with special characters into single quotation marks, and indent with spaces" if of_yaml else ""
        raise _RowError(f"is not valid YAML: {' '.join(str(error).split())}{advice}") from None


# -- CSV ------------------------------------------------------------------------------------------------------------------


def _csv(text: str) -> _Rows:
    delimiter, text = _split_delimiter(text.lstrip("\n"))
    csv.field_size_limit(MOST_BYTES)  # of the process, at first 131,072: a cell may hold a picture as a data URI
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter, skipinitialspace=True)
    filled = (cells for cells in reader if any(cell.strip() for cell in cells))
    number = 0
    try:
        head = [_UNNAMED.sub("", name.strip()) for name in next(filled, list[str]())]
        doubled = [name for name, times in Counter(head).items() if times > 1 and name]
        if doubled:
            raise _FileError(f"the header has a column twice: {', '.join(map(repr, doubled))}")
        for number, cells in enumerate(filled, 1):
            yield number, _read_row(partial(_members_of_cells, head, cells, decimal_comma=delimiter == ";"))
    except csv.Error as error:
        raise _FileError(f"is not valid CSV in line {reader.line_num}: {error}") from None
    if not number and head:
        raise _FileError("has no rows below its first line, which names the columns")


def _split_delimiter(text: str) -> tuple[str, str]:
    """Return the separator of the cells, and the text without a `sep=` line. The header shows it: no column name contains one."""
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first) == 5:
        return first[4], rest
    return max(DELIMITERS, key=first.count), text


def _members_of_cells(head: Sequence[str], cells: Sequence[str], *, decimal_comma: bool) -> Object:
    """Convert the cells of a row to members; empty cells are skipped."""
    if "".join(cells[len(head) :]).strip():
        numbers = f"has {len(cells)} cells but the header has {len(head)} columns"
        raise _RowError(f"{numbers}; a text that contains the separator needs quotation marks")
    found = Object()
    for place, (column, cell) in enumerate(zip(head, map(str.strip, cells), strict=False)):
        if not cell or (not any(head[: place + 1]) and cell.isdecimal()):  # the numbers that data frames put before the rows
            continue
        if not column:
            raise _RowError(f"has {cell[:40]!r} in a column without a name: name the column, or remove it")
        add_cell(found, column, cell, decimal_comma=decimal_comma)
    return found


def add_cell(members: Object, column: str, cell: str, *, decimal_comma: bool = False) -> None:
    """Add a cell, converted to the type of its member, to a row; `options.x` and `values.x` go into `options` and `values`.

    Text that does not fit stays text, and is refused later. `decimal_comma`: numbers may have one, which is usual in files with
    semicolons between cells.
    """
    holder, _, name = column.partition(".")
    if name and holder in ("options", "values"):
        inside = members.setdefault(holder, {})
        if isinstance(inside, dict):  # anything else is refused later
            inside[name] = value_of_cell(cell) if holder == "options" else cell
        return
    value = _as_integer(column, _member_of_cell(column, cell, decimal_comma=decimal_comma))
    before = members.get(column)
    members[column] = {**before, **value} if isinstance(before, dict) and isinstance(value, dict) else value


def _member_of_cell(column: str, cell: str, *, decimal_comma: bool) -> Json:
    wanted = member_types().get(column, "text")
    if wanted == "text":
        return cell
    if wanted == "list" and not cell.startswith("["):
        return [entry.strip() for entry in _DIVIDERS.split(cell) if entry.strip()]
    if wanted in ("list", "object"):
        return value_of_cell(cell)
    if wanted == "bool":
        return _TRUTHS.get(cell.lower(), cell)
    if decimal_comma and _THOUSANDS.fullmatch(cell):
        return cell
    value = json_or_text(_FRONT_OF_NUMBER.sub("", cell.replace(",", ".") if decimal_comma else cell).lower())
    return cell if isinstance(value, str) else value
