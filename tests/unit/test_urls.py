"""URLs: which may be fetched, where redirects lead, which hosts get the key, and what messages may show."""

from __future__ import annotations

from typing import Final

import pytest

from vidu_ext.values.urls import (
    METADATA,
    NOT_PUBLIC,
    PRIVATE,
    PUBLIC,
    api_root,
    ending,
    forbidden,
    is_path,
    may_take_key,
    nearness,
    path_of,
    redirected,
    same_host,
    shown_url,
    without_route,
)

SIGNED: Final = "https://cdn.example/a/b%2Fc/film.mp4?Signature=a%2Bb~c&Expires=1"


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        (SIGNED, SIGNED),
        ("/new/../film.mp4?s=%7E&", "https://api.example:8443/new/../film.mp4?s=%7E&"),
        ("other.mp4", "https://api.example:8443/files/other.mp4"),
        ("?page=2", "https://api.example:8443/files/1?page=2"),
    ],
)
def test_redirect_keeps_its_bytes(location: str, expected: str) -> None:
    assert redirected("https://api.example:8443/files/1?q=/x", location) == expected


@pytest.mark.parametrize("url", ["http://h/x.mp4", "https://h/x.mp4", "HTTPS://h/x.mp4", "https://[2606:4700::1111]:8/x"])
def test_public_http_url_may_be_fetched(url: str) -> None:
    assert forbidden(url, before=url, near=PUBLIC) is None


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "cannot be read"),
        ("https://h/film.mp4\r\nX: y", "cannot be read"),
        ("ftp://h/film.mp4", "neither http nor https (ftp)"),
        ("file://localhost/etc/passwd", "neither http nor https (file)"),
        ("http://h/film.mp4", "from https to http"),
        ("https://good.example\\@evil.example/film.mp4", "cannot be read"),
        ("https://evil.example[127.0.0.1]/film.mp4", "cannot be read"),
        ("https://127.0.0.1%00.evil.example/film.mp4", "cannot be read"),
        ("https://user:secret@127.1:8080/film.mp4", "not public"),
    ],
)
def test_unsafe_url_may_not_be_fetched(url: str, reason: str) -> None:
    assert reason in (forbidden(url, before="https://first.example/", near=PUBLIC) or "")


# Networks: RFC 6890. Spellings of IPv4 addresses: inet_aton(3). IPv4 addresses within IPv6 ones: RFC 3056, 4291, 4380, 5214 and
# 6052. Names: RFC 6761, and the documents of Docker, Podman and the clouds.
HOSTS_BY_NEARNESS: Final[dict[int, str]] = {
    PUBLIC: """
        cdn.example localhost.example notlocalhost films.internal nas.local 1e100.net 0x.com abc.127 127.0.0.1.example
        8.8.8.8 8.8 134744072 172.32.0.1 100.128.0.1 [2606:4700::1111] [::ffff:8.8.8.8] [64:ff9b::8.8.8.8] [2002:808:808::]
        1.2.3.4.5 4294967296 256.1.1.1 09.1.1.1
    """,
    PRIVATE: """
        localhost LOCALHOST localhost. a.b.localhost ip6-localhost 127.0.0.1 127.0.0.1. 127.255.0.9 127.1 127.0.1 2130706433
        0x7f000001 0x7f.1 0177.0.0.1 017700000001 0X7F.0.0.0x1 0 0.0.0.0 0.1.2.3 10.1.2.3 10.66051 172.16.0.1 172.31.255.255
        192.168.1.1 100.64.0.1 192.0.0.8 198.18.0.1 240.0.0.1 255.255.255.255 224.0.0.1 %31%32%37.0.0.1 127\u30020\u30020\u30021
        \N{FULLWIDTH DIGIT ONE}27.0.0.1 [::1] [::] [::ffff:127.0.0.1] [::ffff:a01:203] [::127.0.0.1] [::ffff:0:10.0.0.1]
        [64:ff9b::127.0.0.1] [64:ff9b:1::808:808] [2002:7f00:1::] [2001:0:4136:e378:8000:63bf:f5ff:fffe] [fe80::5efe:10.0.0.1]
        [fc00::1] [fd12::1] [fec0::1] [ff02::1] [2001:db8::1] [3fff::1] [5f00::1] localhost4 localhost6.localdomain6
        loopback ip6-loopback host.docker.internal Gateway.Docker.Internal host.containers.internal
    """,
    METADATA: """
        169.254.169.254 169.254.0.1 2852039166 0xa9fea9fe 0251.0376.0251.0376 [::ffff:169.254.169.254] [64:ff9b::a9fe:a9fe]
        [2002:a9fe:a9fe::] [fe80::1] [fe80::1%eth0] [fe80::1%25eth0] [fd00:ec2::254] 100.100.100.200 168.63.129.16
        metadata.google.internal Metadata.Google.Internal. metadata.goog instance-data instance-data.ec2.internal
        metadata.tencentyun.com [fd20:ce::254]
    """,
}


@pytest.mark.parametrize("near", HOSTS_BY_NEARNESS)
def test_nearness_of_a_host_in_any_notation_decides_whether_it_may_be_fetched(near: int) -> None:
    """Once, an answer gave the address of a service in the private network as the URL of the film, and it was fetched."""
    for host in HOSTS_BY_NEARNESS[near].split():
        url = f"https://{host}/film.mp4"
        assert (host, nearness(host), nearness(f"{host}:8080"), nearness(f"user:secret@{host}")) == (host, near, near, near)
        assert (host, forbidden(url, before=url, near=near)) == (host, None)
        assert (host, forbidden(url, before=url, near=near - 1)) == (host, NOT_PUBLIC)


