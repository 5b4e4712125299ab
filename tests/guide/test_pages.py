"""README.md is short, the guide is complete, `vidu guide` prints it, and the emulator serves it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest
from cli_running import Shell
from snippets import GUIDE, PAGES, TOP
from starlette.testclient import TestClient

from vidu_ext.cli.output import Printer
from vidu_ext.emulator import Emulator, asgi

LINK: Final = re.compile(r"\]\((?!https?://)(?P<path>[^)#]*)(?:#(?P<place>[^)]*))?\)")
NAMES: Final = sorted(path.stem for path in GUIDE.glob("*.md"))


def anchors(path: Path) -> set[str]:
    """Return the anchors of the headings of a page, as GitHub and MkDocs make them."""
    titles = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def test_readme_is_short() -> None:
    assert len((TOP / "README.md").read_text(encoding="utf-8").splitlines()) <= 150


@pytest.mark.parametrize("page", [*PAGES, TOP / "CONTRIBUTING.md", TOP / "openapi" / "README.md"], ids=lambda path: path.stem)
def test_links_of_a_page_lead_to_existing_files_and_headings(page: Path) -> None:
    for link in LINK.finditer(page.read_text(encoding="utf-8")):
        target = page.parent / link["path"] if link["path"] else page
        assert target.exists(), link[0]
        assert not link["place"] or link["place"] in anchors(target), link[0]


def test_index_of_the_guide_lists_every_page() -> None:
    listed = re.findall(r"^- \[(.*)\]\((.*)\.md\): ", (GUIDE / "index.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(name for _, name in listed) == [name for name in NAMES if name != "index"]
    assert all(shown == name for shown, name in listed)
    first = (TOP / "README.md").read_text(encoding="utf-8")
    assert [name for name in NAMES if f"(vidu_ext/guide/{name}.md" not in first] == []


def test_command_prints_a_page_as_it_is_and_without_a_name_the_index(tmp_path: Path) -> None:
    text = (GUIDE / "money.md").read_text(encoding="utf-8")
    shell = Shell(tmp_path)
    assert shell.run("guide", "money").out == text
    assert shell.run("guide", "money", "--json").document == {"page": "money", "text": text}
    assert shell.run("guide").out == (GUIDE / "index.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["mony", "../cli/exits", "money.md", ""])
def test_unknown_page_is_refused(name: str, tmp_path: Path) -> None:
    done = Shell(tmp_path).run("guide", name)
    assert (done.code, done.out) == (2, "")
    assert "vidu guide" in done.err


def test_page_is_rendered_on_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(Printer, "stdout_is_terminal", True)
    Printer().markdown("# Money\n\nA *submit*, and a [link](waiting.md) with \x1b[2J.\n")
    shown = capsys.readouterr().out
    assert "# Money" not in shown
    assert "A submit, and a link" in shown
    assert "\x1b[2J" not in shown


@pytest.fixture(scope="module")
def browser() -> TestClient:
    return TestClient(asgi(Emulator()), base_url="http://localhost")


@pytest.mark.parametrize("name", NAMES)
def test_emulator_serves_a_page_whose_links_work(name: str, browser: TestClient) -> None:
    page = browser.get(f"/_emulator/guide/{name}.md")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert re.findall("<h1 [^>]*>(.*)</h1>", page.text) == [
        (GUIDE / f"{name}.md").read_text(encoding="utf-8").partition("\n")[0][2:]
    ]
    for link in re.findall(r'(?:href|src)="(?!https?:)([^"]*)"', page.text):
        target = browser.get(page.url.join(link))
        assert target.status_code == 200, link
        assert "#" not in link or f'id="{link.partition("#")[2]}"' in target.text, link


@pytest.mark.parametrize("path", ["none.md", "../page/page.md", "..%2f..%2ftesting.md", "index", "examples/"])
def test_emulator_serves_nothing_but_the_guide(path: str, browser: TestClient) -> None:
    assert browser.get(f"/_emulator/guide/{path}").status_code == 404


def test_emulator_serves_examples_as_they_are(browser: TestClient) -> None:
    example = browser.get("/_emulator/guide/examples/batch.py")
    assert (example.headers["content-type"], example.content) == (
        "text/plain; charset=utf-8",
        (GUIDE / "examples" / "batch.py").read_bytes(),
    )
