"""Watch the documents that the specs were written from: `make watch`, and every day .github/workflows/watch.yml.

Reads each page that a spec names in `x-source`, except repositories, which change for other reasons, and compares a digest of
its text with that of the last run. In an OpenAPI document each route that is Vidu's, or in a spec, has a digest of its own.
Exits with 0 if nothing changed, with 1 after naming what changed, and with 2 if a page could not be read.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Final, cast
from urllib.parse import urlsplit

import httpx
from documents import Document, Json, Object, as_object, load, spec_files
from ruamel.yaml.error import YAMLError
from yaml_files import parse_yaml

STATE: Final = Path(".watch.json")
"""Digest by address, and by address and route of an OpenAPI document. Kept between runs, not committed."""
FEWEST_CHARACTERS: Final = 200
"""Least length of the text of a page. A shorter one is a frame filled by scripts, whose text would never change."""
SECONDS: Final = 30.0
OK: Final = 200
_BLOB: Final = re.compile(r"https://github\.com/([^/]+/[^/]+)/blob/(.+)")
_HIDDEN: Final = ("script", "style", "noscript", "svg", "template")


class UnreadableError(Exception):
    """A page cannot be read; the message says why."""


def sources(specs: Iterable[Document]) -> dict[str, list[str]]:
    """Return the URLs of the documents, each with the specs that name it."""
    found: dict[str, list[str]] = {}
    for spec in specs:
        for address in dict.fromkeys(_addresses(spec.root)):
            found.setdefault(_BLOB.sub(r"https://raw.githubusercontent.com/\1/\2", address), []).append(spec.name)
    return found


def _addresses(value: Json) -> Iterator[str]:
    if isinstance(value, list):
        for entry in value:
            yield from _addresses(entry)
    for name, below in as_object(value).items():
        named = below if isinstance(below, list) else [below]
        yield from (one for one in named if name == "x-source" and isinstance(one, str) and _is_page(one))
        yield from _addresses(below)


def _is_page(address: str) -> bool:
    """Return whether a URL is that of a document, and not that of a whole site or a repository."""
    parts = urlsplit(address)
    is_repository = parts.netloc == "github.com" and _BLOB.fullmatch(address) is None
    return parts.scheme in ("http", "https") and parts.path.strip("/") != "" and not is_repository


# -- reading --------------------------------------------------------------------------------------------------------------


class _Text(HTMLParser):
    """The text of a page that a reader sees."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - of the base class
        self._hidden += tag in _HIDDEN

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in _HIDDEN and self._hidden > 0

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words += data.split()


def read(client: httpx.Client, address: str, routes: Iterable[str]) -> dict[str, str]:
    """Return the digests of a document by URL, or by URL and route. Raises UnreadableError."""
    try:
        response = client.get(address)
    except (httpx.HTTPError, httpx.InvalidURL) as error:  # the second for a redirect to no page, `mailto:...`
        raise UnreadableError(f"{type(error).__name__}: {error}") from error
    if response.status_code != OK:
        raise UnreadableError(f"HTTP {response.status_code}")
    text = response.text
    try:
        document = _openapi(text)
        if document is not None:
            return _routes_of(document, address, set(routes))
    except RecursionError:
        raise UnreadableError("it is nested too deeply") from None
    if "html" in response.headers.get("content-type", "") or text.lstrip()[:1] == "<":
        page = _Text()
        try:
            page.feed(text)
        except AssertionError as error:  # by which html.parser refuses some declarations
            raise UnreadableError(f"it is not HTML: {error}") from error
        text = " ".join(page.words)
    if len(text) < FEWEST_CHARACTERS:
        raise UnreadableError(f"it has {len(text)} characters of text; a page that is filled by scripts cannot be read")
    return {address: _digest(" ".join(text.split()))}


