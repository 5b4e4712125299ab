from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all
from ..types import UNSET, Unset

_MEMBERS = Members(
    member("job_ids", "job_ids", [str], required=True),
    member("callback_url", "callback_url", str),
)


T = TypeVar("T", bound="ComposeGeneralFilmRequest")


@_attrs_define
class ComposeGeneralFilmRequest:
    job_ids: list[str]
    """ Jobs of the shots to join. """
    callback_url: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "job_ids": self.job_ids,
        }
        if self.callback_url is not UNSET:
            field_dict["callback_url"] = self.callback_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        compose_general_film_request = cls(**taken)

        return compose_general_film_request
