"""Upload large local pictures before the request, at providers that take uploads."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from attrs import evolve, field, frozen

from vidu_ext.spec.media import Medium, media_faults, member_of, read_medium
from vidu_ext.values.errors import CallError, ResponseUnreadableError
from vidu_ext.values.exchange import ErrorReading, ExchangeError, Reply
from vidu_ext.values.json import as_object, leaves, place_of, value_at
from vidu_ext.values.requests import Request, local_media, with_media
from vidu_ext.values.urls import forbidden, nearness

from .call import TRANSIENT_STATUSES, call_flow, is_transient
from .effects import Flow, chance, now, pause, put
from .outcome import Busy, NotSent, Refused
from .policy import RetryPolicy
from .routing import Examined, examine

if TYPE_CHECKING:
    from vidu_ext.providers.accounts import Account
    from vidu_ext.providers.base import Encoded, Provider
    from vidu_ext.spec.media import MediaRule
    from vidu_ext.values.tasks import Json

    from .effects import Flow
    from .policy import RetryPolicy
    from .routing import Offer


UPLOAD_ABOVE: Final = 4 * 1024 * 1024
"""Bytes of local files in one request above which they are uploaded. Below, they travel inside the request; requests with
several large pictures inside were seen to time out."""


@frozen
class Plan:
    """What the accounts can do with a request, and the files that those which take uploads are given first."""

    examined: tuple[Examined, ...]
    uploads: Mapping[str, Medium] = field(factory=dict[str, Medium], repr=False)
    """By the text that stands in the encoded request until the upload is done."""


def plan(
    request: object, accounts: Sequence[Account], providers: Mapping[str, Provider], *, check: bool, path_id: str | None
) -> Plan:
    """What each account can do with the request. Local files are read here. Raises ConfigurationError for bad files."""
    if not isinstance(request, Request):
        return Plan(examine(request, accounts, check=check, path_id=path_id))
    media = [read_medium(source) for source in local_media(request)]
    unread = iter(media)
    inline = examine(with_media(request, lambda _: next(unread).data_uri()), accounts, check=check, path_id=path_id)
    if sum(len(medium.content) for medium in media) <= UPLOAD_ABOVE:
        return Plan(inline)
    uploads: dict[str, Medium] = {}
    chosen: dict[str, Examined] = {}
    for near in inline:
        if near.provider not in chosen:
            chosen[near.provider], taken = _with_uploads(request, media, near, providers[near.account], check=check)
            uploads |= taken
    return Plan(tuple(evolve(chosen[near.provider], account=near.account) for near in inline), uploads)


def _with_uploads(
    request: Request, media: Sequence[Medium], near: Examined, provider: Provider, *, check: bool
) -> tuple[Examined, Mapping[str, Medium]]:
    """What an account can do once the media that it takes as uploads are uploaded, and those media. The others stay inside.

    `near` is what it can do with all of them inside.
    """
    reserve = provider.upload_call("picture.png", "image/png")
    if near.encoded is None or reserve is None:
        return near, {}
    names = [provider.upload_stand_in(index) for index in range(len(media))]
    unused = iter(names)
    encoded = provider.encode(with_media(request, lambda _: next(unused)))
    most = provider.contract.operation(reserve.operation).max_upload_bytes
    rule_of = partial(provider.contract.media_rule, encoded.operation)
    uploads: dict[str, Medium] = {}
    body: Json = encoded.body
    for name, medium in zip(names, media, strict=True):
        if (most is None or len(medium.content) <= most) and _may_stand(name, encoded.body, rule_of):
            uploads[name] = medium
        else:
            body = _replaced(body, name, medium.data_uri())
    encoded = evolve(encoded, body=as_object(body))
    if not check:
        return evolve(near, encoded=encoded), uploads
    hidden = media_faults(near.encoded.body, rule_of)
    faults = [fault for fault in hidden if value_at(body, place_of(fault.pointer)) in uploads]
    return evolve(near, encoded=encoded, faults=(*provider.contract.faults(encoded.operation, body), *faults)), uploads


def _may_stand(text: str, body: Json, rule_of: Callable[[str], MediaRule | None]) -> bool:
    """Whether the address of an upload may stand wherever this one does."""
    rules = [rule_of(member_of(place)) for place, value in leaves(body) if value == text]
    return all(rule is not None and re.match(rule.pattern, text) for rule in rules)


def uploaded(
    offer: Offer, provider: Provider, uploads: Mapping[str, Medium], *, account_host: str, retry: RetryPolicy, check: bool
) -> Flow[Encoded]:
    """The encoded request with the address of each uploaded file in its place. Raises CallError."""
    encoded = offer.encoded
    body: Json = encoded.body
    for name, medium in uploads.items():
        if not _holds(body, name):
            continue
        url = yield from upload_flow(
            offer.account,
            provider,
            account_host=account_host,
            file_name=f"picture.{medium.format or 'bin'}",
            content=medium.content,
            content_type=medium.content_type,
            retry=retry,
        )
        body = _replaced(body, name, url or "")
    for fault in provider.contract.faults(encoded.operation, body) if check else ():
        raise CallError(offer.account, encoded.operation, f"the address of an upload cannot stand in the request, {fault}")
    return evolve(encoded, body=as_object(body))


def _holds(value: Json, text: str) -> bool:
    if isinstance(value, dict):
        return any(_holds(below, text) for below in value.values())
    if isinstance(value, list):
        return any(_holds(below, text) for below in value)
    return value == text


def _replaced(value: Json, text: str, new: str) -> Json:
    if isinstance(value, dict):
        return {name: _replaced(below, text, new) for name, below in value.items()}
    if isinstance(value, list):
        return [_replaced(below, text, new) for below in value]
    return new if value == text else value


def outcome_of_upload(failure: CallError) -> NotSent | Busy | Refused:
    """What a failed upload means for the request that it was for. Nothing was created there, so it is never unknown."""
    detail = f"a file of the request could not be uploaded ({failure.operation}: {failure.detail.rstrip('.')})"
    reading = failure.reading or ErrorReading(failure.code, "", "other", failure.status or 0)
    reading = evolve(reading, message=detail)
    if reading.status >= 400 and not is_transient(reading.status, reading):
        return Refused(reading)
    return NotSent(detail) if failure.reading is None else Busy(reading, None)


def upload_flow(
    account: str,
    provider: Provider,
    *,
    account_host: str,
    file_name: str,
    content: bytes,
    content_type: str,
    retry: RetryPolicy,
) -> Flow[str | None]:
    """What to write where an image URL is asked, after the bytes were brought there; None where no upload is offered."""
    reserve = provider.upload_call(file_name, content_type)
    if reserve is None:
        return None
    reply = yield from call_flow(account, provider, reserve, retry=retry)
    place = provider.upload_place(reply.json())
    if place is None:
        raise ResponseUnreadableError(
            account, reserve.operation, "the answer names no address to upload to", status=reply.status, raw=reply.content
        )
    if place.put_url is None:
        return place.public_url
    if reason := forbidden(place.put_url, before="", near=nearness(account_host)):
        raise CallError(account, reserve.operation, f"the upload {reason}; nothing was sent there")
    stored = yield from _put(account, reserve.operation, place.put_url, content, content_type, retry=retry)
    finish = provider.upload_finish_call(place, stored.headers.get("etag", ""))
    if finish is not None:
        reply = yield from call_flow(account, provider, finish, retry=retry)
    url = provider.uploaded_url(place, reply.json())
    if url is None:
        raise ResponseUnreadableError(
            account, reserve.operation, "the answer names no address of the upload", status=reply.status, raw=reply.content
        )
    return url


def _put(account: str, operation: str, url: str, content: bytes, content_type: str, *, retry: RetryPolicy) -> Flow[Reply]:
    began = yield from now()
    tries = 0
    while True:
        tries += 1
        try:
            reply = yield from put(url, content, content_type)
        except ExchangeError as failure:
            problem, is_final = CallError(account, operation, f"the upload broke off: {failure.detail}"), False
        else:
            if reply.is_success:
                return reply
            problem = CallError(account, operation, "the storage refused the upload", status=reply.status)
            is_final = reply.status < 500 and reply.status not in TRANSIENT_STATUSES
        wait = retry.pause(tries, (yield from chance()), None)
        if is_final or (yield from now()) + wait - began > retry.budget:
            raise problem
        yield from pause(wait)
