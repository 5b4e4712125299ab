from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import json_of, members_of, refuse_unknown, take
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.drama_content import DramaContent
    from ..models.drama_model import DramaModel
    from ..models.drama_ratio import DramaRatio
    from ..models.drama_resolution import DramaResolution
    from ..models.drama_tool import DramaTool
    from . import DramaTaskCreated


T = TypeVar("T", bound="DramaTaskRequest")


@_attrs_define
class DramaTaskRequest:
    model: DramaModel
    """ The names with -ab- are those of the international platform. """
    content: list[DramaContent]
    resolution: DramaResolution | Unset = UNSET
    ratio: DramaRatio | Unset = UNSET
    duration: int | Unset = UNSET
    """ Seconds. -1 lets the service decide. """
    generate_audio: bool | Unset = UNSET
    """ The page gives both false and true as the default. """
    watermark: bool | Unset = UNSET
    callback_url: str | Unset = UNSET
    return_last_frame: bool | Unset = UNSET
    """ Give the last frame as a picture too. """
    execution_expires_after: int | Unset = UNSET
    """ Seconds after which an unfinished task is given up. """
    tools: list[DramaTool] | Unset = UNSET
    safety_identifier: str | Unset = UNSET
    """ A name of your own for the end user. """

    if TYPE_CHECKING:

        def __answer__(self) -> DramaTaskCreated:
            """Name the type of the answer to this request, for type checkers."""
            raise NotImplementedError

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "model": self.model,
            "content": json_of(self.content),
        }
        if self.resolution is not UNSET:
            field_dict["resolution"] = self.resolution
        if self.ratio is not UNSET:
            field_dict["ratio"] = self.ratio
        if self.duration is not UNSET:
            field_dict["duration"] = self.duration
        if self.generate_audio is not UNSET:
            field_dict["generate_audio"] = self.generate_audio
        if self.watermark is not UNSET:
            field_dict["watermark"] = self.watermark
        if self.callback_url is not UNSET:
            field_dict["callback_url"] = self.callback_url
        if self.return_last_frame is not UNSET:
            field_dict["return_last_frame"] = self.return_last_frame
        if self.execution_expires_after is not UNSET:
            field_dict["execution_expires_after"] = self.execution_expires_after
        if self.tools is not UNSET:
            field_dict["tools"] = json_of(self.tools)
        if self.safety_identifier is not UNSET:
            field_dict["safety_identifier"] = self.safety_identifier

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = members_of(src_dict)
        drama_task_request = cls(
            model=take(cls, d, "model", "DramaModel", required=True, closed=True),
            content=take(
                cls, d, "content", ["DramaContent"], required=True, closed=True
            ),
            resolution=take(cls, d, "resolution", "DramaResolution", closed=True),
            ratio=take(cls, d, "ratio", "DramaRatio", closed=True),
            duration=take(cls, d, "duration", int, closed=True),
            generate_audio=take(cls, d, "generate_audio", bool, closed=True),
            watermark=take(cls, d, "watermark", bool, closed=True),
            callback_url=take(cls, d, "callback_url", str, closed=True),
            return_last_frame=take(cls, d, "return_last_frame", bool, closed=True),
            execution_expires_after=take(
                cls, d, "execution_expires_after", int, closed=True
            ),
            tools=take(cls, d, "tools", ["DramaTool"], closed=True),
            safety_identifier=take(cls, d, "safety_identifier", str, closed=True),
        )
        refuse_unknown(cls, d)

        return drama_task_request
