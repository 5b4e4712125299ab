from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..reading import members_of, refuse_unknown, take

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
        d = members_of(src_dict)
        cancel_task_request = cls(
            id=take(cls, d, "id", str, required=True, closed=True),
        )
        refuse_unknown(cls, d)

        return cancel_task_request