def _openapi(text: str) -> Object | None:
    """Return the OpenAPI document in a text; None for any other text."""
    if not re.search(r"""^\s*["']?openapi["']?\s*:|^\s*\{""", text, re.MULTILINE):
        return None
    try:
        parsed = json.loads(text) if text.lstrip().startswith("{") else parse_yaml(text)
        # as JSON: YAML has statuses that are numbers beside `default`, dates, and values that contain themselves
        value = cast("Json", json.loads(json.dumps(parsed, default=str)))
    except (YAMLError, TypeError, ValueError):
        return None
    return value if isinstance(value, dict) and "openapi" in value and as_object(value.get("paths")) else None


def _routes_of(document: Object, address: str, known: set[str]) -> dict[str, str]:
    """Return a digest for each route of a document that is Vidu's or in a spec, including what it refers to."""
    paths = as_object(document["paths"])
    wanted = [path for path in paths if path in known or "vidu" in path]
    if not wanted:
        raise UnreadableError("the document has none of our routes")
    return {f"{address} {path}": _digest(json.dumps(_whole(document, paths[path], ()), sort_keys=True)) for path in wanted}


def _whole(document: Object, value: Json, above: tuple[str, ...]) -> Json:
    """Return the value with every reference replaced by its target."""
    if isinstance(value, list):
        return [_whole(document, entry, above) for entry in value]
    if not isinstance(value, dict):
        return value
    reference = value.get("$ref")
    if isinstance(reference, str) and reference.startswith("#/") and reference not in above:
        target: Json = document
        for part in reference[2:].split("/"):
            target = as_object(target).get(part.replace("~1", "/").replace("~0", "~"))
        return _whole(document, target, (*above, reference))
    return {name: _whole(document, below, above) for name, below in value.items()}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# -- comparing ------------------------------------------------------------------------------------------------------------


def watch(client: httpx.Client, addresses: Mapping[str, Iterable[str]], state: Path, *, known: Iterable[str] = ()) -> int:
    """Read every document, print what changed since the state was written, and save the new state. Return the exit code."""
    before = _state(state)
    after, changed, unread = dict(before), 0, 0
    for address, specs in addresses.items():
        try:
            digests = read(client, address, known)
        except UnreadableError as error:
            unread += 1
            print(f"unreadable ({', '.join(specs)}): {address}: {error}", file=sys.stderr)
            continue
        old = {name: digest for name, digest in before.items() if name == address or name.startswith(f"{address} ")}
        for name in sorted({*old, *digests}):
            if old and old.get(name) != digests.get(name):
                changed += 1
                what = "new" if name not in old else "gone" if name not in digests else "changed"
                print(f"{what} ({', '.join(specs)}): {name}")
        after = {name: digest for name, digest in after.items() if name not in old} | digests
    state.write_text(json.dumps(after, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    first = "" if before else "; the first run, nothing to compare with"
    print(f"{datetime.now(UTC):%Y-%m-%d}: {len(addresses)} pages, {changed} changes, {unread} unreadable{first}")
    return 2 if unread else 1 if changed else 0


def _state(path: Path) -> dict[str, str]:
    """Return the digests of the last run. Exits with 2 for any other file, so that no change is missed."""
    if not path.exists():
        return {}
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        value = None
    if not isinstance(value, dict):
        print(f"error: {path} does not contain digests; delete it to start over", file=sys.stderr)
        sys.exit(2)
    return cast("dict[str, str]", value)


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Name the documents of the providers that changed since the last run.")
    parser.add_argument("--state", type=Path, default=STATE, help=f"file for the digests ({STATE})")
    parser.add_argument("addresses", nargs="*", help="pages to read in place of those that the specs name")
    given = parser.parse_args(words)
    specs = [] if given.addresses else [load(path) for path in spec_files()]
    addresses = {one: ["named"] for one in given.addresses} or sources(specs)
    known = [path for spec in specs for path in as_object(spec.root.get("paths"))]
    with httpx.Client(follow_redirects=True, timeout=SECONDS, headers={"user-agent": "vidu-ext watch"}) as client:
        return watch(client, addresses, given.state, known=known)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
