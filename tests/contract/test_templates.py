"""Every change in openapi/templates.py cures a defect, and the generator still has that defect without it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from json import JSONDecodeError
from pathlib import Path
from typing import Any, Final, get_type_hints

import generate
import httpx
import pytest
from attrs import evolve, frozen
from specs import KEY, SOUND
from templates import CHANGES, TemplateError, write_changed

ADDRESS: Final = "https://api.example.com"


@frozen
class Generated:
    """A client generated for a test, importable under a name of its own."""

    name: str

    def module(self, name: str) -> Any:
        return import_module(f"{self.name}.{name}")

    def client(self, **arguments: Any) -> Any:
        return self.module("client").Client(base_url=ADDRESS, **arguments)

    def authenticated(self) -> Any:
        return self.module("client").AuthenticatedClient(base_url=ADDRESS, token=KEY)

    def read(self, operation: str, response: httpx.Response) -> Any:
        """What the endpoint module makes of an answer; None where it raises its own error and keeps the answer in it."""
        kept: Any = getattr(self.module("errors"), "ResponseDecodeError", ())
        try:
            return self.module(f"api.video.{operation}")._build_response(client=self.client(), response=response)
        except kept as error:
            assert (error.status_code, error.content) == (response.status_code, response.content)
            return None


def imported(package: Path, name: str) -> Generated:
    """The generated package in a folder, under another name than the installed one. Its modules are imported when needed."""
    spec = spec_from_file_location(name, package / "__init__.py", submodule_search_locations=[str(package)])
    assert spec is not None
    sys.modules[name] = module_from_spec(spec)
    return Generated(name)


def generated(work: Path, name: str, changes: tuple[Any, ...]) -> Generated:
    return imported(generate.build([SOUND], work, changes) / "vidu_clients" / SOUND.name, name)


@pytest.fixture(scope="session")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Generated:
    """The sound spec's client as the generator makes it by itself."""
    return generated(tmp_path_factory.mktemp("stock"), "stock_client", ())


@pytest.fixture(scope="session")
def own(fresh_repository: Path) -> Generated:
    """The same client as we make it."""
    return imported(fresh_repository / "generated" / "vidu_clients" / SOUND.name, "own_client")


def new_client_hides_its_key(client: Generated) -> None:
    assert KEY not in repr(client.authenticated())


def used_client_hides_its_key(client: Generated) -> None:
    with client.authenticated() as used:
        assert KEY not in repr(used)


def client_hides_its_headers(client: Generated) -> None:
    assert KEY not in repr(client.client(headers={"Authorization": f"Token {KEY}"}))


def client_hides_its_cookies(client: Generated) -> None:
    assert KEY not in repr(client.client(cookies={"session": KEY}))


def client_hides_its_httpx_args(client: Generated) -> None:
    assert KEY not in repr(client.client(httpx_args={"auth": ("user", KEY)}))


def status_outside_the_standard_is_kept(client: Generated) -> None:
    declared = get_type_hints(client.module("types").Response)["status_code"]
    for status in (499, 520):
        answer = client.read("get_video", httpx.Response(status, json={"message": "no"}))
        assert answer.status_code == status
        assert isinstance(answer.status_code, declared)


def page_in_html_is_kept(client: Generated) -> None:
    client.read("create_video", httpx.Response(200, html="<h1>Bad gateway</h1>"))


def answer_without_a_required_member_is_kept(client: Generated) -> None:
    client.read("create_video", httpx.Response(200, json={"state": "created"}))


def empty_answer_is_null(client: Generated) -> None:
    answer = client.read("cancel_video", httpx.Response(200, content=b""))
    assert answer is not None
    assert answer.parsed is None


def strange_entries_of_a_list_come_back(client: Generated) -> None:
    task: dict[str, Any] = {"task_id": "1", "files": [{"url": "u", "more": 1}, None, "", [], 0]}
    answer = client.read("get_video", httpx.Response(200, json=task))
    assert answer.parsed.files[0].url == "u"
    assert answer.parsed.to_dict() == task


def list_is_no_object(client: Generated) -> None:
    assert client.read("get_video", httpx.Response(200, json=[["task_id", "1"]])) is None


DEFECTS: Final[dict[Callable[[Generated], None], type[Exception]]] = {
    new_client_hides_its_key: AssertionError,
    used_client_hides_its_key: AssertionError,
    client_hides_its_headers: AssertionError,
    client_hides_its_cookies: AssertionError,
    client_hides_its_httpx_args: AssertionError,
    status_outside_the_standard_is_kept: ValueError,
    page_in_html_is_kept: JSONDecodeError,
    answer_without_a_required_member_is_kept: KeyError,
    empty_answer_is_null: JSONDecodeError,
    strange_entries_of_a_list_come_back: AttributeError,
    list_is_no_object: AssertionError,
}
"""What a user relies on, and what the generator's own client makes of it instead."""


def is_whole(client: Generated) -> bool:
    """Whether the client has none of the defects."""
    try:
        for relied_on in DEFECTS:
            relied_on(client)
    except Exception:
        return False
    return True


@pytest.mark.parametrize("relied_on", DEFECTS, ids=lambda function: function.__name__)
def test_generator_has_cured_the_defect_itself(relied_on: Callable[[Generated], None], stock: Generated) -> None:
    with pytest.raises(DEFECTS[relied_on]):
        relied_on(stock)


@pytest.mark.parametrize("relied_on", DEFECTS, ids=lambda function: function.__name__)
def test_our_client_has_the_defect(relied_on: Callable[[Generated], None], own: Generated) -> None:
    relied_on(own)


@pytest.mark.parametrize("index", range(len(CHANGES)), ids=[f"{index}-{change.template}" for index, change in enumerate(CHANGES)])
def test_template_change_is_not_needed(index: int, tmp_path: Path) -> None:
    """Without this one change some defect is back. A new change needs a new entry in DEFECTS to pass."""
    others = CHANGES[:index] + CHANGES[index + 1 :]
    assert not is_whole(generated(tmp_path, f"client_without_{index}", others)), CHANGES[index].reason


@pytest.mark.parametrize("old", ["no template holds this", "    "], ids=["nowhere", "in several places"])
def test_template_change_that_does_not_fit_is_passed_over(old: str, tmp_path: Path) -> None:
    change = evolve(CHANGES[0], old=old)
    with pytest.raises(TemplateError, match=f"template {change.template} holds .* times, not once(?s:.*){change.reason}"):
        write_changed(tmp_path, [change])
    assert list(tmp_path.iterdir()) == []
