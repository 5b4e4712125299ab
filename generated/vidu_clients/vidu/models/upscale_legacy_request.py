from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import members_of, refuse_unknown, take
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.upscale_legacy_model import UpscaleLegacyModel


T = TypeVar("T", bound="UpscaleLegacyRequest")


@_attrs_define
class UpscaleLegacyRequest:
    model: UpscaleLegacyModel
    creation_id: str
    """ Id of a creation in 360p; not the id of its task. """
    callback_url: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "model": self.model,
            "creation_id": self.creation_id,
        }
        if self.callback_url is not UNSET:
            field_dict["callback_url"] = self.callback_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = members_of(src_dict)
        upscale_legacy_request = cls(
            model=take(
                cls, d, "model", "UpscaleLegacyModel", required=True, closed=True
            ),
            creation_id=take(cls, d, "creation_id", str, required=True, closed=True),
            callback_url=take(cls, d, "callback_url", str, closed=True),
        )
        refuse_unknown(cls, d)

        return upscale_legacy_request
