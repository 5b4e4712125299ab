from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.image_address import ImageAddress
    from ..models.image_usage import ImageUsage


T = TypeVar("T", bound="ChatImages")


@_attrs_define
class ChatImages:
    created: int | None | str | Unset = UNSET
    """ A number in the example of the page, a text in real answers. """
    data: list[ImageAddress] | None | Unset = UNSET
    credits_: int | None | Unset = UNSET
    """ Price of the call. """
    usage_metadata: ImageUsage | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.image_usage import ImageUsage  # noqa: PLC0415

        created: int | None | str | Unset
        if isinstance(self.created, Unset):
            created = UNSET
        else:
            created = self.created

        data: list[dict[str, Any]] | None | Unset
        if isinstance(self.data, Unset):
            data = UNSET
        elif isinstance(self.data, list):
            data = []
            for data_type_0_item_data in self.data:
                strange_data_type_0_item_data: Any = data_type_0_item_data
                if not hasattr(strange_data_type_0_item_data, "to_dict"):
                    data.append(strange_data_type_0_item_data)
                    continue
                data_type_0_item = data_type_0_item_data.to_dict()
                data.append(data_type_0_item)

        else:
            data = self.data

        credits_: int | None | Unset
        if isinstance(self.credits_, Unset):
            credits_ = UNSET
        else:
            credits_ = self.credits_

        usage_metadata: dict[str, Any] | None | Unset
        if isinstance(self.usage_metadata, Unset):
            usage_metadata = UNSET
        elif isinstance(self.usage_metadata, ImageUsage):
            usage_metadata = self.usage_metadata.to_dict()
        else:
            usage_metadata = self.usage_metadata

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if created is not UNSET:
            field_dict["created"] = created
        if data is not UNSET:
            field_dict["data"] = data
        if credits_ is not UNSET:
            field_dict["credits"] = credits_
        if usage_metadata is not UNSET:
            field_dict["usageMetadata"] = usage_metadata

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.image_address import ImageAddress  # noqa: PLC0415
        from ..models.image_usage import ImageUsage  # noqa: PLC0415

        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")

        def _parse_created(data: object) -> int | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | str | Unset, data)

        created = _parse_created(d.pop("created", UNSET))

        def _parse_data(data: object) -> list[ImageAddress] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                data_type_0 = []
                _data_type_0 = data
                if not isinstance(_data_type_0, list):
                    raise TypeError("a list is documented here")
                for data_type_0_item_data in _data_type_0:
                    if not isinstance(data_type_0_item_data, dict):
                        data_type_0.append(data_type_0_item_data)
                        continue
                    data_type_0_item = ImageAddress.from_dict(data_type_0_item_data)

                    data_type_0.append(data_type_0_item)

                return data_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[ImageAddress] | None | Unset, data)

        data = _parse_data(d.pop("data", UNSET))

        def _parse_credits_(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        credits_ = _parse_credits_(d.pop("credits", UNSET))

        def _parse_usage_metadata(data: object) -> ImageUsage | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                usage_metadata_type_0 = ImageUsage.from_dict(data)

                return usage_metadata_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ImageUsage | None | Unset, data)

        usage_metadata = _parse_usage_metadata(d.pop("usageMetadata", UNSET))

        chat_images = cls(
            created=created,
            data=data,
            credits_=credits_,
            usage_metadata=usage_metadata,
        )

        chat_images.additional_properties = d
        return chat_images

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
