"""A film at a signed URL of another host, and the API key that must not be sent there."""

from __future__ import annotations

import io
from typing import Final

from playing import RETRY, Way, account, client
from server import Server

from vidu_ext import DownloadOptions, TaskRef

KEY: Final = "vk-7f3a9c5e1b2d4860-secret"


def elsewhere(server: Server) -> str:
    """Return the server's origin under a host name other than that of its API."""
    return server.origin.replace("127.0.0.1", "localhost")


def few_tries() -> DownloadOptions:
    return DownloadOptions(retry=RETRY, tries=2)


def fetch(way: Way, server: Server, url: str) -> bytes:
    """Return what a client downloads for the server's first task if the film is at `url`."""
    target = io.BytesIO()
    ref = TaskRef(server.provider, server.paid[0].id)
    server.film_urls[ref.task_id] = url

    with client(way, [account(server)]) as vidu:
        vidu.wait(ref).download(target, options=few_tries())
    return target.getvalue()
