from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.upload_scene import UploadScene, check_upload_scene

T = TypeVar("T", bound="CreateUploadRequest")


@_attrs_define
class CreateUploadRequest:
    scene: UploadScene
    """ The only word documented. """

    def to_dict(self) -> dict[str, Any]:
        scene: str = self.scene

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "scene": scene,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        scene = check_upload_scene(d.pop("scene"))

        create_upload_request = cls(
            scene=scene,
        )

        return create_upload_request
