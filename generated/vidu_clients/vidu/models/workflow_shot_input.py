from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="WorkflowShotInput")


@_attrs_define
class WorkflowShotInput:
    """What a shot was made from."""

    duration: float | None | Unset = UNSET
    """ Seconds. """
    prompt: None | str | Unset = UNSET
    lyric_text: None | str | Unset = UNSET
    signed_images: list[str] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        duration: float | None | Unset
        if isinstance(self.duration, Unset):
            duration = UNSET
        else:
            duration = self.duration

        prompt: None | str | Unset
        if isinstance(self.prompt, Unset):
            prompt = UNSET
        else:
            prompt = self.prompt

        lyric_text: None | str | Unset
        if isinstance(self.lyric_text, Unset):
            lyric_text = UNSET
        else:
            lyric_text = self.lyric_text

        signed_images: list[str] | None | Unset
        if isinstance(self.signed_images, Unset):
            signed_images = UNSET
        elif isinstance(self.signed_images, list):
            signed_images = self.signed_images

        else:
            signed_images = self.signed_images

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if duration is not UNSET:
            field_dict["duration"] = duration
        if prompt is not UNSET:
            field_dict["prompt"] = prompt
        if lyric_text is not UNSET:
            field_dict["lyric_text"] = lyric_text
        if signed_images is not UNSET:
            field_dict["signed_images"] = signed_images

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")

        def _parse_duration(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        duration = _parse_duration(d.pop("duration", UNSET))

        def _parse_prompt(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        prompt = _parse_prompt(d.pop("prompt", UNSET))

        def _parse_lyric_text(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        lyric_text = _parse_lyric_text(d.pop("lyric_text", UNSET))

        def _parse_signed_images(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                signed_images_type_0 = cast(list[str], data)

                return signed_images_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        signed_images = _parse_signed_images(d.pop("signed_images", UNSET))

        workflow_shot_input = cls(
            duration=duration,
            prompt=prompt,
            lyric_text=lyric_text,
            signed_images=signed_images,
        )

        workflow_shot_input.additional_properties = d
        return workflow_shot_input

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
