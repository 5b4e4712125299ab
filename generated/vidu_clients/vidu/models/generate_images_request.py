from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.generate_images_model import (
        GenerateImagesModel,
    )
    from ..models.images_format import ImagesFormat
    from . import Images

_MEMBERS = Members(
    member("model", "model", "GenerateImagesModel", required=True),
    member("prompt", "prompt", str, required=True),
    member("n", "n", int),
    member("response_format", "response_format", "ImagesFormat"),
    member("input_fidelity", "input_fidelity", str),
)


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

    if TYPE_CHECKING:

        def __answer__(self) -> Images:
            """Name the type of the answer to this request, for type checkers."""
            raise NotImplementedError

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "model": self.model,
            "prompt": self.prompt,
        }
        if self.n is not UNSET:
            field_dict["n"] = self.n
        if self.response_format is not UNSET:
            field_dict["response_format"] = self.response_format
        if self.input_fidelity is not UNSET:
            field_dict["input_fidelity"] = self.input_fidelity

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        generate_images_request = cls(**taken)

        return generate_images_request
