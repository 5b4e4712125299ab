"""Requests for videos and pictures, for any provider with such a route. Frozen values.

Limits of durations, resolutions and numbers of pictures are in the specs; only what is wrong at every provider is refused
here. A member left at None is not sent.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from inspect import cleandoc
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias, TypeVar, cast

from attrs import Attribute, evolve, field, fields, frozen, has
from attrs.validators import optional
from vidu_clients.words import AspectRatio, Model, Resolution

from .base_error import ConfigurationError
from .checks import member_name
from .fault import encoding_faults
from .json import TOO_DEEP, as_object, is_too_deep, map_texts
from .shown import shown_value
from .tasks import Json, Object
from .urls import UPLOAD_SCHEME, path_of

MediaInput: TypeAlias = str | os.PathLike[str] | bytes
"""A picture or video: a URL, a data URI or an upload id as text; a file as a Path; the bytes themselves."""

ImageInput: TypeAlias = MediaInput
LocalMedia: TypeAlias = os.PathLike[str] | bytes
"""Media that must be read before they can be sent."""

T = TypeVar("T")

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
"""At least two letters: `C:` is a drive."""

_MEDIA: Final = {"media": True}
"""Marks the members that hold media, directly or nested."""


Check: TypeAlias = Callable[[str, object], None]
"""Raises ConfigurationError for a wrong value at a place, `ImageToVideo.image`."""


def _value(check: Check) -> Callable[[object, Attribute[Any], object], None]:
    """Return the validator of a member."""
    return lambda instance, attribute, value: check(member_name(instance, attribute), value)


def _each(check: Check) -> Callable[[object, Attribute[Any], tuple[object, ...]], None]:
    """Return the validator of a member with several values."""

    def check_all(instance: object, attribute: Attribute[Any], values: tuple[object, ...]) -> None:
        for index, value in enumerate(values):
            check(f"{member_name(instance, attribute)}[{index}]", value)

    return check_all


def _is(kind: type[object], noun: str) -> Check:
    def check(place: str, value: object) -> None:
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise ConfigurationError(f"{place} must be {noun}; it is {_described(value)}.")

    return check


def _has_text_names(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(name, str) for name in cast("dict[object, object]", value))


def _has_names(place: str, value: object) -> None:
    if not _has_text_names(value):
        raise ConfigurationError(f"{place} must be a mapping with the provider's own names; it is {_described(value)}.")
    if is_too_deep(value):
        raise ConfigurationError(f"{place} {TOO_DEEP}.")


def _is_json(place: str, value: object) -> None:
    _has_names(place, value)
    for fault in encoding_faults(cast("Json", value)):
        raise ConfigurationError(f"{place} must hold JSON; {fault}.")


def _is_medium(place: str, value: object) -> None:
    if isinstance(value, bytes | os.PathLike):
        if value == b"":
            raise ConfigurationError(f"{place} is empty.")
        return
    if not isinstance(value, str):
        raise ConfigurationError(f"{place} must be a web address or data URI, a Path, or bytes; it is {_described(value)}.")
    if not _SCHEME.match(value) or value[:5].lower() == "file:":
        raise ConfigurationError(
            f"{place} is {shown_value(value)}, which is neither a web address nor a data URI."
            f" Wrap the path of a file in Path: Path({shown_value(path_of(value))})."
        )


def _described(value: object) -> str:
    """Return a wrong value for a message: its type, unless it is short or text."""
    if value is None or isinstance(value, bool | int | float):
        return repr(value)
    return shown_value(value) if isinstance(value, str) else f"of type {type(value).__name__}"


def _several(values: Iterable[T]) -> tuple[T, ...]:
    if isinstance(values, str | bytes | os.PathLike | Mapping) or not isinstance(cast("object", values), Iterable):
        raise ConfigurationError(f"a list is needed, not one {type(cast('object', values)).__name__}: put it in brackets.")
    return tuple(values)


# Three converters, because mypy takes the type of an argument from its converter and cannot solve a generic one.


def _some_media(values: Iterable[MediaInput]) -> tuple[MediaInput, ...]:
    return _several(values)


def _some_subjects(values: Iterable[Subject]) -> tuple[Subject, ...]:
    return _several(values)


def _some_frames(values: Iterable[Frame]) -> tuple[Frame, ...]:
    return _several(values)


def _copy(options: Mapping[str, Json]) -> Mapping[str, Json]:
    can_be_sent = isinstance(cast("object", options), Mapping) and not is_too_deep(options)
    # a deep copy of JSON; what is no JSON, the validator refuses
    return as_object(map_texts(dict(options), lambda text: text)) if can_be_sent else options


_NEEDED_TEXT: Final = _value(_is(str, "text"))
_NEEDED_MEDIUM: Final = _value(_is_medium)
_TEXT: Final = optional(_NEEDED_TEXT)
_WHOLE: Final = optional(_value(_is(int, "a whole number")))
_FLAG: Final = optional(_value(_is(bool, "true or false")))
_MEDIUM: Final = optional(_NEEDED_MEDIUM)


def _shown(value: object, *, is_address: bool) -> str:
    """Return a value for a repr: no bytes, no base64, and no query of an address, which may be a signature."""
    if isinstance(value, tuple):
        entries = [_shown(entry, is_address=is_address) for entry in cast("tuple[object, ...]", value)]
        return f"({', '.join(entries)}{',' if len(entries) == 1 else ''})"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name!r}: {shown_value(below)}" for name, below in cast("Object", value).items()) + "}"
    if isinstance(value, bytes):
        return f"<bytes {len(value)}>"
    if not isinstance(value, str):
        return repr(value)
    if value[:5].lower() == "data:":
        return f"<{value.partition(';')[0][:40]} {len(value)} characters>"
    address, mark, _ = value.partition("?")
    return repr(f"{address}?…" if mark and is_address and not value.startswith(UPLOAD_SCHEME) else value)


def _is_address(member: Attribute[Any]) -> bool:
    return "media" in member.metadata or member.name.endswith("_url")


class _Sparse:
    """Base with a repr that shows only the members that are set.

    It also compares and hashes: to generate these methods for eleven classes would take longer than a call.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Sparse) and type(other) is type(self) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash((type(self), *(value for _, value in self._values() if not isinstance(value, Mapping))))

    def _values(self) -> list[tuple[Attribute[Any], Any]]:
        members: tuple[Attribute[Any], ...] = fields(cast("Any", type(self)))
        return [(member, getattr(self, member.name)) for member in members]

    def __repr__(self) -> str:
        members = [
            f"{member.name}={member.repr(value) if callable(member.repr) else _shown(value, is_address=_is_address(member))}"
            for member, value in self._values()
            if value not in (None, (), {})
        ]
        return f"{type(self).__name__}({', '.join(members)})"


