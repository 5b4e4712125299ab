from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.generate_images_model import (
    GenerateImagesModel,
    check_generate_images_model,
)
from ..models.images_format import ImagesFormat, check_images_format
from ..types import UNSET, Unset

T = TypeVar("T", bound="GenerateImagesRequest")


@_attrs_define
class GenerateImagesRequest:
    model: GenerateImagesModel
    prompt: str
    """ What the picture shows. """
    n: int | Unset = UNSET
    """ Number of pictures. """
    response_format: ImagesFormat | Unset = UNSET
    input_fidelity: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        model: str = self.model

        prompt = self.prompt

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
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        model = check_generate_images_model(d.pop("model"))

        prompt = d.pop("prompt")

        n = d.pop("n", UNSET)

        _response_format = d.pop("response_format", UNSET)
        response_format: ImagesFormat | Unset
        if isinstance(_response_format, Unset):
            response_format = UNSET
        else:
            response_format = check_images_format(_response_format)

        input_fidelity = d.pop("input_fidelity", UNSET)

        generate_images_request = cls(
            model=model,
            prompt=prompt,
            n=n,
            response_format=response_format,
            input_fidelity=input_fidelity,
        )

        return generate_images_request
