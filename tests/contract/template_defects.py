"""What a client generated with our templates does and one of the plain generator does not."""

from __future__ import annotations

import asyncio
import copy
import json
import pickle
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from inspect import isfunction, signature
from itertools import count
from pathlib import Path
from pprint import pformat
from typing import Any, Final

import httpx
import pytest
from attrs import frozen
from specs import KEY, TRUST

ADDRESS: Final = "https://api.example.com"
_numbers: Final = count()


@frozen
class Generated:
    """A client generated for a test, importable under a name of its own."""

    folder: Path
    name: str

    def module(self, name: str) -> Any:
        return import_module(f"{self.name}.{name}")

    def client(self, **arguments: Any) -> Any:
        return self.module("client").Client(base_url=ADDRESS, verify_ssl=TRUST, **arguments)

    def authenticated(self, **arguments: Any) -> Any:
        return self.module("client").AuthenticatedClient(base_url=ADDRESS, token=KEY, verify_ssl=TRUST, **arguments)

    def task(self, **members: Any) -> Any:
        """Return a task as the client reads it of an answer."""
        response = httpx.Response(200, json={"task_id": "1", **members})
        return self.module("api.video.get_video")._build_response(client=self.client(), response=response).parsed

    def loaded(self, *beginnings: str) -> set[str]:
        """Return the modules of the client that have been imported, of those whose names inside the package begin so."""
        names = {name.removeprefix(f"{self.name}.") for name in sys.modules if name.startswith(f"{self.name}.")}
        return {name for name in names if name.startswith(beginnings)}


def imported(folder: Path) -> Generated:
    """Return the generated package in a folder, under a name that no other has. Its modules are imported when needed."""
    name = f"toy_client_{next(_numbers)}"
    spec = spec_from_file_location(name, folder / "__init__.py", submodule_search_locations=[str(folder)])
    assert spec is not None
    assert spec.loader is not None
    sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(sys.modules[name])
    return Generated(folder, name)


# -- keys, servers, patience --------------------------------------------------------------------------------------------


def client_hides_whatever_may_be_a_key(client: Generated) -> None:
    """Before and after it has made its connections, of either kind."""
    everywhere = {"headers": {"X-Mine": KEY}, "cookies": {"session": KEY}, "httpx_args": {"auth": ("user", KEY)}}
    added = client.client().with_headers({"Authorization": KEY}).with_cookies({"session": KEY})
    for used in (client.authenticated(**everywhere), client.client(**everywhere), added):
        assert KEY not in f"{used!r} {used} {pformat(used)}"
        with used:
            used.get_async_httpx_client()
            assert KEY in str(used.get_httpx_client().headers.values()) + str(used.get_httpx_client().cookies)
            assert KEY not in f"{used!r} {used} {pformat(used)}"


def key_that_no_header_can_carry_is_not_shown(client: Generated) -> None:
    """The error of httpx shows the whole header."""
    with pytest.raises(ValueError, match="token must be") as refused:
        client.module("client").AuthenticatedClient(base_url=ADDRESS, token=f"{KEY}\nx", verify_ssl=TRUST)
    assert KEY not in str(refused.value)
    assert client.module("client").AuthenticatedClient(base_url=ADDRESS, token=f"{KEY}\n").token == KEY


def keys_after_a_redirect(client: Generated, call: Callable[[Any, Any, Any], None]) -> list[bool]:
    """Return which requests of a call that is redirected, to its own server and then to another, had the key."""
    places = iter([f"{ADDRESS}/again", "https://elsewhere.example.com/"])
    sent: list[bool] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(any(KEY in value for value in request.headers.values()))
        place = next(places, None)
        return httpx.Response(307, headers={"Location": place}) if place else httpx.Response(200, json={"task_id": "1"})

    transport = httpx.MockTransport(answer)
    used = client.authenticated(auth_header_name="X-Key", follow_redirects=True, httpx_args={"transport": transport})
    call(client.module("api.video.create_video"), used, client.module("models").VideoRequest(model="one"))
    return sent


def key_stays_at_its_server(client: Generated) -> None:
    assert keys_after_a_redirect(client, blocking) == [True, True, False]
    assert keys_after_a_redirect(client, awaited) == [True, True, False]


def headers_of_the_caller_stay_without_the_key(client: Generated) -> None:
    headers = {"X-Mine": "1"}
    used = client.authenticated(headers=headers)
    assert used.get_httpx_client().headers["X-Mine"] == "1"
    used.get_async_httpx_client()
    assert headers == {"X-Mine": "1"}


def client_knows_its_servers(client: Generated) -> None:
    with client.module("client").AuthenticatedClient(token=KEY, verify_ssl=TRUST) as used:
        assert used.get_httpx_client().base_url == "https://api.example.com/v1/"
    assert sys.modules[client.name].SERVERS == ("https://api.example.com/v1", "https://api.example.cn")


def client_says_which_spec_it_was_made_from(client: Generated) -> None:
    assert sys.modules[client.name].SPEC_VERSION == "2026-01-31"


def blocking(route: Any, client: Any, body: Any) -> None:
    route.sync_detailed(client=client, body=body)


def awaited(route: Any, client: Any, body: Any) -> None:
    asyncio.run(route.asyncio_detailed(client=client, body=body))


def keys_sent(client: Generated, call: Callable[[Any, Any, Any], None], **arguments: Any) -> list[str | None]:
    """Return the Authorization header of a call whose route documents another one than the rest."""
    sent: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.headers.get("Authorization"))
        return httpx.Response(200, json={"credits": 1})

    authenticated = client.authenticated(httpx_args={"transport": httpx.MockTransport(answer)}, **arguments)
    with warnings.catch_warnings(action="ignore"):
        call(client.module("api.video.speak"), authenticated, client.module("models").SpeechRequest(text="hello"))
    return sent


