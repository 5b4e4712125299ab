from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.generate_images_model import (
    GenerateImagesModel,
    check_generate_images_model,
)
from ..models.images_format import ImagesFormat, check_images_format
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.edited_image import EditedImage


T = TypeVar("T", bound="EditImagesRequest")


@_attrs_define
class EditImagesRequest:
    model: GenerateImagesModel
    prompt: str
    """ What the picture shows. """
    images: list[EditedImage | str]
    """ Texts in the table of the page, objects in its example. """
    n: int | Unset = UNSET
    """ Number of pictures. """
    response_format: ImagesFormat | Unset = UNSET
    input_fidelity: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.edited_image import EditedImage  # noqa: PLC0415

        model: str = self.model

        prompt = self.prompt

        images = []
        for images_item_data in self.images:
            images_item: dict[str, Any] | str
            if isinstance(images_item_data, EditedImage):
                images_item = images_item_data.to_dict()
            else:
                images_item = images_item_data
            images.append(images_item)

        n = self.n

        response_format: str | Unset = UNSET
        if not isinstance(self.response_format, Unset):
            response_format = self.response_format

        input_fidelity = self.input_fidelity

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "model": model,
                "prompt": prompt,
                "images": images,
            }
        )
        if n is not UNSET:
            field_dict["n"] = n
        if response_format is not UNSET:
            field_dict["response_format"] = response_format
        if input_fidelity is not UNSET:
            field_dict["input_fidelity"] = input_fidelity

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.edited_image import EditedImage  # noqa: PLC0415

        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        model = check_generate_images_model(d.pop("model"))

        prompt = d.pop("prompt")

        images = []
        _images = d.pop("images")
        if not isinstance(_images, list):
            raise TypeError("a list is documented here")
        for images_item_data in _images:

            def _parse_images_item(data: object) -> EditedImage | str:
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    images_item_type_1 = EditedImage.from_dict(data)

                    return images_item_type_1
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                return cast(EditedImage | str, data)

            images_item = _parse_images_item(images_item_data)

            images.append(images_item)

        n = d.pop("n", UNSET)

        _response_format = d.pop("response_format", UNSET)
        response_format: ImagesFormat | Unset
        if isinstance(_response_format, Unset):
            response_format = UNSET
        else:
            response_format = check_images_format(_response_format)

        input_fidelity = d.pop("input_fidelity", UNSET)

        edit_images_request = cls(
            model=model,
            prompt=prompt,
            images=images,
            n=n,
            response_format=response_format,
            input_fidelity=input_fidelity,
        )

        return edit_images_request
