from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="EditGeneralFilmRequest")


@_attrs_define
class EditGeneralFilmRequest:
    job_id: str
    """ Job of the shot. """
    prompt: str
    """ What happens in the shot. """
    callback_url: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        job_id = self.job_id

        prompt = self.prompt

        callback_url = self.callback_url

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "job_id": job_id,
                "prompt": prompt,
            }
        )
        if callback_url is not UNSET:
            field_dict["callback_url"] = callback_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        job_id = d.pop("job_id")

        prompt = d.pop("prompt")

        callback_url = d.pop("callback_url", UNSET)

        edit_general_film_request = cls(
            job_id=job_id,
            prompt=prompt,
            callback_url=callback_url,
        )

        return edit_general_film_request
