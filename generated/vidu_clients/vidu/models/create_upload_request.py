from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import members_of, refuse_unknown, take

if TYPE_CHECKING:
    from ..models.upload_scene import UploadScene


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
        d = members_of(src_dict)
        create_upload_request = cls(
            scene=take(cls, d, "scene", "UploadScene", required=True, closed=True),
        )
        refuse_unknown(cls, d)

        return create_upload_request