@frozen(kw_only=True, eq=False, repr=False)
class _Common(_Sparse):
    """A request.

    Members of every request; None is not sent, so the provider's default applies. Limits: `vidu spec PROVIDER OPERATION`.

        model: The provider's name of the model, `viduq3-turbo`. None only for a provider whose route has one model.
        prompt: What happens in the video, or what the picture shows.
        duration: Seconds.
        resolution: `720p`, `1080p`, ...
        aspect_ratio: `16:9`, `9:16`, ...
        audio: Whether sound is made together with the picture.
        bgm: Whether music is added.
        seed: The same seed gives similar results.
        style: `general` or `anime`, if the model has styles.
        movement_amplitude: How much moves: `auto`, `small`, `medium`, `large`.
        off_peak: Whether the task may wait for a cheaper hour, up to two days.
        watermark: Whether the provider puts its mark on the video.
        callback_url: URL that the provider calls when the state changes.
        payload: Text that the provider returns with the task. If set, it replaces this package's own idempotency key.
        options: Members of the provider's own request that have no name here, sent as they are.
    """

    model: Model | None = field(default=None, validator=_TEXT)
    prompt: str | None = field(default=None, validator=_TEXT)
    duration: int | None = field(default=None, validator=_WHOLE)
    resolution: Resolution | None = field(default=None, validator=_TEXT)
    aspect_ratio: AspectRatio | None = field(default=None, validator=_TEXT)
    audio: bool | None = field(default=None, validator=_FLAG)
    bgm: bool | None = field(default=None, validator=_FLAG)
    seed: int | None = field(default=None, validator=_WHOLE)
    style: str | None = field(default=None, validator=_TEXT)
    movement_amplitude: str | None = field(default=None, validator=_TEXT)
    off_peak: bool | None = field(default=None, validator=_FLAG)
    watermark: bool | None = field(default=None, validator=_FLAG)
    callback_url: str | None = field(default=None, validator=_TEXT)
    payload: str | None = field(default=None, validator=_TEXT)
    options: Mapping[str, Json] = field(factory=dict[str, Json], converter=_copy, validator=_value(_is_json))

    def __init_subclass__(cls) -> None:
        """Add these members to the docstring of a kind of request, so that `help()` explains them."""
        _, line_end, members = cleandoc(_Common.__doc__ or "").partition("\n")
        if members not in (cls.__doc__ or ""):  # attrs makes a class with slots twice
            cls.__doc__ = f"{cls.__doc__}{line_end}{members}"


