from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.drama_content_type import DramaContentType, check_drama_content_type
from ..models.drama_role import DramaRole, check_drama_role
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.drama_audio import DramaAudio
    from ..models.drama_image import DramaImage
    from ..models.drama_video import DramaVideo


T = TypeVar("T", bound="DramaContent")


@_attrs_define
class DramaContent:
    """A text, or a medium with its role."""

    type_: DramaContentType
    text: str | Unset = UNSET
    """ At best within 500 Chinese characters or 1000 English words. """
    image_url: DramaImage | Unset = UNSET
    video_url: DramaVideo | Unset = UNSET
    audio_url: DramaAudio | Unset = UNSET
    role: DramaRole | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        type_: str = self.type_

        text = self.text

        image_url: dict[str, Any] | Unset = UNSET
        if not isinstance(self.image_url, Unset):
            image_url = self.image_url.to_dict()

        video_url: dict[str, Any] | Unset = UNSET
        if not isinstance(self.video_url, Unset):
            video_url = self.video_url.to_dict()

        audio_url: dict[str, Any] | Unset = UNSET
        if not isinstance(self.audio_url, Unset):
            audio_url = self.audio_url.to_dict()

        role: str | Unset = UNSET
        if not isinstance(self.role, Unset):
            role = self.role

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type": type_,
            }
        )
        if text is not UNSET:
            field_dict["text"] = text
        if image_url is not UNSET:
            field_dict["image_url"] = image_url
        if video_url is not UNSET:
            field_dict["video_url"] = video_url
        if audio_url is not UNSET:
            field_dict["audio_url"] = audio_url
        if role is not UNSET:
            field_dict["role"] = role

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.drama_audio import DramaAudio  # noqa: PLC0415
        from ..models.drama_image import DramaImage  # noqa: PLC0415
        from ..models.drama_video import DramaVideo  # noqa: PLC0415

        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        type_ = check_drama_content_type(d.pop("type"))

        text = d.pop("text", UNSET)

        _image_url = d.pop("image_url", UNSET)
        image_url: DramaImage | Unset
        if isinstance(_image_url, Unset):
            image_url = UNSET
        else:
            image_url = DramaImage.from_dict(_image_url)

        _video_url = d.pop("video_url", UNSET)
        video_url: DramaVideo | Unset
        if isinstance(_video_url, Unset):
            video_url = UNSET
        else:
            video_url = DramaVideo.from_dict(_video_url)

        _audio_url = d.pop("audio_url", UNSET)
        audio_url: DramaAudio | Unset
        if isinstance(_audio_url, Unset):
            audio_url = UNSET
        else:
            audio_url = DramaAudio.from_dict(_audio_url)

        _role = d.pop("role", UNSET)
        role: DramaRole | Unset
        if isinstance(_role, Unset):
            role = UNSET
        else:
            role = check_drama_role(_role)

        drama_content = cls(
            type_=type_,
            text=text,
            image_url=image_url,
            video_url=video_url,
            audio_url=audio_url,
            role=role,
        )

        return drama_content
