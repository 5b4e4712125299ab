"""Every public name has a docstring and a page in the reference, and the site is built without a warning."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import docs_site
import pytest
from snippets import GUIDE, blocks

from vidu_ext.providers import PROVIDERS

EXAMPLES = sorted((GUIDE / "examples").glob("*.py"))
PUBLIC = [(module, name) for module in docs_site.MODULES for name in docs_site.public_names(module)]


def test_every_name_that_the_guide_imports_is_in_the_reference() -> None:
    sources = [block.text for block in blocks("python")] + [path.read_text(encoding="utf-8") for path in EXAMPLES]
    imports = [node for text in sources for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)]
    shown = {(node.module, alias.name) for node in imports for alias in node.names if (node.module or "").startswith("vidu_ext")}
    assert shown
    assert shown - set(PUBLIC) == set()


@pytest.mark.parametrize(("module", "name"), PUBLIC)
def test_public_class_or_function_has_a_docstring(module: str, name: str) -> None:
    value = getattr(import_module(module), name)
    assert not (inspect.isclass(value) or inspect.isfunction(value)) or (inspect.getdoc(value) or "").strip()


@pytest.mark.skipif(find_spec("sphinx") is None, reason="`make docs` installs what builds the site")
def test_site_is_built_and_needs_no_network(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, docs_site.__file__, str(tmp_path)], capture_output=True, text=True, check=False, timeout=280
    )
    assert done.returncode == 0, done.stdout + done.stderr
    html = tmp_path / "html"
    assert [name for name in PROVIDERS if not (html / "api" / f"{name}.html").exists()] == []
    for page in html.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert 'src="http' not in text, page
        assert 'rel="stylesheet" type="text/css" href="http' not in text, page
