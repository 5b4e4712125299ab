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


T = TypeVar("T", bound="TaskCallback")


@_attrs_define
class TaskCallback:
    """Body of a notice, the same members as a poll. It is not signed, and the short form has no id."""

    id: None | str | Unset = UNSET
    """ Id of the task. Put a key of your own into payload or the address. """
    state: None | str | TaskState | Unset = UNSET
    status: None | str | TaskState | Unset = UNSET
    """ The name that the page's text gives to state. """
    err_code: ErrorReason | None | str | Unset = UNSET
    """ Why the task failed; empty otherwise. """
    err_msg: None | str | Unset = UNSET
    """ Text for err_code. """
    credits_: int | None | Unset = UNSET
    """ Credits charged. """
    payload: None | str | Unset = UNSET
    """ As sent with the request. """
    creations: list[Creation] | None | Unset = UNSET
    """ The results, none or null before success. """
    progress: int | None | Unset = UNSET
    """ Per cent, 0 to 100. """
    type_: None | str | TaskType | Unset = UNSET
    """ Kind of the task, an open set. """
    model: None | str | Unset = UNSET
    duration: int | None | Unset = UNSET
    """ Seconds. """
    resolution: None | str | Unset = UNSET
    aspect_ratio: None | str | Unset = UNSET
    template: None | str | Unset = UNSET
    audio: bool | None | Unset = UNSET
    bgm: bool | None | Unset = UNSET
    off_peak: bool | None | Unset = UNSET
    cus_priority: int | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id: None | str | Unset
        if isinstance(self.id, Unset):
            id = UNSET
        else:
            id = self.id

        state: None | str | Unset
        if isinstance(self.state, Unset):
            state = UNSET
        elif isinstance(self.state, str):
            state = self.state
        else:
            state = self.state

        status: None | str | Unset
        if isinstance(self.status, Unset):
            status = UNSET
        elif isinstance(self.status, str):
            status = self.status
        else:
            status = self.status

        err_code: None | str | Unset
        if isinstance(self.err_code, Unset):
            err_code = UNSET
        elif isinstance(self.err_code, str):
            err_code = self.err_code
        else:
            err_code = self.err_code

        err_msg: None | str | Unset
        if isinstance(self.err_msg, Unset):
            err_msg = UNSET
        else:
            err_msg = self.err_msg

        credits_: int | None | Unset
        if isinstance(self.credits_, Unset):
            credits_ = UNSET
        else:
            credits_ = self.credits_

        payload: None | str | Unset
        if isinstance(self.payload, Unset):
            payload = UNSET
        else:
            payload = self.payload

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

        progress: int | None | Unset
        if isinstance(self.progress, Unset):
            progress = UNSET
        else:
            progress = self.progress

        type_: None | str | Unset
        if isinstance(self.type_, Unset):
            type_ = UNSET
        elif isinstance(self.type_, str):
            type_ = self.type_
        else:
            type_ = self.type_

        model: None | str | Unset
        if isinstance(self.model, Unset):
            model = UNSET
        else:
            model = self.model

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

        template: None | str | Unset
        if isinstance(self.template, Unset):
            template = UNSET
        else:
            template = self.template

        audio: bool | None | Unset
        if isinstance(self.audio, Unset):
            audio = UNSET
        else:
            audio = self.audio

        bgm: bool | None | Unset
        if isinstance(self.bgm, Unset):
            bgm = UNSET
        else:
            bgm = self.bgm

        off_peak: bool | None | Unset
        if isinstance(self.off_peak, Unset):
            off_peak = UNSET
        else:
            off_peak = self.off_peak

        cus_priority: int | None | Unset
        if isinstance(self.cus_priority, Unset):
            cus_priority = UNSET
        else:
            cus_priority = self.cus_priority

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if id is not UNSET:
            field_dict["id"] = id
        if state is not UNSET:
            field_dict["state"] = state
        if status is not UNSET:
            field_dict["status"] = status
        if err_code is not UNSET:
            field_dict["err_code"] = err_code
        if err_msg is not UNSET:
            field_dict["err_msg"] = err_msg
        if credits_ is not UNSET:
            field_dict["credits"] = credits_
        if payload is not UNSET:
            field_dict["payload"] = payload
        if creations is not UNSET:
            field_dict["creations"] = creations
        if progress is not UNSET:
            field_dict["progress"] = progress
        if type_ is not UNSET:
            field_dict["type"] = type_
        if model is not UNSET:
            field_dict["model"] = model
        if duration is not UNSET:
            field_dict["duration"] = duration
        if resolution is not UNSET:
            field_dict["resolution"] = resolution
        if aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = aspect_ratio
        if template is not UNSET:
            field_dict["template"] = template
        if audio is not UNSET:
            field_dict["audio"] = audio
        if bgm is not UNSET:
            field_dict["bgm"] = bgm
        if off_peak is not UNSET:
            field_dict["off_peak"] = off_peak
        if cus_priority is not UNSET:
            field_dict["cus_priority"] = cus_priority

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

        def _parse_status(data: object) -> None | str | TaskState | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                status_type_0 = check_task_state(data)

                return status_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | str | TaskState | Unset, data)

        status = _parse_status(d.pop("status", UNSET))

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

        def _parse_err_msg(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        err_msg = _parse_err_msg(d.pop("err_msg", UNSET))

        def _parse_credits_(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        credits_ = _parse_credits_(d.pop("credits", UNSET))

        def _parse_payload(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        payload = _parse_payload(d.pop("payload", UNSET))

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

        def _parse_progress(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        progress = _parse_progress(d.pop("progress", UNSET))

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

        def _parse_model(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        model = _parse_model(d.pop("model", UNSET))

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

        def _parse_template(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        template = _parse_template(d.pop("template", UNSET))

        def _parse_audio(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        audio = _parse_audio(d.pop("audio", UNSET))

        def _parse_bgm(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        bgm = _parse_bgm(d.pop("bgm", UNSET))

        def _parse_off_peak(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        off_peak = _parse_off_peak(d.pop("off_peak", UNSET))

        def _parse_cus_priority(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        cus_priority = _parse_cus_priority(d.pop("cus_priority", UNSET))

        task_callback = cls(
            id=id,
            state=state,
            status=status,
            err_code=err_code,
            err_msg=err_msg,
            credits_=credits_,
            payload=payload,
            creations=creations,
            progress=progress,
            type_=type_,
            model=model,
            duration=duration,
            resolution=resolution,
            aspect_ratio=aspect_ratio,
            template=template,
            audio=audio,
            bgm=bgm,
            off_peak=off_peak,
            cus_priority=cus_priority,
        )

        task_callback.additional_properties = d
        return task_callback

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
