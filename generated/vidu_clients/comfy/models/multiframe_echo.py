from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.created_image_setting import CreatedImageSetting


T = TypeVar("T", bound="MultiframeEcho")


@_attrs_define
class MultiframeEcho:
    start_image: None | str | Unset = UNSET
    image_settings: list[CreatedImageSetting] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        start_image: None | str | Unset
        if isinstance(self.start_image, Unset):
            start_image = UNSET
        else:
            start_image = self.start_image

        image_settings: list[dict[str, Any]] | None | Unset
        if isinstance(self.image_settings, Unset):
            image_settings = UNSET
        elif isinstance(self.image_settings, list):
            image_settings = []
            for image_settings_type_0_item_data in self.image_settings:
                strange_image_settings_type_0_item_data: Any = (
                    image_settings_type_0_item_data
                )
                if not hasattr(strange_image_settings_type_0_item_data, "to_dict"):
                    image_settings.append(strange_image_settings_type_0_item_data)
                    continue
                image_settings_type_0_item = image_settings_type_0_item_data.to_dict()
                image_settings.append(image_settings_type_0_item)

        else:
            image_settings = self.image_settings

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if start_image is not UNSET:
            field_dict["start_image"] = start_image
        if image_settings is not UNSET:
            field_dict["image_settings"] = image_settings

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.created_image_setting import CreatedImageSetting  # noqa: PLC0415

        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")

        def _parse_start_image(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        start_image = _parse_start_image(d.pop("start_image", UNSET))

        def _parse_image_settings(
            data: object,
        ) -> list[CreatedImageSetting] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                image_settings_type_0 = []
                _image_settings_type_0 = data
                if not isinstance(_image_settings_type_0, list):
                    raise TypeError("a list is documented here")
                for image_settings_type_0_item_data in _image_settings_type_0:
                    if not isinstance(image_settings_type_0_item_data, dict):
                        image_settings_type_0.append(image_settings_type_0_item_data)
                        continue
                    image_settings_type_0_item = CreatedImageSetting.from_dict(
                        image_settings_type_0_item_data
                    )

                    image_settings_type_0.append(image_settings_type_0_item)

                return image_settings_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[CreatedImageSetting] | None | Unset, data)

        image_settings = _parse_image_settings(d.pop("image_settings", UNSET))

        multiframe_echo = cls(
            start_image=start_image,
            image_settings=image_settings,
        )

        multiframe_echo.additional_properties = d
        return multiframe_echo

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
