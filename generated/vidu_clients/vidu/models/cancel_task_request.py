from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all

_MEMBERS = Members(
    member("id", "id", str, required=True),
)


T = TypeVar("T", bound="CancelTaskRequest")


@_attrs_define
class CancelTaskRequest:
    id: str
    """ The id of the path again. """

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "id": self.id,
        }

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        cancel_task_request = cls(**taken)

        return cancel_task_request
