from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import members_of, refuse_unknown, take

if TYPE_CHECKING:
    from ..models.drama_tool_type import DramaToolType


T = TypeVar("T", bound="DramaTool")


@_attrs_define
class DramaTool:
    type_: DramaToolType

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "type": self.type_,
        }

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = members_of(src_dict)
        drama_tool = cls(
            type_=take(cls, d, "type", "DramaToolType", required=True, closed=True),
        )
        refuse_unknown(cls, d)

        return drama_tool
