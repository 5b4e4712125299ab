from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

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
        from_ = self.from_

        to = self.to

        prompt = self.prompt

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "from": from_,
                "to": to,
                "prompt": prompt,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")
        from_ = d.pop("from")

        to = d.pop("to")

        prompt = d.pop("prompt")

        timing_prompt = cls(
            from_=from_,
            to=to,
            prompt=prompt,
        )

        return timing_prompt
