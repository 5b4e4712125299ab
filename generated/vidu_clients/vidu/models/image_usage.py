from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="ImageUsage")


@_attrs_define
class ImageUsage:
    candidates_token_count: int | None | Unset = UNSET
    candidates_tokens_details: list[Any] | None | Unset = UNSET
    prompt_token_count: int | None | Unset = UNSET
    prompt_tokens_details: list[Any] | None | Unset = UNSET
    service_tier: None | str | Unset = UNSET
    total_token_count: int | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        candidates_token_count: int | None | Unset
        if isinstance(self.candidates_token_count, Unset):
            candidates_token_count = UNSET
        else:
            candidates_token_count = self.candidates_token_count

        candidates_tokens_details: list[Any] | None | Unset
        if isinstance(self.candidates_tokens_details, Unset):
            candidates_tokens_details = UNSET
        elif isinstance(self.candidates_tokens_details, list):
            candidates_tokens_details = self.candidates_tokens_details

        else:
            candidates_tokens_details = self.candidates_tokens_details

        prompt_token_count: int | None | Unset
        if isinstance(self.prompt_token_count, Unset):
            prompt_token_count = UNSET
        else:
            prompt_token_count = self.prompt_token_count

        prompt_tokens_details: list[Any] | None | Unset
        if isinstance(self.prompt_tokens_details, Unset):
            prompt_tokens_details = UNSET
        elif isinstance(self.prompt_tokens_details, list):
            prompt_tokens_details = self.prompt_tokens_details

        else:
            prompt_tokens_details = self.prompt_tokens_details

        service_tier: None | str | Unset
        if isinstance(self.service_tier, Unset):
            service_tier = UNSET
        else:
            service_tier = self.service_tier

        total_token_count: int | None | Unset
        if isinstance(self.total_token_count, Unset):
            total_token_count = UNSET
        else:
            total_token_count = self.total_token_count

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if candidates_token_count is not UNSET:
            field_dict["candidatesTokenCount"] = candidates_token_count
        if candidates_tokens_details is not UNSET:
            field_dict["candidatesTokensDetails"] = candidates_tokens_details
        if prompt_token_count is not UNSET:
            field_dict["promptTokenCount"] = prompt_token_count
        if prompt_tokens_details is not UNSET:
            field_dict["promptTokensDetails"] = prompt_tokens_details
        if service_tier is not UNSET:
            field_dict["serviceTier"] = service_tier
        if total_token_count is not UNSET:
            field_dict["totalTokenCount"] = total_token_count

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")

        def _parse_candidates_token_count(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        candidates_token_count = _parse_candidates_token_count(
            d.pop("candidatesTokenCount", UNSET)
        )

        def _parse_candidates_tokens_details(data: object) -> list[Any] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                candidates_tokens_details_type_0 = cast(list[Any], data)

                return candidates_tokens_details_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[Any] | None | Unset, data)

        candidates_tokens_details = _parse_candidates_tokens_details(
            d.pop("candidatesTokensDetails", UNSET)
        )

        def _parse_prompt_token_count(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        prompt_token_count = _parse_prompt_token_count(d.pop("promptTokenCount", UNSET))

        def _parse_prompt_tokens_details(data: object) -> list[Any] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                prompt_tokens_details_type_0 = cast(list[Any], data)

                return prompt_tokens_details_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[Any] | None | Unset, data)

        prompt_tokens_details = _parse_prompt_tokens_details(
            d.pop("promptTokensDetails", UNSET)
        )

        def _parse_service_tier(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        service_tier = _parse_service_tier(d.pop("serviceTier", UNSET))

        def _parse_total_token_count(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        total_token_count = _parse_total_token_count(d.pop("totalTokenCount", UNSET))

        image_usage = cls(
            candidates_token_count=candidates_token_count,
            candidates_tokens_details=candidates_tokens_details,
            prompt_token_count=prompt_token_count,
            prompt_tokens_details=prompt_tokens_details,
            service_tier=service_tier,
            total_token_count=total_token_count,
        )

        image_usage.additional_properties = d
        return image_usage

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
