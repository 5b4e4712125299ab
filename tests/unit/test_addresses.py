"""Addresses: what may be asked for, where redirects lead, who gets the key, and what people may see."""

from __future__ import annotations

import pytest

from vidu_ext.addresses import ending, forbidden, may_take_key, redirected, same_host, shown

SIGNED = "https://cdn.example/a/b%2Fc/film.mp4?Signature=a%2Bb~c&Expires=1"


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        (SIGNED, SIGNED),
        ("https://cdn.example/p?", "https://cdn.example/p?"),
        ("//cdn.example/x%2fy?s=%2B", "https://cdn.example/x%2fy?s=%2B"),
        ("/new/../film.mp4?s=%7E&", "https://api.example:8443/new/../film.mp4?s=%7E&"),
        ("other.mp4", "https://api.example:8443/files/other.mp4"),
        ("?page=2", "https://api.example:8443/files/1?page=2"),
    ],
)
def test_a_redirect_is_not_rewritten(location: str, expected: str) -> None:
    assert redirected("https://api.example:8443/files/1?q=/x", location) == expected


@pytest.mark.parametrize("url", ["http://h/x.mp4", "https://h/x.mp4", "HTTPS://h/x.mp4", "https://[::1]:8/x"])
def test_a_plain_address_may_be_asked(url: str) -> None:
    assert forbidden(url, first=url) is None


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "cannot be read"),
        ("film.mp4", "cannot be read"),
        ("https:///film.mp4", "cannot be read"),
        ("https://[::1/film.mp4", "cannot be read"),
        ("https://h/film.mp4\r\nX: y", "cannot be read"),
        ("ftp://h/film.mp4", "neither http nor https (ftp)"),
        ("file://localhost/etc/passwd", "neither http nor https (file)"),
        ("http://h/film.mp4", "from https to http"),
    ],
)
def test_an_address_of_another_sort_is_not_asked(url: str, reason: str) -> None:
    assert reason in (forbidden(url, first="https://first.example/") or "")


HOSTS = ("gateway.example", "api.example:8443")


@pytest.mark.parametrize("url", ["https://gateway.example/x", "https://GATEWAY.example:443/x", "https://api.example:8443/x"])
def test_a_named_host_may_take_the_key(url: str) -> None:
    assert may_take_key(url, HOSTS)


@pytest.mark.parametrize(
    "url",
    [
        "http://gateway.example/x",
        "https://gateway.example:444/x",
        "https://api.example/x",
        "https://gateway.example.evil.example/x",
        "https://evil.example/gateway.example",
        "https://gateway.example@evil.example/x",
        "https://evil.example@gateway.example/x",
        "https://evil.example\\@gateway.example/x",
        "https://sub.gateway.example/x",
        "https://gateway.example./x",
        "https://[gateway.example/x",
        "",
    ],
)
def test_no_other_host_may_take_the_key(url: str) -> None:
    assert not may_take_key(url, (*HOSTS, ""))


def test_another_port_or_scheme_is_another_host() -> None:
    assert same_host("https://h/a", "https://H:443/b")
    assert not same_host("https://h/a", "https://h:8443/a")
    assert not same_host("https://h/a", "http://h/a")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://h/a/film.MP4?x=.png", "mp4"),
        ("https://h/film.php", None),
        ("https://h/mp4", None),
        ("https://h/", None),
        ("https://[h/film.mp4", None),
    ],
)
def test_only_a_known_ending_is_believed(url: str, expected: str | None) -> None:
    assert ending(url) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (SIGNED, "https://cdn.example/.../film.mp4"),
        ("https://cdn.example/film.mp4#secret", "https://cdn.example/film.mp4"),
        ("https://user:secret@cdn.example:81/secret/", "https://cdn.example/.../"),
        ("https://cdn.example/d/secret", "https://cdn.example/.../"),
        ("https://cdn.example/film.mp4;secret", "https://cdn.example/"),
        ("https://cdn.example/secret%3D.mp4", "https://cdn.example/"),
        ("data:video/mp4;base64,secret", "an address that cannot be shown"),
        ("https://[secret", "an address that cannot be shown"),
    ],
)
def test_nothing_private_of_an_address_is_shown(url: str, expected: str) -> None:
    assert shown(url) == expected
