from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.drama_tool_type import DramaToolType, check_drama_tool_type

T = TypeVar("T", bound="DramaTool")


@_attrs_define
class DramaTool:
    type_: DramaToolType

    def to_dict(self) -> dict[str, Any]:
        type_: str = self.type_

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type": type_,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        type_ = check_drama_tool_type(d.pop("type"))

        drama_tool = cls(
            type_=type_,
        )

        return drama_tool
