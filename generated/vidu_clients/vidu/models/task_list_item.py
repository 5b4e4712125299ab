from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.error_reason import ErrorReason, check_error_reason
from ..models.task_state import TaskState, check_task_state
from ..models.task_type import TaskType, check_task_type
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.creation import Creation


T = TypeVar("T", bound="TaskListItem")


@_attrs_define
class TaskListItem:
    """A task in the list. Whether the list ever carries the payload or the error code is not documented; poll the task for
    them.

    """

    id: None | str | Unset = UNSET
    """ Id of the task. """
    key_id: None | str | Unset = UNSET
    """ Id of the API key that made the task. """
    type_: None | str | TaskType | Unset = UNSET
    """ Kind of the task, an open set. """
    template: None | str | Unset = UNSET
    """ Name of the template, for tasks of type template only. """
    model: None | str | Unset = UNSET
    prompt: None | str | Unset = UNSET
    images: list[str] | None | Unset = UNSET
    duration: int | None | Unset = UNSET
    """ Seconds. """
    resolution: None | str | Unset = UNSET
    aspect_ratio: None | str | Unset = UNSET
    creations: list[Creation] | None | Unset = UNSET
    """ The results, an array although the page's table calls it an object. """
    state: None | str | TaskState | Unset = UNSET
    payload: None | str | Unset = UNSET
    """ As sent with the request. """
    err_code: ErrorReason | None | str | Unset = UNSET
    """ Why the task failed; empty otherwise. """
    created_at: None | str | Unset = UNSET
    """ RFC 3339, up to nine fraction digits. """
    credits_: int | None | Unset = UNSET
    """ Credits the task used. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id: None | str | Unset
        if isinstance(self.id, Unset):
            id = UNSET
        else:
            id = self.id

        key_id: None | str | Unset
        if isinstance(self.key_id, Unset):
            key_id = UNSET
        else:
            key_id = self.key_id

        type_: None | str | Unset
        if isinstance(self.type_, Unset):
            type_ = UNSET
        elif isinstance(self.type_, str):
            type_ = self.type_
        else:
            type_ = self.type_

        template: None | str | Unset
        if isinstance(self.template, Unset):
            template = UNSET
        else:
            template = self.template

        model: None | str | Unset
        if isinstance(self.model, Unset):
            model = UNSET
        else:
            model = self.model

        prompt: None | str | Unset
        if isinstance(self.prompt, Unset):
            prompt = UNSET
        else:
            prompt = self.prompt

        images: list[str] | None | Unset
        if isinstance(self.images, Unset):
            images = UNSET
        elif isinstance(self.images, list):
            images = self.images

        else:
            images = self.images

        duration: int | None | Unset
        if isinstance(self.duration, Unset):
            duration = UNSET
        else:
            duration = self.duration

        resolution: None | str | Unset
        if isinstance(self.resolution, Unset):
            resolution = UNSET
        else:
            resolution = self.resolution

        aspect_ratio: None | str | Unset
        if isinstance(self.aspect_ratio, Unset):
            aspect_ratio = UNSET
        else:
            aspect_ratio = self.aspect_ratio

        creations: list[dict[str, Any]] | None | Unset
        if isinstance(self.creations, Unset):
            creations = UNSET
        elif isinstance(self.creations, list):
            creations = []
            for creations_type_0_item_data in self.creations:
                strange_creations_type_0_item_data: Any = creations_type_0_item_data
                if not hasattr(strange_creations_type_0_item_data, "to_dict"):
                    creations.append(strange_creations_type_0_item_data)
                    continue
                creations_type_0_item = creations_type_0_item_data.to_dict()
                creations.append(creations_type_0_item)

        else:
            creations = self.creations

        state: None | str | Unset
        if isinstance(self.state, Unset):
            state = UNSET
        elif isinstance(self.state, str):
            state = self.state
        else:
            state = self.state

        payload: None | str | Unset
        if isinstance(self.payload, Unset):
            payload = UNSET
        else:
            payload = self.payload

        err_code: None | str | Unset
        if isinstance(self.err_code, Unset):
            err_code = UNSET
        elif isinstance(self.err_code, str):
            err_code = self.err_code
        else:
            err_code = self.err_code

        created_at: None | str | Unset
        if isinstance(self.created_at, Unset):
            created_at = UNSET
        else:
            created_at = self.created_at

        credits_: int | None | Unset
        if isinstance(self.credits_, Unset):
            credits_ = UNSET
        else:
            credits_ = self.credits_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if id is not UNSET:
            field_dict["id"] = id
        if key_id is not UNSET:
            field_dict["key_id"] = key_id
        if type_ is not UNSET:
            field_dict["type"] = type_
        if template is not UNSET:
            field_dict["template"] = template
        if model is not UNSET:
            field_dict["model"] = model
        if prompt is not UNSET:
            field_dict["prompt"] = prompt
        if images is not UNSET:
            field_dict["images"] = images
        if duration is not UNSET:
            field_dict["duration"] = duration
        if resolution is not UNSET:
            field_dict["resolution"] = resolution
        if aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = aspect_ratio
        if creations is not UNSET:
            field_dict["creations"] = creations
        if state is not UNSET:
            field_dict["state"] = state
        if payload is not UNSET:
            field_dict["payload"] = payload
        if err_code is not UNSET:
            field_dict["err_code"] = err_code
        if created_at is not UNSET:
            field_dict["created_at"] = created_at
        if credits_ is not UNSET:
            field_dict["credits"] = credits_

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.creation import Creation  # noqa: PLC0415

        d = dict(src_dict)
        if not isinstance(src_dict, Mapping):
            raise TypeError("an object is documented here")

        def _parse_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        id = _parse_id(d.pop("id", UNSET))

        def _parse_key_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        key_id = _parse_key_id(d.pop("key_id", UNSET))

        def _parse_type_(data: object) -> None | str | TaskType | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                type_type_0 = check_task_type(data)

                return type_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | str | TaskType | Unset, data)

        type_ = _parse_type_(d.pop("type", UNSET))

        def _parse_template(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        template = _parse_template(d.pop("template", UNSET))

        def _parse_model(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        model = _parse_model(d.pop("model", UNSET))

        def _parse_prompt(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        prompt = _parse_prompt(d.pop("prompt", UNSET))

        def _parse_images(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                images_type_0 = cast(list[str], data)

                return images_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        images = _parse_images(d.pop("images", UNSET))

        def _parse_duration(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        duration = _parse_duration(d.pop("duration", UNSET))

        def _parse_resolution(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        resolution = _parse_resolution(d.pop("resolution", UNSET))

        def _parse_aspect_ratio(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        aspect_ratio = _parse_aspect_ratio(d.pop("aspect_ratio", UNSET))

        def _parse_creations(data: object) -> list[Creation] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                creations_type_0 = []
                _creations_type_0 = data
                if not isinstance(_creations_type_0, list):
                    raise TypeError("a list is documented here")
                for creations_type_0_item_data in _creations_type_0:
                    if not isinstance(creations_type_0_item_data, dict):
                        creations_type_0.append(creations_type_0_item_data)
                        continue
                    creations_type_0_item = Creation.from_dict(
                        creations_type_0_item_data
                    )

                    creations_type_0.append(creations_type_0_item)

                return creations_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[Creation] | None | Unset, data)

        creations = _parse_creations(d.pop("creations", UNSET))

        def _parse_state(data: object) -> None | str | TaskState | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                state_type_0 = check_task_state(data)

                return state_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | str | TaskState | Unset, data)

        state = _parse_state(d.pop("state", UNSET))

        def _parse_payload(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        payload = _parse_payload(d.pop("payload", UNSET))

        def _parse_err_code(data: object) -> ErrorReason | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                err_code_type_0 = check_error_reason(data)

                return err_code_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ErrorReason | None | str | Unset, data)

        err_code = _parse_err_code(d.pop("err_code", UNSET))

        def _parse_created_at(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        created_at = _parse_created_at(d.pop("created_at", UNSET))

        def _parse_credits_(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        credits_ = _parse_credits_(d.pop("credits", UNSET))

        task_list_item = cls(
            id=id,
            key_id=key_id,
            type_=type_,
            template=template,
            model=model,
            prompt=prompt,
            images=images,
            duration=duration,
            resolution=resolution,
            aspect_ratio=aspect_ratio,
            creations=creations,
            state=state,
            payload=payload,
            err_code=err_code,
            created_at=created_at,
            credits_=credits_,
        )

        task_list_item.additional_properties = d
        return task_list_item

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
