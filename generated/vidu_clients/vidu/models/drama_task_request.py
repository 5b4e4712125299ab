from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.drama_model import DramaModel, check_drama_model
from ..models.drama_ratio import DramaRatio, check_drama_ratio
from ..models.drama_resolution import DramaResolution, check_drama_resolution
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.drama_content import DramaContent
    from ..models.drama_tool import DramaTool


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

    def to_dict(self) -> dict[str, Any]:
        model: str = self.model

        content = []
        for content_item_data in self.content:
            strange_content_item_data: Any = content_item_data
            if not hasattr(strange_content_item_data, "to_dict"):
                content.append(strange_content_item_data)
                continue
            content_item = content_item_data.to_dict()
            content.append(content_item)

        resolution: str | Unset = UNSET
        if not isinstance(self.resolution, Unset):
            resolution = self.resolution

        ratio: str | Unset = UNSET
        if not isinstance(self.ratio, Unset):
            ratio = self.ratio

        duration = self.duration

        generate_audio = self.generate_audio

        watermark = self.watermark

        callback_url = self.callback_url

        return_last_frame = self.return_last_frame

        execution_expires_after = self.execution_expires_after

        tools: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.tools, Unset):
            tools = []
            for tools_item_data in self.tools:
                strange_tools_item_data: Any = tools_item_data
                if not hasattr(strange_tools_item_data, "to_dict"):
                    tools.append(strange_tools_item_data)
                    continue
                tools_item = tools_item_data.to_dict()
                tools.append(tools_item)

        safety_identifier = self.safety_identifier

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "model": model,
                "content": content,
            }
        )
        if resolution is not UNSET:
            field_dict["resolution"] = resolution
        if ratio is not UNSET:
            field_dict["ratio"] = ratio
        if duration is not UNSET:
            field_dict["duration"] = duration
        if generate_audio is not UNSET:
            field_dict["generate_audio"] = generate_audio
        if watermark is not UNSET:
            field_dict["watermark"] = watermark
        if callback_url is not UNSET:
            field_dict["callback_url"] = callback_url
        if return_last_frame is not UNSET:
            field_dict["return_last_frame"] = return_last_frame
        if execution_expires_after is not UNSET:
            field_dict["execution_expires_after"] = execution_expires_after
        if tools is not UNSET:
            field_dict["tools"] = tools
        if safety_identifier is not UNSET:
            field_dict["safety_identifier"] = safety_identifier

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.drama_content import DramaContent  # noqa: PLC0415
        from ..models.drama_tool import DramaTool  # noqa: PLC0415

        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        model = check_drama_model(d.pop("model"))

        content = []
        _content = d.pop("content")
        if not isinstance(_content, list):
            raise TypeError("a list is documented here")
        for content_item_data in _content:
            if not isinstance(content_item_data, dict):
                content.append(content_item_data)
                continue
            content_item = DramaContent.from_dict(content_item_data)

            content.append(content_item)

        _resolution = d.pop("resolution", UNSET)
        resolution: DramaResolution | Unset
        if isinstance(_resolution, Unset):
            resolution = UNSET
        else:
            resolution = check_drama_resolution(_resolution)

        _ratio = d.pop("ratio", UNSET)
        ratio: DramaRatio | Unset
        if isinstance(_ratio, Unset):
            ratio = UNSET
        else:
            ratio = check_drama_ratio(_ratio)

        duration = d.pop("duration", UNSET)

        generate_audio = d.pop("generate_audio", UNSET)

        watermark = d.pop("watermark", UNSET)

        callback_url = d.pop("callback_url", UNSET)

        return_last_frame = d.pop("return_last_frame", UNSET)

        execution_expires_after = d.pop("execution_expires_after", UNSET)

        _tools = d.pop("tools", UNSET)
        tools: list[DramaTool] | Unset = UNSET
        if _tools is not UNSET:
            tools = []
            for tools_item_data in _tools:
                tools_item = DramaTool.from_dict(tools_item_data)

                tools.append(tools_item)

        safety_identifier = d.pop("safety_identifier", UNSET)

        drama_task_request = cls(
            model=model,
            content=content,
            resolution=resolution,
            ratio=ratio,
            duration=duration,
            generate_audio=generate_audio,
            watermark=watermark,
            callback_url=callback_url,
            return_last_frame=return_last_frame,
            execution_expires_after=execution_expires_after,
            tools=tools,
            safety_identifier=safety_identifier,
        )

        return drama_task_request