def call_has_the_key_that_its_route_documents(client: Generated) -> None:
    assert keys_sent(client, blocking) == keys_sent(client, awaited) == [f"Plain {KEY}"]
    own_words = {"auth_header_name": "X-Key", "prefix": "Token"}
    assert keys_sent(client, blocking, **own_words) == [None], "what the user says holds for every route"


def silent_server_is_given_up(client: Generated) -> None:
    with client.client() as used:
        timeout = used.get_httpx_client().timeout.as_dict()
    assert all(isinstance(seconds, float) and 0 < seconds <= 600 for seconds in timeout.values())


# -- answers that are not as documented ---------------------------------------------------------------------------------


def strange_entries_that_a_program_adds_are_written(client: Generated) -> None:
    task = client.task(files=[{"url": "u"}])
    task.files.append(None)
    assert task.to_dict()["files"] == [{"url": "u"}, None]


def member_of_another_type_is_converted(client: Generated) -> None:
    task = client.task(credits="3", progress=50, files=[{"seconds": 4.0}])
    assert [type(task.credits_), type(task.files[0].seconds)] == [int, int]
    assert (task.credits_, task.progress, task.files[0].seconds) == (3, 50, 4)
    assert json.dumps(task.to_dict()["credits"]) == '"3"', "what was sent is written"


# -- requests -----------------------------------------------------------------------------------------------------------


def request_names_the_member_that_it_does_not_know(client: Generated) -> None:
    for body, named in (({"model": "one", "durration": 5}, "durration"), ({"model": "one", "duration": "long"}, "duration")):
        with pytest.raises(TypeError, match=f"VideoRequest.*{named}"):
            client.module("models").VideoRequest.from_dict(body)
    with pytest.raises(TypeError, match="Voice has no member 'nmae'"):
        client.module("models").SpeechRequest.from_dict({"text": "hello", "voices": [{"name": "a", "nmae": "b"}]})


def copied_model_leaves_out_what_was_left_out(client: Generated) -> None:
    request = client.module("models").VideoRequest(model="one")
    for copied in (copy.deepcopy(request), pickle.loads(pickle.dumps(request))):  # noqa: S301 - made one line above
        assert copied.to_dict() == {"model": "one"}


def what_is_unset_is_printed_as_unset(client: Generated) -> None:
    assert "duration=UNSET" in repr(client.module("models").VideoRequest(model="one"))


def warned_at(act: Callable[[], object]) -> list[tuple[str, str]]:
    """Return the file and text of each warning that something gives."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        act()
    assert all(warning.category is DeprecationWarning for warning in seen)
    return [(Path(warning.filename).name, str(warning.message)) for warning in seen]


def deprecated_route_is_warned_of_at_the_callers_line(client: Generated) -> None:
    route, body = client.module("api.video.speak"), client.module("models").SpeechRequest(text="hello")
    authenticated = client.authenticated(httpx_args={"transport": httpx.MockTransport(lambda _: httpx.Response(200, json={}))})

    async def call() -> None:
        await route.asyncio(client=authenticated, body=body)

    for act in (lambda: route.sync(client=authenticated, body=body), lambda: asyncio.run(call())):
        [(file, text)] = warned_at(act)
        assert (file, "speak" in text) == (Path(__file__).name, True)


def deprecated_parameter_is_warned_of_at_the_callers_line(client: Generated) -> None:
    route, answer = client.module("api.video.get_video"), httpx.Response(200, json={"task_id": "1"})
    authenticated = client.authenticated(httpx_args={"transport": httpx.MockTransport(lambda _: answer)})
    [(file, text)] = warned_at(lambda: route.sync("1", client=authenticated, old_form="a"))
    assert (file, "old_form of get_video" in text) == (Path(__file__).name, True)
    assert warned_at(lambda: route.sync("1", client=authenticated)) == []


def deprecated_member_is_warned_of_at_the_callers_line(client: Generated) -> None:
    model = client.module("models").SpeechRequest
    [(file, text)] = warned_at(lambda: model(text="hello", accent="south"))
    assert (file, "SpeechRequest.accent" in text) == (Path(__file__).name, True)
    assert warned_at(lambda: model(text="hello")) == []


# -- what is imported ---------------------------------------------------------------------------------------------------


def model_is_imported_alone(client: Generated) -> None:
    fresh = imported(client.folder)
    assert fresh.module("models").Task is not None
    assert fresh.loaded("models.", "client") == {"models.task"}, "the client would import httpx"


def route_imports_the_models_it_needs(client: Generated) -> None:
    fresh = imported(client.folder)
    route = fresh.module("api.video.get_video")
    assert fresh.loaded("models.", "client") == set()
    route._parse_response(client=None, response=httpx.Response(200, json={"task_id": "1", "state": "new"}))
    assert fresh.loaded("models.") == {"models.task"}


def id_that_would_leave_its_path_is_refused(client: Generated) -> None:
    get_kwargs: Any = client.module("api.video.get_video")._get_kwargs
    for text in ("", ".", ".."):
        with suppress(ValueError):
            assert get_kwargs(text) is None, text
    assert get_kwargs("a/b")["url"] == "/videos/a%2Fb"


DEFECTS: Final[tuple[Callable[[Generated], None], ...]] = tuple(
    function for function in list(vars().values()) if isfunction(function) and [*signature(function).parameters] == ["client"]
)
"""What a user relies on, and the generator's own client does not do."""
