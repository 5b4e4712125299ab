"""`make watch` names the page that changed, and fails when it cannot read one: such a page does not count as unchanged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, cast

import pytest
import watch
from loopback import Page, Site
from specs import DOCUMENTS
from yaml_files import parse_yaml

WORDS: Final = "The duration is 1 to 16 seconds, 5 unless it is given. " * 5
PAGE: Final = "<html><head><style>p {}</style><script>build = 1</script></head><body><p>{}</p></body></html>"


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        yield site


def page(text: str = WORDS, build: int = 1) -> Page:
    return Page(PAGE.replace("{}</p>", f"{text}</p>").replace("build = 1", f"build = {build}"))


def run(site: Site, folder: Path, *names: str) -> int:
    return watch.main(["--state", str(folder / "state.json"), *(f"{site.url}/{name}" for name in names)])


def test_watch_names_the_page_whose_text_changed(site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site.pages.update({"/a": page(), "/b": page()})
    assert run(site, tmp_path, "a", "b") == 0
    site.pages["/b"] = page(WORDS.replace("16", "20"))
    assert run(site, tmp_path, "a", "b") == 1
    printed = capsys.readouterr().out
    assert f"changed (named): {site.url}/b" in printed
    assert f"changed (named): {site.url}/a" not in printed
    assert run(site, tmp_path, "a", "b") == 0, "a change is reported once"


def test_another_build_of_the_same_page_is_not_a_change(site: Site, tmp_path: Path) -> None:
    for build in (1, 2):
        site.pages["/a"] = page(build=build)
        assert run(site, tmp_path, "a") == 0


UNREADABLE: Final = {
    "it is gone": Page(WORDS, status=404),
    "scripts fill it": Page('<html><body><div id="root"></div><script>' + "x" * 5000 + "</script></body></html>"),
    "it has a declaration that cannot be parsed": Page(f"<html><![unknown[{WORDS}"),
    "the connection is closed": None,
    "it leads to no page": Page(WORDS, status=302, location="mailto:docs@example.com"),
    "it is nested too deeply": Page('{"openapi": "3.1.0", "paths": {"/vidu/a": ' + "[" * 100_000 + "]" * 100_000 + "}}"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_watch_fails_if_a_page_cannot_be_read(name: str, site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site.pages["/a"] = page()
    assert run(site, tmp_path, "a") == 0
    site.pages["/a"] = UNREADABLE[name]
    assert run(site, tmp_path, "a") == 2
    assert f"unreadable (named): {site.url}/a" in capsys.readouterr().err
    site.pages["/a"] = page(WORDS.replace("16", "20"))
    assert run(site, tmp_path, "a") == 1, "what changed meanwhile is compared with what was last seen"


def test_watch_fails_without_a_network(tmp_path: Path) -> None:
    assert watch.main(["--state", str(tmp_path / "state.json"), "http://127.0.0.1:9/a"]) == 2


def published(**schemas: object) -> Page:
    paths = {
        "/proxy/vidu/text2video": {"post": {"schema": {"$ref": "#/components/schemas/Make"}}},
        "/proxy/other/video": {"post": {"schema": {"$ref": "#/components/schemas/Other"}}},
    }
    usual = {"Make": {"maximum": 8, "next": {"$ref": "#/components/schemas/Make"}}, "Other": {"maximum": 3}}
    document = {"openapi": "3.0.2", "paths": paths, "components": {"schemas": {**usual, **schemas}}}
    return Page(json.dumps(document), content_type="application/json")


def test_watch_names_the_route_of_a_published_document(site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site.pages["/openapi"] = published()
    assert run(site, tmp_path, "openapi") == 0
    site.pages["/openapi"] = published(Other={"maximum": 4})
    assert run(site, tmp_path, "openapi") == 0, "a route that is not ours changed"
    site.pages["/openapi"] = published(Make={"maximum": 9})
    assert run(site, tmp_path, "openapi") == 1
    assert f"changed (named): {site.url}/openapi /proxy/vidu/text2video" in capsys.readouterr().out


def test_watch_reads_what_yaml_has_and_json_has_not(site: Site, tmp_path: Path) -> None:
    """A status without quotation marks beside `default`, and a date, ended the watch with a traceback."""
    head = "openapi: 3.0.2\npaths:\n  /proxy/vidu/extend:\n    responses:\n      200: {since: 2026-11-30}\n      default: "
    for maximum, code in ((8, 0), (9, 1)):
        site.pages["/openapi"] = Page(f"{head}{{maximum: {maximum}}}\n")
        assert run(site, tmp_path, "openapi") == code


def test_unreadable_state_does_not_count_as_a_first_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "state.json").write_text("half a fi")
    with pytest.raises(SystemExit) as ended:
        watch.main(["--state", str(tmp_path / "state.json"), "http://127.0.0.1:9/a"])
    assert ended.value.code == 2, "1 says that a page changed"
    assert "delete it" in capsys.readouterr().err


def test_every_spec_names_documents_to_watch() -> None:
    pages = watch.sources(DOCUMENTS)
    watched = {spec for specs in pages.values() for spec in specs}
    assert watched == {document.name for document in DOCUMENTS}, "name the pages of the provider in the x-source of its spec"
    assert "https://api.comfy.org/openapi" in pages
    assert not [url for url in pages if "github.com" in url and "raw." not in url]


def test_workflow_runs_the_watch_and_keeps_what_it_saw_when_it_fails() -> None:
    workflow = cast("Any", parse_yaml(Path(watch.__file__).parents[1] / ".github/workflows/watch.yml"))
    steps = workflow["jobs"]["watch"]["steps"]
    assert {"run": "make watch"} in steps
    save = next(step for step in steps if "cache/save" in step.get("uses", ""))
    assert save["if"].startswith("always()")
    assert save["with"]["path"] == str(watch.STATE)
    assert workflow["on"]["schedule"]
