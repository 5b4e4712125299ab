from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..reading import Members, member, take_all

_MEMBERS = Members(
    member("from_", "from", float, required=True),
    member("to", "to", float, required=True),
    member("prompt", "prompt", str, required=True),
)


T = TypeVar("T", bound="TimingPrompt")


@_attrs_define
class TimingPrompt:
    """One effect. Its span lies within the duration of the whole."""

    from_: float
    """ Start in seconds. """
    to: float
    """ End in seconds. """
    prompt: str
    """ What is heard. """

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            "from": self.from_,
            "to": self.to,
            "prompt": self.prompt,
        }

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        taken, _ = take_all(cls, src_dict, _MEMBERS, closed=True)
        timing_prompt = cls(**taken)

        return timing_prompt
