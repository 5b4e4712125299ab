from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.multiframe_model import MultiframeModel, check_multiframe_model
from ..models.resolution import Resolution, check_resolution
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.image_setting import ImageSetting


T = TypeVar("T", bound="MultiframeRequest")


@_attrs_define
class MultiframeRequest:
    model: MultiframeModel
    start_image: str
    """ Public URL, data URI with its content type (by mirror), or the download_url of an upload. Formats and size
    by mirror. """
    image_settings: list[ImageSetting]
    """ The segments in their order. """
    seed: int | Unset = UNSET
    """ 0 or left out means random. """
    resolution: Resolution | Unset = UNSET
    payload: str | Unset = UNSET
    """ Carried through untouched and returned in the create answer. """
    callback_url: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        model: str = self.model

        start_image = self.start_image

        image_settings = []
        for image_settings_item_data in self.image_settings:
            strange_image_settings_item_data: Any = image_settings_item_data
            if not hasattr(strange_image_settings_item_data, "to_dict"):
                image_settings.append(strange_image_settings_item_data)
                continue
            image_settings_item = image_settings_item_data.to_dict()
            image_settings.append(image_settings_item)

        seed = self.seed

        resolution: str | Unset = UNSET
        if not isinstance(self.resolution, Unset):
            resolution = self.resolution

        payload = self.payload

        callback_url = self.callback_url

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "model": model,
                "start_image": start_image,
                "image_settings": image_settings,
            }
        )
        if seed is not UNSET:
            field_dict["seed"] = seed
        if resolution is not UNSET:
            field_dict["resolution"] = resolution
        if payload is not UNSET:
            field_dict["payload"] = payload
        if callback_url is not UNSET:
            field_dict["callback_url"] = callback_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.image_setting import ImageSetting  # noqa: PLC0415

        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        model = check_multiframe_model(d.pop("model"))

        start_image = d.pop("start_image")

        image_settings = []
        _image_settings = d.pop("image_settings")
        if not isinstance(_image_settings, list):
            raise TypeError("a list is documented here")
        for image_settings_item_data in _image_settings:
            if not isinstance(image_settings_item_data, dict):
                image_settings.append(image_settings_item_data)
                continue
            image_settings_item = ImageSetting.from_dict(image_settings_item_data)

            image_settings.append(image_settings_item)

        seed = d.pop("seed", UNSET)

        _resolution = d.pop("resolution", UNSET)
        resolution: Resolution | Unset
        if isinstance(_resolution, Unset):
            resolution = UNSET
        else:
            resolution = check_resolution(_resolution)

        payload = d.pop("payload", UNSET)

        callback_url = d.pop("callback_url", UNSET)

        multiframe_request = cls(
            model=model,
            start_image=start_image,
            image_settings=image_settings,
            seed=seed,
            resolution=resolution,
            payload=payload,
            callback_url=callback_url,
        )

        return multiframe_request
