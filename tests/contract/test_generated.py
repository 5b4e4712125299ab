"""The tree in generated/ is what the specs give, is the same on every run, and contains no key."""

from __future__ import annotations

import inspect
import json
import shutil
from pathlib import Path
from typing import get_args

import generate
import httpx
import pytest
import templates
import vidu_clients.words as clients_words
from documents import Document, as_object, spec_files
from specs import DOCUMENTS, ENDPOINTS, KEY, SOUND, decode_error, id_of, model_class, server

# -- fresh and repeatable -----------------------------------------------------------------------------------------------


def test_generated_is_what_the_generator_last_wrote_and_from_these_specs() -> None:
    """By its lock file; `make check-generated`, a part of `make check`, generates it once more and compares the bytes."""
    tree = generate.ROOT / generate.GENERATED
    lock = json.loads((tree / generate.LOCK).read_text(encoding="utf-8"))
    assert lock == {**generate.sources(spec_files()), "tree": lock["tree"]}, "run `make generate`"
    assert not generate.edited_by_hand(tree), "generated/ was not written by `make generate` alone: run it"
    packages = [tree / "vidu_clients", *(tree / "vidu_clients" / document.name for document in DOCUMENTS)]
    assert all((package / "py.typed").is_file() for package in packages), "their users would have no types"


def test_second_build_gives_the_same_bytes(tmp_path: Path, fresh_repository: Path) -> None:
    """Also in another folder, which must not show in what is written."""
    work = tmp_path / "a folder with another name"
    work.mkdir()
    again = generate.build([SOUND], work, templates.CHANGES)
    assert generate.tree_files(again) == generate.tree_files(fresh_repository / "generated")


def test_every_stale_file_is_named(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tree = repository / "generated"
    client = tree / "vidu_clients/sound/client.py"
    client.write_bytes(client.read_bytes().replace(b"a", b"b", 1))
    (tree / "vidu_clients/sound/types.py").unlink()
    (tree / "vidu_clients/sound/notes.txt").touch()
    (tree / "vidu_clients/vidu9").mkdir()
    (tree / "vidu_clients/vidu9/__init__.py").touch()
    (tree / "lock.json").write_bytes((tree / "lock.json").read_bytes().replace(b"a", b"b", 1))
    before = generate.tree_files(tree)
    assert generate.main(["--check"], repository) == 1
    assert generate.tree_files(tree) == before
    assert capsys.readouterr().err.splitlines() == [
        "error: generated/ is not what the specs give; run `make generate`:",
        "  lock.json differs",
        "  vidu_clients/sound/client.py differs",
        "  vidu_clients/sound/notes.txt should not be there",
        "  vidu_clients/sound/types.py is missing",
        "  vidu_clients/vidu9/__init__.py should not be there",
    ]


def test_fresh_tree_passes(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What Python and the tools leave beside the modules does not count."""
    (repository / "generated/vidu_clients/__pycache__").mkdir()
    (repository / "generated/vidu_clients/__pycache__/client.pyc").touch()
    assert generate.main(["--check"], repository) == 0
    assert capsys.readouterr().out.startswith("generated/ is what the 1 specs give in ")


def test_client_of_a_removed_spec_is_removed(repository: Path) -> None:
    shutil.move(repository / "openapi/sound.yaml", repository / "openapi/silence.yaml")
    assert generate.main([], repository) == 0
    assert [path.name for path in (repository / "generated/vidu_clients").iterdir() if path.is_dir()] == ["silence"]


# -- a key is not shown -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("document", DOCUMENTS, ids=id_of)
def test_printed_error_hides_the_key(document: Document) -> None:
    """Even if the server sends the key back, as some gateways do on their error pages."""
    request = httpx.Request("GET", server(document), headers={"Authorization": KEY})
    response = httpx.Response(502, html=f"<h1>Authorization: {KEY}</h1>", headers={"x-echo": KEY}, request=request)
    for endpoint in ENDPOINTS:
        if endpoint.document is document:
            with pytest.raises(decode_error(document)) as caught:
                endpoint.parse(response)
            assert KEY not in f"{caught.value!r} {caught.value}", endpoint.module_name


@pytest.mark.parametrize("document", DOCUMENTS, ids=id_of)
def test_description_of_a_member_is_beside_its_attribute(document: Document) -> None:
    """An editor shows it there; a setting in generator.yaml puts it there."""
    schema = next(endpoint.body_schema for endpoint in ENDPOINTS if endpoint.document is document and endpoint.body_schema)
    members = as_object(as_object(document.at(document.resolve(schema)))["properties"])
    described = [str(member["description"]) for member in map(as_object, members.values()) if "description" in member]
    model = model_class(document, schema)
    assert model is not None
    source = inspect.getsource(model)
    assert described
    assert [text for text in described if f'    """ {text[:20]}' not in source] == []


def test_words_module_lists_the_models_that_the_documents_name() -> None:
    """An editor completes from it; the names are those of the providers' pages, not read from a spec here."""
    closed, open_ended = get_args(clients_words.Model)
    assert {"viduq3-turbo", "viduq3-pro", "viduq2", "viduq1", "vidu2.0"} <= set(get_args(closed))
    assert open_ended is str
    assert {"540p", "720p", "1080p"} <= set(get_args(get_args(clients_words.Resolution)[0]))
    assert {"16:9", "9:16", "1:1"} <= set(get_args(get_args(clients_words.AspectRatio)[0]))
    assert set(get_args(get_args(clients_words.Provider)[0])) == {document.name for document in DOCUMENTS}
