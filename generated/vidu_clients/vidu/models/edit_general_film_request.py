from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all
from ..types import UNSET, Unset

_MEMBERS = Members(
    member("job_id", "job_id", str, required=True),
    member("prompt", "prompt", str, required=True),
    member("callback_url", "callback_url", str),
)


T = TypeVar("T", bound="EditGeneralFilmRequest")


@_attrs_define
class EditGeneralFilmRequest:
    job_id: str
    """ Job of the shot. """
    prompt: str
    """ What happens in the shot. """
    callback_url: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "job_id": self.job_id,
            "prompt": self.prompt,
        }
        if self.callback_url is not UNSET:
            field_dict["callback_url"] = self.callback_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        edit_general_film_request = cls(**taken)

        return edit_general_film_request
