"""A client from our templates has none of the defects that one of the plain generator has."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import generate
import pytest
from attrs import evolve
from documents import load
from specs import KEY
from template_defects import DEFECTS, Generated, imported
from templates import CHANGES, TemplateError, write_changed

TOY: Final = load(Path(__file__).with_name("toy.yaml"))


def generated(work: Path, changes: tuple[Any, ...]) -> Generated:
    return imported(generate.build([TOY], work, changes) / "vidu_clients" / TOY.name)


@pytest.fixture(scope="session")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Generated:
    """The toy spec's client as the generator makes it by itself."""
    return generated(tmp_path_factory.mktemp("stock"), ())


@pytest.fixture(scope="session")
def own(tmp_path_factory: pytest.TempPathFactory) -> Generated:
    """The same client with our templates."""
    return generated(tmp_path_factory.mktemp("own"), CHANGES)


@pytest.mark.parametrize("relied_on", DEFECTS, ids=lambda function: function.__name__)
def test_generated_client_does_not_have_the_defect(relied_on: Callable[[Generated], None], own: Generated) -> None:
    relied_on(own)


@pytest.mark.parametrize("relied_on", DEFECTS, ids=lambda function: function.__name__)
def test_generator_still_has_the_defect(relied_on: Callable[[Generated], None], stock: Generated) -> None:
    with pytest.raises((Exception, pytest.fail.Exception)):
        relied_on(stock)


@pytest.mark.parametrize("old", ["no template holds this", "    "], ids=["nowhere", "in several places"])
def test_template_change_that_does_not_fit_stops_the_generation(old: str, tmp_path: Path) -> None:
    change = evolve(CHANGES[0], old=old)
    with pytest.raises(TemplateError, match=f"template {change.template} contains .* times, not once(?s:.*){change.reason}"):
        write_changed(tmp_path, [change])
    assert list(tmp_path.iterdir()) == []


def test_descriptions_of_parameters_are_kept(own: Generated) -> None:
    """The generator looks for them in the schema of a parameter, so they are put there."""
    text = own.module("api.video.get_video").sync.__doc__
    assert "As the create call returned it." in text
    assert "How much of the task is told." in text


def test_difference_from_the_document_is_logged_once_and_without_its_value(
    own: Generated, caplog: pytest.LogCaptureFixture
) -> None:
    fresh = imported(own.folder)
    for _ in range(3):
        fresh.task(state="created", cover={"url": "u"}, credits=None, files=[{"url": "u"}])
    assert caplog.messages == [], "an answer as documented is no news"
    for _ in range(3):
        fresh.task(credits=KEY, files=[KEY])
    assert [name in text for name, text in zip(["Task.credits", "Task.files"], caplog.messages, strict=True)] == [True, True]
    assert KEY not in caplog.text


def test_many_threads_may_be_the_first_to_use_a_model(own: Generated) -> None:
    """In a process of its own: the models must not have been imported there."""
    code = (
        "import sys, threading; sys.path.insert(0, sys.argv[1]); import toy.models as models\n"
        "start, seen = threading.Barrier(16), []\n"
        "def use(name):\n"
        "    start.wait(); seen.append(getattr(models, name).from_dict({'task_id': '1', 'model': 'one', 'url': 'u'}))\n"
        "threads = [threading.Thread(target=use, args=[('Task', 'File')[n % 2]]) for n in range(16)]\n"
        "[thread.start() for thread in threads]; [thread.join() for thread in threads]\n"
        "assert len(seen) == 16 and len({type(one) for one in seen}) == 2, seen\n"
    )
    subprocess.run([sys.executable, "-c", code, str(own.folder.parent)], check=True, timeout=60)


def test_models_module_lists_and_gives_all_its_names(own: Generated) -> None:
    models = imported(own.folder).module("models")
    assert {"Task", "File", "VideoRequest", "State"} <= set(models.__all__) <= set(dir(models))
    namespace: dict[str, object] = {}
    exec(f"from {models.__name__} import *", namespace)  # noqa: S102 - a star import is allowed at the top of a module only
    assert set(models.__all__) <= set(namespace)
    assert models.task.Task is models.Task
    with pytest.raises(AttributeError, match="has no attribute 'Taks'"):
        models.Taks  # noqa: B018
