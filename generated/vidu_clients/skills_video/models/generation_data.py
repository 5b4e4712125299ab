from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.generated_file import GeneratedFile

_MEMBERS = Members(
    member("type_", "type", str, None),
    member("n", "n", int, None),
    member("actual_prompt", "actual_prompt", str, None),
    member("images", "images", ["GeneratedFile"], None),
    member("image", "image", "GeneratedFile", None),
    member("videos", "videos", ["GeneratedFile"], None),
    member("video", "video", "GeneratedFile", None),
)


T = TypeVar("T", bound="GenerationData")


@_attrs_define
class GenerationData:
    """Result; its members depend on the model. Documented for pictures. For videos look at videos, then video, then
    images, then image, and otherwise at the raw object.

    """

    type_: None | str | Unset = UNSET
    """ Kind of the result, image in the one documented answer; an open set. """
    n: int | None | Unset = UNSET
    """ How many results. """
    actual_prompt: None | str | Unset = UNSET
    """ The prompt that was used. """
    images: list[GeneratedFile] | None | Unset = UNSET
    image: GeneratedFile | None | Unset = UNSET
    """ The first of images. """
    videos: list[GeneratedFile] | None | Unset = UNSET
    """ By analogy with images. """
    video: GeneratedFile | None | Unset = UNSET
    """ By analogy with image. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.type_ is not UNSET:
            field_dict["type"] = self.type_
        if self.n is not UNSET:
            field_dict["n"] = self.n
        if self.actual_prompt is not UNSET:
            field_dict["actual_prompt"] = self.actual_prompt
        if self.images is not UNSET:
            field_dict["images"] = json_of(self.images)
        if self.image is not UNSET:
            field_dict["image"] = json_of(self.image)
        if self.videos is not UNSET:
            field_dict["videos"] = json_of(self.videos)
        if self.video is not UNSET:
            field_dict["video"] = json_of(self.video)
        for name, value in self.additional_properties.items():
            field_dict[name] = json_of(value)

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, d = take_all(cls, src_dict, _MEMBERS)
        generation_data = cls(**taken)

        generation_data.additional_properties = d
        return generation_data

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
