from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="ComposeMusicVideoRequest")


@_attrs_define
class ComposeMusicVideoRequest:
    job_ids: list[str]
    """ Jobs of the shots to join. """
    callback_url: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        job_ids = self.job_ids

        callback_url = self.callback_url

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "job_ids": job_ids,
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
        job_ids = cast(list[str], d.pop("job_ids"))

        callback_url = d.pop("callback_url", UNSET)

        compose_music_video_request = cls(
            job_ids=job_ids,
            callback_url=callback_url,
        )

        return compose_music_video_request
