"""Upload large local pictures before the request, at providers that take uploads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from vidu_ext.values.errors import CallError, ResponseUnreadableError
from vidu_ext.values.exchange import ErrorReading, Reply
from vidu_ext.values.json import as_object, with_texts
from vidu_ext.values.shown import shown_value
from vidu_ext.values.urls import forbidden, nearness

from .call import call_flow, is_transient, repeat_flow
from .effects import Flow
from .file_effects import Put
from .outcome import Busy, NotSent, Refused
from .policy import RetryPolicy

if TYPE_CHECKING:
    from vidu_ext.providers.base import Provider
    from vidu_ext.providers.offers import Offer
    from vidu_ext.spec.formats import Medium


def upload_media(offer: Offer, provider: Provider, *, account_host: str, retry: RetryPolicy) -> Flow[Offer]:
    """Upload the files of an offer and return it with their URLs in their places. Raises CallError."""
    urls: dict[str, str] = {}
    for name, medium in offer.uploads.items():
        urls[name] = yield from upload_flow(offer.account, provider, medium, account_host=account_host, retry=retry)
        if offer.is_checked and not provider.contract.takes_text(offer.operation, offer.body, urls[name], name):
            detail = f"the URL of an upload cannot be used in the request: {shown_value(urls[name])}"
            raise CallError(offer.account, offer.operation, detail)
    return evolve(offer, body=as_object(with_texts(offer.body, urls)))


def outcome_of_upload(failure: CallError) -> NotSent | Busy | Refused:
    """Return the outcome of a request whose upload failed. Nothing was created, so it is never unknown."""
    detail = f"a file of the request could not be uploaded ({failure.operation}: {failure.detail.rstrip('.')})"
    if failure.reading is None:
        return NotSent(detail)
    reading = failure.reading._replace(message=detail)
    return Refused(reading) if reading.status >= 400 and not is_transient(reading.status, reading) else Busy(reading, None)


def upload_flow(account: str, provider: Provider, medium: Medium, *, account_host: str, retry: RetryPolicy) -> Flow[str]:
    """Upload a file and return what to write in place of its URL. Raises CallError."""
    reserve = provider.upload_call(f"picture.{medium.format or 'bin'}", medium.content_type)
    if reserve is None:
        raise AssertionError(f"no offer at {provider.name} has uploads")
    reply = yield from call_flow(account, provider, reserve, retry=retry)
    place = provider.upload_place(reply.json())
    if place is None:
        detail = "the answer has no URL to upload to"
        raise ResponseUnreadableError(account, reserve.operation, detail, status=reply.status, raw=reply.content)
    if place.put_url is not None:  # else the provider has the file already
        if reason := forbidden(place.put_url, before="", near=nearness(account_host)):
            raise CallError(account, reserve.operation, f"the upload {reason}; nothing was sent there")
        put = Put(place.put_url, medium.content, medium.content_type)
        trouble = "the upload broke off: "
        stored = yield from repeat_flow(put, account, reserve.operation, _storage_error, retry=retry, trouble=trouble)
        finish = provider.upload_finish_call(place, stored.headers.get("etag", ""))
        if finish is not None:
            reply = yield from call_flow(account, provider, finish, retry=retry)
    url = provider.uploaded_url(place, reply.json())
    if url is None:
        detail = "the answer has no URL of the upload"
        raise ResponseUnreadableError(account, reserve.operation, detail, status=reply.status, raw=reply.content)
    return url


def _storage_error(reply: Reply) -> ErrorReading:
    return ErrorReading(None, "the storage refused the upload", "other", reply.status)
