"""Large local pictures go to the provider before the request does, where the provider takes uploads.

Decides which, and keeps what is to be uploaded beside the offer; the upload itself is a flow (flows.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from attrs import evolve, field, frozen

from .flows import upload_flow
from .media import Medium, read_medium
from .requests import Request, local_media, with_media
from .selection import Examined, examine
from .spec import place_of, value_at

if TYPE_CHECKING:
    from .accounts import Account
    from .contract import Fault
    from .effects import Flow
    from .policy import RetryPolicy
    from .providers.base import Encoded, Provider
    from .selection import Offer
    from .tasks import Json

UPLOAD_ABOVE: Final = 4 * 1024 * 1024
"""Bytes of local files in one request above which they are uploaded. Below, they travel inside the request; requests with
several large pictures inside were seen to time out."""

_PLACEHOLDER: Final = "https://upload.invalid/"


@frozen
class Plan:
    """What the accounts can do with a request, and the files that those which take uploads are given first."""

    examined: tuple[Examined, ...]
    uploads: Mapping[str, Medium] = field(factory=dict[str, Medium], repr=False)
    """By the placeholder that stands in the encoded request until the upload is done."""


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
    names = iter(range(len(media)))
    uploads = {f"{_PLACEHOLDER}{index}": medium for index, medium in enumerate(media)}
    remote = examine(with_media(request, lambda _: f"{_PLACEHOLDER}{next(names)}"), accounts, check=check, path_id=path_id)
    chosen = [
        _with_media_faults(far, near) if providers[far.account].upload_call("picture.png", "image/png") else near
        for near, far in zip(inline, remote, strict=True)
    ]
    return Plan(tuple(chosen), uploads)


def _with_media_faults(far: Examined, near: Examined) -> Examined:
    """What an account that uploads can do: faults of the request around the files, and of the files themselves."""
    if near.encoded is None or far.encoded is None:
        return near
    body = near.encoded.body
    return evolve(far, faults=(*far.faults, *(fault for fault in near.faults if _is_of_file(fault, body))))


def _is_of_file(fault: Fault, body: Json) -> bool:
    try:
        value = value_at(body, place_of(fault.pointer))
    except (KeyError, IndexError, TypeError):
        return False
    return isinstance(value, str) and value.startswith("data:")


def uploaded(offer: Offer, provider: Provider, uploads: Mapping[str, Medium], *, retry: RetryPolicy) -> Flow[Encoded]:
    """The encoded request with every placeholder in it replaced by the address of the uploaded file."""
    body: Json = offer.encoded.body
    for placeholder, medium in uploads.items():
        if not _holds(body, placeholder):
            continue
        url = yield from upload_flow(
            offer.account,
            provider,
            file_name=f"picture.{medium.format or 'bin'}",
            content=medium.content,
            content_type=medium.content_type,
            retry=retry,
        )
        body = _replaced(body, placeholder, url or "")
    return evolve(offer.encoded, body=body if isinstance(body, dict) else offer.encoded.body)


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
