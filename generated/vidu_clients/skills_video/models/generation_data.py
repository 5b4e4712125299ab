from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.generated_file import GeneratedFile


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
        from ..models.generated_file import GeneratedFile  # noqa: PLC0415

        type_: None | str | Unset
        if isinstance(self.type_, Unset):
            type_ = UNSET
        else:
            type_ = self.type_

        n: int | None | Unset
        if isinstance(self.n, Unset):
            n = UNSET
        else:
            n = self.n

        actual_prompt: None | str | Unset
        if isinstance(self.actual_prompt, Unset):
            actual_prompt = UNSET
        else:
            actual_prompt = self.actual_prompt

        images: list[dict[str, Any]] | None | Unset
        if isinstance(self.images, Unset):
            images = UNSET
        elif isinstance(self.images, list):
            images = []
            for images_type_0_item_data in self.images:
                strange_images_type_0_item_data: Any = images_type_0_item_data
                if not hasattr(strange_images_type_0_item_data, "to_dict"):
                    images.append(strange_images_type_0_item_data)
                    continue
                images_type_0_item = images_type_0_item_data.to_dict()
                images.append(images_type_0_item)

        else:
            images = self.images

        image: dict[str, Any] | None | Unset
        if isinstance(self.image, Unset):
            image = UNSET
        elif isinstance(self.image, GeneratedFile):
            image = self.image.to_dict()
        else:
            image = self.image

        videos: list[dict[str, Any]] | None | Unset
        if isinstance(self.videos, Unset):
            videos = UNSET
        elif isinstance(self.videos, list):
            videos = []
            for videos_type_0_item_data in self.videos:
                strange_videos_type_0_item_data: Any = videos_type_0_item_data
                if not hasattr(strange_videos_type_0_item_data, "to_dict"):
                    videos.append(strange_videos_type_0_item_data)
                    continue
                videos_type_0_item = videos_type_0_item_data.to_dict()
                videos.append(videos_type_0_item)

        else:
            videos = self.videos

        video: dict[str, Any] | None | Unset
        if isinstance(self.video, Unset):
            video = UNSET
        elif isinstance(self.video, GeneratedFile):
            video = self.video.to_dict()
        else:
            video = self.video

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if type_ is not UNSET:
            field_dict["type"] = type_
        if n is not UNSET:
            field_dict["n"] = n
        if actual_prompt is not UNSET:
            field_dict["actual_prompt"] = actual_prompt
        if images is not UNSET:
            field_dict["images"] = images
        if image is not UNSET:
            field_dict["image"] = image
        if videos is not UNSET:
            field_dict["videos"] = videos
        if video is not UNSET:
            field_dict["video"] = video

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.generated_file import GeneratedFile  # noqa: PLC0415

        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")

        def _parse_type_(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        type_ = _parse_type_(d.pop("type", UNSET))

        def _parse_n(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        n = _parse_n(d.pop("n", UNSET))

        def _parse_actual_prompt(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        actual_prompt = _parse_actual_prompt(d.pop("actual_prompt", UNSET))

        def _parse_images(data: object) -> list[GeneratedFile] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                images_type_0 = []
                _images_type_0 = data
                if not isinstance(_images_type_0, list):
                    raise TypeError("a list is documented here")
                for images_type_0_item_data in _images_type_0:
                    if not isinstance(images_type_0_item_data, dict):
                        images_type_0.append(images_type_0_item_data)
                        continue
                    images_type_0_item = GeneratedFile.from_dict(
                        images_type_0_item_data
                    )

                    images_type_0.append(images_type_0_item)

                return images_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[GeneratedFile] | None | Unset, data)

        images = _parse_images(d.pop("images", UNSET))

        def _parse_image(data: object) -> GeneratedFile | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                image_type_0 = GeneratedFile.from_dict(data)

                return image_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(GeneratedFile | None | Unset, data)

        image = _parse_image(d.pop("image", UNSET))

        def _parse_videos(data: object) -> list[GeneratedFile] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                videos_type_0 = []
                _videos_type_0 = data
                if not isinstance(_videos_type_0, list):
                    raise TypeError("a list is documented here")
                for videos_type_0_item_data in _videos_type_0:
                    if not isinstance(videos_type_0_item_data, dict):
                        videos_type_0.append(videos_type_0_item_data)
                        continue
                    videos_type_0_item = GeneratedFile.from_dict(
                        videos_type_0_item_data
                    )

                    videos_type_0.append(videos_type_0_item)

                return videos_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[GeneratedFile] | None | Unset, data)

        videos = _parse_videos(d.pop("videos", UNSET))

        def _parse_video(data: object) -> GeneratedFile | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                video_type_0 = GeneratedFile.from_dict(data)

                return video_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(GeneratedFile | None | Unset, data)

        video = _parse_video(d.pop("video", UNSET))

        generation_data = cls(
            type_=type_,
            n=n,
            actual_prompt=actual_prompt,
            images=images,
            image=image,
            videos=videos,
            video=video,
        )

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
