from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.upscale_legacy_model import UpscaleLegacyModel

_MEMBERS = Members(
    member("model", "model", "UpscaleLegacyModel", required=True),
    member("creation_id", "creation_id", str, required=True),
    member("callback_url", "callback_url", str),
)


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
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        upscale_legacy_request = cls(**taken)

        return upscale_legacy_request
