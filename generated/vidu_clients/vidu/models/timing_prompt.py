from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..reading import members_of, refuse_unknown, take

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
        d = members_of(src_dict)
        timing_prompt = cls(
            from_=take(cls, d, "from", float, required=True, closed=True),
            to=take(cls, d, "to", float, required=True, closed=True),
            prompt=take(cls, d, "prompt", str, required=True, closed=True),
        )
        refuse_unknown(cls, d)

        return timing_prompt
