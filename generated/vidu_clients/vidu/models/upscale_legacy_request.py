from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.upscale_legacy_model import UpscaleLegacyModel, check_upscale_legacy_model
from ..types import UNSET, Unset

T = TypeVar("T", bound="UpscaleLegacyRequest")


@_attrs_define
class UpscaleLegacyRequest:
    model: UpscaleLegacyModel
    creation_id: str
    """ Id of a creation in 360p; not the id of its task. """
    callback_url: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        model: str = self.model

        creation_id = self.creation_id

        callback_url = self.callback_url

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "model": model,
                "creation_id": creation_id,
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
        model = check_upscale_legacy_model(d.pop("model"))

        creation_id = d.pop("creation_id")

        callback_url = d.pop("callback_url", UNSET)

        upscale_legacy_request = cls(
            model=model,
            creation_id=creation_id,
            callback_url=callback_url,
        )

        return upscale_legacy_request