@frozen(kw_only=True, eq=False, repr=False)
class TextToVideo(_Common):
    """A video from a prompt."""

    prompt: str = field(validator=_NEEDED_TEXT)


@frozen(kw_only=True, eq=False, repr=False)
class ImageToVideo(_Common):
    """A video that begins with a picture."""

    image: ImageInput = field(validator=_NEEDED_MEDIUM, metadata=_MEDIA)
    """The first frame."""


@frozen(kw_only=True, eq=False, repr=False)
class StartEndToVideo(_Common):
    """A video that leads from one picture to another."""

    start: ImageInput = field(validator=_NEEDED_MEDIUM, metadata=_MEDIA)
    """The first frame."""
    end: ImageInput = field(validator=_NEEDED_MEDIUM, metadata=_MEDIA)
    """The last frame."""


@frozen(kw_only=True, eq=False, repr=False)
class Subject(_Sparse):
    """A person or thing that appears in the video; the prompt refers to it as `@name`."""

    name: str = field(validator=_NEEDED_TEXT)
    images: tuple[ImageInput, ...] = field(default=(), converter=_some_media, validator=_each(_is_medium), metadata=_MEDIA)
    videos: tuple[MediaInput, ...] = field(default=(), converter=_some_media, validator=_each(_is_medium), metadata=_MEDIA)
    voice_id: str | None = field(default=None, validator=_TEXT)
    stored_id: str | None = field(default=None, validator=_TEXT)
    """Id of a subject that is stored at the provider; its media may be omitted."""


@frozen(kw_only=True, eq=False, repr=False)
class ReferenceToVideo(_Common):
    """A video that shows the subjects of its references: pictures, or named subjects."""

    images: tuple[ImageInput, ...] = field(default=(), converter=_some_media, validator=_each(_is_medium), metadata=_MEDIA)
    subjects: tuple[Subject, ...] = field(
        default=(), converter=_some_subjects, validator=_each(_is(Subject, "a Subject")), metadata=_MEDIA
    )

    def __attrs_post_init__(self) -> None:
        if not self.images and not self.subjects:
            raise ConfigurationError("ReferenceToVideo needs references: images or subjects.")


@frozen(kw_only=True, eq=False, repr=False)
class ReferenceToImage(_Common):
    """A picture from a prompt and, optionally, reference pictures."""

    prompt: str = field(validator=_NEEDED_TEXT)
    images: tuple[ImageInput, ...] = field(default=(), converter=_some_media, validator=_each(_is_medium), metadata=_MEDIA)


@frozen(kw_only=True, eq=False, repr=False)
class ExtendVideo(_Common):
    """A video that continues another one, which is named by either video_url or creation_id."""

    video_url: str | None = field(default=None, validator=[_TEXT, _MEDIUM])
    creation_id: str | None = field(default=None, validator=_TEXT)
    """Id of a creation of the same account; not the id of its task."""
    end_image: ImageInput | None = field(default=None, validator=_MEDIUM, metadata=_MEDIA)
    """The last frame."""

    def __attrs_post_init__(self) -> None:
        if (self.video_url is None) == (self.creation_id is None):
            raise ConfigurationError("ExtendVideo needs the video to extend: either video_url or creation_id.")


@frozen(kw_only=True, eq=False, repr=False)
class Frame(_Sparse):
    """A key frame of a Multiframe video, and the part of the video that leads to it."""

    image: ImageInput = field(validator=_NEEDED_MEDIUM, metadata=_MEDIA)
    prompt: str | None = field(default=None, validator=_TEXT)
    duration: int | None = field(default=None, validator=_WHOLE)
    """Seconds of the part."""


