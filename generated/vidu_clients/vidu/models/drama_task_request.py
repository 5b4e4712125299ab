from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, json_of, member, take_all
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.drama_content import DramaContent
    from ..models.drama_model import DramaModel
    from ..models.drama_ratio import DramaRatio
    from ..models.drama_resolution import DramaResolution
    from ..models.drama_tool import DramaTool
    from . import DramaTaskCreated

_MEMBERS = Members(
    member("model", "model", "DramaModel", required=True),
    member("content", "content", ["DramaContent"], required=True),
    member("resolution", "resolution", "DramaResolution"),
    member("ratio", "ratio", "DramaRatio"),
    member("duration", "duration", int),
    member("generate_audio", "generate_audio", bool),
    member("watermark", "watermark", bool),
    member("callback_url", "callback_url", str),
    member("return_last_frame", "return_last_frame", bool),
    member("execution_expires_after", "execution_expires_after", int),
    member("tools", "tools", ["DramaTool"]),
    member("safety_identifier", "safety_identifier", str),
)


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
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        drama_task_request = cls(**taken)

        return drama_task_request
