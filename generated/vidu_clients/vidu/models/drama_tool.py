from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all

if TYPE_CHECKING:
    from ..models.drama_tool_type import DramaToolType

_MEMBERS = Members(
    member("type_", "type", "DramaToolType", required=True),
)


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
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        drama_tool = cls(**taken)

        return drama_tool
