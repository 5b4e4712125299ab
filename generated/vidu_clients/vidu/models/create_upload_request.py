from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all

if TYPE_CHECKING:
    from ..models.upload_scene import UploadScene

_MEMBERS = Members(
    member("scene", "scene", "UploadScene", required=True),
)


T = TypeVar("T", bound="CreateUploadRequest")


@_attrs_define
class CreateUploadRequest:
    scene: UploadScene
    """ The only word documented. """

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "scene": self.scene,
        }

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        create_upload_request = cls(**taken)

        return create_upload_request