KEY_HOSTS: Final = ("gateway.example", "api.example:8443")


@pytest.mark.parametrize("url", ["https://gateway.example/x", "https://GATEWAY.example:443/x", "https://api.example:8443/x"])
def test_named_host_may_receive_the_key(url: str) -> None:
    assert may_take_key(url, KEY_HOSTS)


@pytest.mark.parametrize(
    "url",
    [
        "http://gateway.example/x", "https://gateway.example:444/x", "https://api.example/x",
        "https://gateway.example.evil.example/x", "https://evil.example/gateway.example",
        "https://gateway.example@evil.example/x", "https://evil.example@gateway.example/x",
        "https://evil.example\\@gateway.example/x", "https://sub.gateway.example/x", "https://gateway.example./x",
        "https://[gateway.example/x", "",
    ],
)  # fmt: skip
def test_key_goes_to_no_other_host_port_or_scheme(url: str) -> None:
    # an empty name must not match a URL whose host cannot be read
    assert not may_take_key(url, (*KEY_HOSTS, ""))


def test_host_is_the_same_with_scheme_and_port() -> None:
    others = ("https://H:443/b", "https://h:8443/a", "http://h/a")
    assert [same_host("https://h/a", other) for other in others] == [True, False, False]


def test_ending_is_read_from_the_path_and_only_if_it_is_known() -> None:
    assert [ending(url) for url in ("https://h/a/film.MP4?x=.png", "https://h/mp4", "https://[h/film.mp4")] == ["mp4", None, None]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (SIGNED, "https://cdn.example/.../film.mp4"),
        ("https://cdn.example/film.mp4#secret", "https://cdn.example/film.mp4"),
        ("https://user:secret@cdn.example:81/secret/", "https://cdn.example/.../"),
        ("https://cdn.example/film.mp4;secret", "https://cdn.example/"),
        ("https://cdn.example/secret%3D.mp4", "https://cdn.example/"),
        ("http://[fe80::1]:81/secret", "http://[fe80::1]/"),
        ("data:video/mp4;base64,secret", "a URL that cannot be shown"),
    ],
)
def test_shown_url_has_nothing_private(url: str, expected: str) -> None:
    assert shown_url(url) == expected


VIDU_PATHS: Final = ("/ent/v2/text2video", "/ent/v2/tasks/{id}/creations", "/tools/v2/files/uploads", "/credits")


@pytest.mark.parametrize(
    ("base_url", "root"),
    [
        ("https://api.vidu.com", "https://api.vidu.com"),
        ("https://api.vidu.com/ent/v2", "https://api.vidu.com"),
        ("https://api.vidu.com/ent/v2/ent/v2", "https://api.vidu.com"),
        ("https://gateway.example/vidu/ent/v2", "https://gateway.example/vidu"),
        ("https://gateway.example/client/v2", "https://gateway.example/client/v2"),
        ("https://ent/v2", "https://ent/v2"),
    ],
)
def test_base_url_does_not_double_the_beginning_of_a_path(base_url: str, root: str) -> None:
    """Once, calls went to /ent/v2/ent/v2/text2video, and the error for the 404 advised to correct the request."""
    assert without_route(base_url, VIDU_PATHS) == root
    assert api_root(base_url, VIDU_PATHS, ["https://other.example/api"]) == root


SERVERS: Final = ("https://api.example/api/v1", "https://api.example.cn/api/v1")
PATHS_BELOW_SERVERS: Final = ("/generation/q3", "/credits")


@pytest.mark.parametrize(
    ("base_url", "root"),
    [
        ("https://api.example", SERVERS[0]),
        ("https://api.example.cn", SERVERS[1]),
        ("https://api.example/api/v1/generation/q3/generation/q3", SERVERS[0]),
        ("https://api.example/api/v", None),
        ("https://api.example/api/v2", None),
        ("https://api.example:8443/v1", "https://api.example:8443/v1"),  # another origin, such as a mirror, is kept
    ],
)
def test_base_url_at_the_origin_of_a_provider_is_completed_or_refused_and_others_kept(base_url: str, root: str | None) -> None:
    """Once, without /api/v1, calls went to /generation/vidu/q3, and the error for the 404 advised to correct the request."""
    assert api_root(base_url, PATHS_BELOW_SERVERS, SERVERS) == root


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("a.png", "a.png"),
        ("C:\\a.png", "C:\\a.png"),
        ("~/a.png", "/home/ada/a.png"),
        ("~no-such-user/a.png", "~no-such-user/a.png"),
        ("file:///b/a%20b.png", "/b/a b.png"),
        ("FILE://LocalHost/b/a.png", "/b/a.png"),
        ("file:///C:/a.png", "C:/a.png"),
        ("file://server/share/a.png", "//server/share/a.png"),
    ],
)
def test_path_is_the_one_that_a_text_or_a_file_url_names(text: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    assert (is_path(text), path_of(text)) == (True, path)


@pytest.mark.parametrize("text", ["", "https://example.com/a.png", "data:image/png;base64,AAAA", "ssupload:?id=1", "ftp://a/b"])
def test_address_is_no_path(text: str) -> None:
    assert not is_path(text)