@frozen(kw_only=True, eq=False, repr=False)
class Multiframe(_Common):
    """A video that begins with one picture and shows others in turn, as key frames."""

    start_image: ImageInput = field(validator=_NEEDED_MEDIUM, metadata=_MEDIA)
    frames: tuple[Frame, ...] = field(converter=_some_frames, validator=_each(_is(Frame, "a Frame")), metadata=_MEDIA)

    def __attrs_post_init__(self) -> None:
        if not self.frames:
            raise ConfigurationError("Multiframe needs pictures: frames, each with its image.")


Request: TypeAlias = TextToVideo | ImageToVideo | StartEndToVideo | ReferenceToVideo | ReferenceToImage | ExtendVideo | Multiframe
"""A request that any provider with such a route can serve."""


@frozen(eq=False, repr=False)
class OperationRequest(_Sparse):
    """A request to one operation of one provider, with the names of its spec. Every route can be called this way.

    `OperationRequest("vidu", "lipSync", {"video_url": "https://...", "text": "Hello"})`. Pass it to `submit` for a route that
    starts a task, to `call` for one that answers at once.
    """

    provider: str = field(validator=_NEEDED_TEXT)
    operation: str = field(validator=_NEEDED_TEXT)
    """operationId, as `vidu spec` lists them."""
    body: Mapping[str, object] = field(
        factory=dict[str, object], validator=_value(_has_names), repr=lambda value: f"<{', '.join(value)}>", metadata=_MEDIA
    )
    """Members of the body, or the parameters of a route without one. A file is a Path, or bytes."""
    path_id: str | None = field(default=None, validator=_TEXT)
    """Value of the path parameter; None if the route has none."""

    @property
    def model(self) -> str | None:
        """The model that the body names."""
        model = self.body.get("model")
        return model if isinstance(model, str) else None

    if TYPE_CHECKING:  # the type that `call` returns for it

        def to_dict(self) -> Mapping[str, object]: ...
        def __answer__(self) -> Json: ...


T_co = TypeVar("T_co", covariant=True)


class RequestModel(Protocol):
    """A generated request model of one provider, `vidu_clients.vidu.models.LipSyncRequest`."""

    def to_dict(self) -> Mapping[str, object]: ...


class AnsweredRequest(RequestModel, Protocol[T_co]):
    """A generated request model of a route that answers at once with a T_co. The method exists for type checkers only."""

    def __answer__(self) -> T_co: ...


AnyRequest: TypeAlias = Request | OperationRequest | RequestModel
"""What the clients accept: a neutral request, or one of a provider's own operations."""

R = TypeVar("R", bound="Request | OperationRequest")


def local_media(request: Request | OperationRequest) -> tuple[LocalMedia, ...]:
    """Return the files and bytes of a request, each once, in the order of its members."""
    media: list[LocalMedia] = []

    def collect(medium: MediaInput) -> MediaInput:
        if not isinstance(medium, str) and medium not in media:
            media.append(medium)
        return medium

    _with_each(request, collect)
    return tuple(media)


def with_media(request: R, replace: Callable[[LocalMedia], str]) -> R:
    """Return the request with all files and bytes replaced by texts: a URL, a data URI, an upload id.

    `replace` is called once for each entry of `local_media`; texts stay as they are.
    """
    texts = [(medium, replace(medium)) for medium in local_media(request)]

    def text_of(medium: MediaInput) -> MediaInput:
        return next((text for local, text in texts if local == medium), medium)

    return cast("R", _with_each(request, text_of)) if texts else request


def _with_each(value: object, change: Callable[[MediaInput], MediaInput]) -> object:
    """Return the value with every medium in it changed. It is a request, a subject, a frame, a collection, a medium, or JSON."""
    if isinstance(value, str | bytes | os.PathLike):
        return change(cast("MediaInput", value))
    if isinstance(value, tuple | list):
        entries = [_with_each(entry, change) for entry in cast("list[object]", value)]
        return tuple(entries) if isinstance(value, tuple) else entries
    if isinstance(value, Mapping):
        return {name: _with_each(below, change) for name, below in cast("Mapping[str, object]", value).items()}
    if not has(type(value)):
        return value
    holder: Any = value
    members: tuple[Attribute[Any], ...] = fields(cast("Any", type(holder)))
    names = [member.name for member in members if member.metadata.get("media")]
    return evolve(holder, **{name: _with_each(getattr(holder, name), change) for name in names})
