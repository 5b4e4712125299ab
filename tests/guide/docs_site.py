"""Build the site of the guide, the reference and the four APIs into .docs/html: `make docs`.

Sphinx renders the pages of the guide as they are, and a page for each public name from its docstrings; Swagger UI renders each
OpenAPI document. The result needs no network and no server. A warning of Sphinx, such as a dead link, is an error.
"""

from __future__ import annotations

import inspect
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Final

from snippets import GUIDE, TOP

from vidu_ext.providers import PROVIDERS

FOLDER: Final = TOP / ".docs"
"""Where the site is built by default."""
RENDERER: Final = ("stylesheets/swagger-ui.css", "javascripts/swagger-ui-bundle.js", "LICENSE", "NOTICE")
"""Files of Swagger UI from the package mkdocs-swagger-ui-tag, which follows the releases of Swagger UI."""

MODULES: Final = (
    *("vidu_ext", "vidu_ext.flows.routing", "vidu_ext.testing", "vidu_ext.callbacks", "vidu_ext.emulator", "vidu_ext.durable"),
)
"""The modules that users import from."""

CONF: Final = """\
project = "vidu-ext"
extensions = ["myst_parser", "sphinx.ext.autodoc"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = "vidu-ext"
html_extra_path = ["../extra"]
html_show_sourcelink = False
html_copy_source = False
default_role = "code"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_inherit_docstrings = False
"""

API: Final = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="swagger-ui.css">
</head>
<body>
<div id="api"></div>
<script src="swagger-ui-bundle.js"></script>
<script src="{name}.js"></script>
<script>
SwaggerUIBundle({{dom_id: "#api", spec: spec, supportedSubmitMethods: [], docExpansion: "none", validatorUrl: null}});
</script>
</body>
</html>
"""
"""It has no button that sends a request, which a real provider would charge."""


def public_names(module: str) -> tuple[str, ...]:
    """Return the names that users import from a module: those of `__all__`, else what is defined in it or below."""
    if module == "vidu_ext.flows.routing":
        return ("cheapest", "preference", "round_robin")
    loaded = import_module(module)
    if hasattr(loaded, "__all__"):
        return tuple(loaded.__all__)
    names = sorted({*vars(loaded), *vars(loaded).get("_OF_SERVER", ())})  # those are loaded when they are first used
    values = {name: getattr(loaded, name) for name in names if not name.startswith(("_", "pytest_"))}
    kept = {name: value for name, value in values.items() if getattr(value, "__module__", "").startswith(f"{module}.")}
    return tuple(name for name, value in kept.items() if inspect.isclass(value) or inspect.isfunction(value))


def reference() -> dict[str, str]:
    """Return the pages of the reference in reStructuredText, by their names: one for each public name, and an index."""
    pages: dict[str, str] = {}
    for module in MODULES:
        loaded = import_module(module)
        for name in public_names(module):
            pages[f"{module}.{name}"] = f"{name}\n{'=' * len(name)}\n\n{_directive(module, name, getattr(loaded, name))}"
    heads = [
        f"{module}\n{'-' * len(module)}\n\n{_tree(f'{module}.{name}' for name in public_names(module))}" for module in MODULES
    ]
    pages["index"] = "Reference\n=========\n\n" + "\n".join(heads)
    return pages


def _tree(names: Iterator[str] | list[str]) -> str:
    return ".. toctree::\n   :maxdepth: 1\n\n" + "".join(f"   {name}\n" for name in names)


def _directive(module: str, name: str, value: object) -> str:
    kind = "class" if inspect.isclass(value) else "function" if callable(value) else "data"
    lines = [f".. auto{kind}:: {module}.{name}"]
    if inspect.isclass(value):
        lines += [
            "   :members:",
            "   :undoc-members:",
            "   :show-inheritance:",
            "   :inherited-members: Exception, str, tuple, BaseTransport, AsyncBaseTransport",
        ]
    return "\n".join(lines) + "\n"


def write_sources(folder: Path) -> None:
    """Write what Sphinx reads, and remove what an earlier run wrote."""
    shutil.rmtree(folder, ignore_errors=True)
    source, extra = folder / "source", folder / "extra" / "api"
    shutil.copytree(GUIDE, source, ignore=shutil.ignore_patterns("__pycache__"))
    (source / "conf.py").write_text(CONF, encoding="utf-8")
    (source / "reference").mkdir()
    for name, text in reference().items():
        (source / "reference" / f"{name}.rst").write_text(text, encoding="utf-8")
    extra.mkdir(parents=True)
    for name in RENDERER:
        shutil.copy(str(files("mkdocs_swagger_ui_tag").joinpath("swagger-ui", name)), extra)
    lines = ["# The four APIs\n", "As the specs of this package describe them, each on one page:\n"]
    for name in PROVIDERS:
        text = files(f"vidu_clients.{name}").joinpath("openapi.json").read_text(encoding="utf-8")
        title: str = json.loads(text)["info"]["title"]
        (extra / f"{name}.js").write_text(f"const spec = {text};\n", encoding="utf-8")
        (extra / f"{name}.html").write_text(API.format(title=title, name=name), encoding="utf-8")
        lines.append(f'- <a href="api/{name}.html">{title}</a>')
    (source / "apis.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    pages = [page.partition(".md)")[0] for page in (source / "index.md").read_text(encoding="utf-8").split("](")[1:]]
    tree = "\n".join([*pages, "reference/index", "apis"])
    with (source / "index.md").open("a", encoding="utf-8") as index:
        index.write(f"\n```{{toctree}}\n:hidden:\n\n{tree}\n```\n")


def main(folder: Path) -> int:
    write_sources(folder)
    source, html = folder / "source", folder / "html"
    build = [sys.executable, "-m", "sphinx", "--builder", "html", "--quiet", "--fail-on-warning", str(source), str(html)]
    status = subprocess.run(build, check=False).returncode
    if status == 0:
        print(f"{html / 'index.html'}: {len(list(html.rglob('*.html')))} pages")
    return status


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER))
