"""A file at a signed URL of another host, and the API key that must not be sent there."""

from __future__ import annotations

import io
from typing import Final

from playing import RETRY, Way, account, call_client, run_flow
from server import Server

from vidu_ext import DownloadOptions, Settings, TaskRef
from vidu_ext.client.session import Session
from vidu_ext.flows.upload import upload_flow
from vidu_ext.providers import provider_named
from vidu_ext.spec.formats import Medium

KEY: Final = "vk-7f3a9c5e1b2d4860-secret"


def elsewhere(server: Server) -> str:
    """Return the server's origin under a host name other than that of its API."""
    return server.origin.replace("127.0.0.1", "localhost")


def few_tries() -> DownloadOptions:
    return DownloadOptions(retry=RETRY, tries=2)


def fetch(way: Way, server: Server, url: str, settings: Settings | None = None) -> bytes:
    """Return what a client downloads for the server's first task if the film is at `url`."""
    target = io.BytesIO()
    ref = TaskRef(server.provider, server.paid[0].id)
    server.film_urls[ref.task_id] = url
    call_client(way, [account(server)], lambda vidu: vidu.download(ref, target, options=few_tries()), settings)
    return target.getvalue()


def session_of(server: Server, settings: Settings) -> Session:
    return Session([account(server)], prefer=None, settings=settings, chance=lambda: 0.0, now=lambda: 0.0)


def upload(way: Way, server: Server, settings: Settings) -> str | None:
    """Upload bytes to the place that the server names, and return their URI."""
    session, name = session_of(server, settings), server.provider
    host = session.choice.endpoints[name].host
    flow = upload_flow(name, provider_named(name), Medium(b"PNG", "png"), account_host=host, retry=RETRY)
    uri: str | None = run_flow(way, session.choice.endpoints, session.settings, flow)
    return uri
