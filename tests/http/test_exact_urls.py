"""A signed URL is requested as the provider wrote it."""

from __future__ import annotations

from typing import Final

import pytest
from playing import Way, body_for, both_ways
from provider_forms import Act
from provider_tasks import film_of
from server import Server
from signed_files import KEY, elsewhere, fetch

TARGETS: Final = (
    "?Expires=1&Signature=a%2Fb%2Bc%3D&Key-Pair-Id=K",
    "?Signature=a/b+c=~&x=%7E",
    "?response-content-disposition=attachment%3Bfilename%3D%22a%20b.mp4%22&a=1;b=2",
    "?a=%C3%BC&b=%u00fc",
    "??a=?b",
    "?&&a=&=b&&",
    "?a=[1]&b={2}&c=|3|&d=^4&e=`5`&f=<6>",
    "?a='1'&b=\"2\"&c=\\3",
    "/..%2Fa%2e%2e/b",
    "/../films/./x/../y//z/",
    "/%E4%BD%A0%e4%bd%a0",
    "/a|b/c[d]/e{f}/g^h",
)


@both_ways
@pytest.mark.parametrize("ending", TARGETS)
def test_signed_url_is_requested_byte_for_byte(ending: str, way: Way) -> None:
    """Whether an answer names it or a redirect leads to it."""
    with Server(key=KEY, life=("done",)) as server, Server() as file_host:
        name = server.make(body_for("vidu")).id
        target = f"/films/{name}.mp4{ending}"
        file_host.plan["film"] = iter([None, Act(status=302, headers={"location": elsewhere(file_host) + target})])
        for url in (elsewhere(file_host) + target, f"{file_host.origin}/films/{name}.mp4"):
            assert fetch(way, server, url) == film_of(name)
        assert [seen.target for seen in file_host.seen] == [target, f"/films/{name}.mp4", target]
        assert file_host.seen[0].headers["host"] == elsewhere(file_host).removeprefix("http://")


@both_ways
@pytest.mark.parametrize(("ending", "sent"), [("?a=ü%2F#t=1", "?a=%C3%BC%2F"), ("?a=%2f'#t=1", "?a=%2f'")])
def test_character_outside_ascii_is_escaped_and_a_fragment_is_not_sent(ending: str, sent: str, way: Way) -> None:
    with Server(key=KEY, life=("done",)) as server, Server() as file_host:
        name = server.make(body_for("vidu")).id
        assert fetch(way, server, f"{elsewhere(file_host)}/films/{name}.mp4{ending}") == film_of(name)
        assert [seen.target for seen in file_host.seen] == [f"/films/{name}.mp4{sent}"]
