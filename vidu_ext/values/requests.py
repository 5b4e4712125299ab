"""Requests of what to make, for any provider with such a route: frozen values.

They hold no limits: durations, resolutions and numbers of pictures are in the specs. Only what no provider could mean is
refused here. A member left at None is not sent.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias, TypeVar, cast

from attrs import Attribute, evolve, field, fields, frozen, has
from attrs.validators import optional
from vidu_clients.words import AspectRatio, Model, Resolution

from .base_error import ConfigurationError
from .fault import foreign_values, shown
from .tasks import Json
from .urls import UPLOAD_SCHEME

MediaInput: TypeAlias = str | os.PathLike[str] | bytes
"""A picture or video: a web address, a data URI or an upload id as text; a file as a Path; the bytes themselves."""

ImageInput: TypeAlias = MediaInput
LocalMedia: TypeAlias = os.PathLike[str] | bytes
"""What must be read before it can be sent."""

T = TypeVar("T")

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
"""Two letters at least: `C:` is a drive."""

_MEDIA: Final = {"media": True}
"""Marks the members that hold media, at once or further down."""


def _place(instance: object, attribute: Attribute[Any]) -> str:
    return f"{type(instance).__name__}.{attribute.name}"


def _is_text(instance: object, attribute: Attribute[Any], value: object) -> None:
    if not isinstance(value, str):
        raise ConfigurationError(f"{_place(instance, attribute)} must be text; it is {_seen(value)}.")


def _is_whole(instance: object, attribute: Attribute[Any], value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ConfigurationError(f"{_place(instance, attribute)} must be a whole number; it is {_seen(value)}.")


def _is_flag(instance: object, attribute: Attribute[Any], value: object) -> None:
    if not isinstance(value, bool):
        raise ConfigurationError(f"{_place(instance, attribute)} must be True or False; it is {_seen(value)}.")


def _is_medium(instance: object, attribute: Attribute[Any], value: object) -> None:
    _check_medium(_place(instance, attribute), value)


def _are_media(instance: object, attribute: Attribute[Any], value: tuple[object, ...]) -> None:
    for index, one in enumerate(value):
        _check_medium(f"{_place(instance, attribute)}[{index}]", one)


def _are_options(instance: object, attribute: Attribute[Any], value: object) -> None:
    place = _place(instance, attribute)
    if not _is_named(value):
        raise ConfigurationError(f"{place} must be a mapping by the provider's own names; it is {_seen(value)}.")
    for fault in foreign_values(cast("Json", value)):
        raise ConfigurationError(f"{place} must hold JSON; {fault}.")


def _is_named(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(name, str) for name in cast("dict[object, object]", value))


def _check_medium(place: str, value: object) -> None:
    if isinstance(value, bytes | os.PathLike):
        if value == b"":
            raise ConfigurationError(f"{place} holds no bytes.")
        return
    if not isinstance(value, str):
        raise ConfigurationError(f"{place} must be a web address or data URI, a Path, or bytes; it is {_seen(value)}.")
    if not _SCHEME.match(value) or value[:5].lower() == "file:":
        raise ConfigurationError(
            f"{place} is {shown(value)}, which is neither a web address nor a data URI."
            f" Wrap the path of a file in Path: Path({shown(value)})."
        )


def _seen(value: object) -> str:
    if value is None or isinstance(value, bool | int | float):
        return repr(value)
    return shown(value) if isinstance(value, str) else f"of type {_kind(value)}"


def _kind(value: object) -> str:
    return type(value).__name__


def _shown_medium(value: object) -> str:
    """A medium for a repr: no bytes, no base64, and no query, which may be a signature."""
    if isinstance(value, tuple):
        entries = [_shown_medium(entry) for entry in cast("tuple[object, ...]", value)]
        return f"({', '.join(entries)}{',' if len(entries) == 1 else ''})"
    if isinstance(value, bytes):
        return f"<bytes {len(value)}>"
    if not isinstance(value, str):
        return repr(value)
    if value[:5].lower() == "data:":
        return f"<{value.partition(';')[0][:40]} {len(value)} characters>"
    address, mark, _ = value.partition("?")
    return repr(f"{address}?…" if mark and not value.startswith(UPLOAD_SCHEME) else value)


def _shown_options(options: Mapping[str, Json]) -> str:
    return "{" + ", ".join(f"{name!r}: {shown(value)}" for name, value in options.items()) + "}"


def _several(values: Iterable[T]) -> tuple[T, ...]:
    if _is_single(values):
        raise ConfigurationError(f"a list is needed, not one {_kind(values)}: put it in brackets.")
    return tuple(values)


def _some_media(values: Iterable[MediaInput]) -> tuple[MediaInput, ...]:
    return _several(values)


def _some_subjects(values: Iterable[Subject]) -> tuple[Subject, ...]:
    return _several(values)


def _some_frames(values: Iterable[Frame]) -> tuple[Frame, ...]:
    return _several(values)


def _is_single(value: object) -> bool:
    """Whether the value is no list, also where it can be gone through like one."""
    return isinstance(value, str | bytes | os.PathLike | Mapping) or not isinstance(value, Iterable)


def _copied(options: Mapping[str, Json]) -> Mapping[str, Json]:
    given = cast("object", options)
    return deepcopy(dict(options)) if isinstance(given, Mapping) else options  # the validator refuses what is no mapping


def _are(kind: type[object]) -> Callable[[object, Attribute[Any], tuple[object, ...]], None]:
    def check(instance: object, attribute: Attribute[Any], value: tuple[object, ...]) -> None:
        for index, one in enumerate(value):
            if not isinstance(one, kind):
                raise ConfigurationError(f"{_place(instance, attribute)}[{index}] must be a {kind.__name__}; it is {_seen(one)}.")

    return check


_TEXT: Final = optional(_is_text)
_WHOLE: Final = optional(_is_whole)
_FLAG: Final = optional(_is_flag)
_MEDIUM: Final = optional(_is_medium)


class _Sparse:
    """Shows only what is set: a request has many members that are left out."""

    __slots__ = ()

    def __repr__(self) -> str:
        members: tuple[Attribute[Any], ...] = fields(cast("Any", type(self)))
        values = [(member, getattr(self, member.name)) for member in members]
        words = [
            f"{member.name}={member.repr(value) if callable(member.repr) else repr(value)}"
            for member, value in values
            if value not in (None, (), {})
        ]
        return f"{type(self).__name__}({', '.join(words)})"


_MEMBERS: Final = """

Members of every request; None is not sent, and the provider's own default holds. Limits: `vidu spec PROVIDER OPERATION`.

    model: The provider's name of the model, `viduq3-turbo`. None only for a provider whose route has one model.
    prompt: What happens in the video, or what the picture shows.
    duration: Seconds.
    resolution: `720p`, `1080p`, ...
    aspect_ratio: `16:9`, `9:16`, ...
    audio: Whether sound is made together with the picture.
    bgm: Whether music is added.
    seed: The same seed gives similar results.
    style: `general` or `anime`, where a model has styles.
    movement_amplitude: How much moves: `auto`, `small`, `medium`, `large`.
    off_peak: Whether the task may wait for a cheaper hour, up to two days.
    watermark: Whether the provider puts its mark on the video.
    callback_url: Address that the provider calls when the state changes.
    payload: Text that the provider hands back with the task. Set by the user, it replaces this package's own idempotency key.
    options: Members of the provider's own request that have no name here, sent as they are.
"""


def _with_members(kind: type[T]) -> type[T]:
    """Let `help()` of a request say what the members mean that all requests have."""
    kind.__doc__ = f"{kind.__doc__}{_MEMBERS}"
    return kind


@frozen(kw_only=True, repr=False)
class _Common(_Sparse):
    """What a request of any kind may say beside what it makes the video of."""

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
    callback_url: str | None = field(default=None, validator=_TEXT, repr=_shown_medium)
    payload: str | None = field(default=None, validator=_TEXT)
    options: Mapping[str, Json] = field(factory=dict[str, Json], converter=_copied, validator=_are_options, repr=_shown_options)


@_with_members
@frozen(kw_only=True, repr=False)
class TextToVideo(_Common):
    """A video from words."""

    prompt: str = field(validator=_is_text)


@_with_members
@frozen(kw_only=True, repr=False)
class ImageToVideo(_Common):
    """A video that begins with a picture."""

    image: ImageInput = field(validator=_is_medium, repr=_shown_medium, metadata=_MEDIA)
    """The first frame."""


@_with_members
@frozen(kw_only=True, repr=False)
class StartEndToVideo(_Common):
    """A video that leads from one picture to another."""

    start: ImageInput = field(validator=_is_medium, repr=_shown_medium, metadata=_MEDIA)
    """The first frame."""
    end: ImageInput = field(validator=_is_medium, repr=_shown_medium, metadata=_MEDIA)
    """The last frame."""


@frozen(kw_only=True, repr=False)
class Subject(_Sparse):
    """Somebody or something that shall appear; the prompt calls it by `@name`."""

    name: str = field(validator=_is_text)
    images: tuple[ImageInput, ...] = field(
        default=(), converter=_some_media, validator=_are_media, repr=_shown_medium, metadata=_MEDIA
    )
    videos: tuple[MediaInput, ...] = field(
        default=(), converter=_some_media, validator=_are_media, repr=_shown_medium, metadata=_MEDIA
    )
    voice_id: str | None = field(default=None, validator=_TEXT)
    stored_id: str | None = field(default=None, validator=_TEXT)
    """Id of a subject that is stored at the provider; its media may then be left out."""


@_with_members
@frozen(kw_only=True, repr=False)
class ReferenceToVideo(_Common):
    """A video in which what the references show appears: pictures, or named subjects."""

    images: tuple[ImageInput, ...] = field(
        default=(), converter=_some_media, validator=_are_media, repr=_shown_medium, metadata=_MEDIA
    )
    subjects: tuple[Subject, ...] = field(default=(), converter=_some_subjects, validator=_are(Subject), metadata=_MEDIA)

    def __attrs_post_init__(self) -> None:
        if not self.images and not self.subjects:
            raise ConfigurationError("ReferenceToVideo needs references: images=[...] or subjects=[Subject(...), ...].")


@_with_members
@frozen(kw_only=True, repr=False)
class ReferenceToImage(_Common):
    """A picture from words, and from reference pictures where there are any."""

    prompt: str = field(validator=_is_text)
    images: tuple[ImageInput, ...] = field(
        default=(), converter=_some_media, validator=_are_media, repr=_shown_medium, metadata=_MEDIA
    )


@_with_members
@frozen(kw_only=True, repr=False)
class ExtendVideo(_Common):
    """A video that goes on where another one ends. Exactly one of video_url and creation_id names that one."""

    video_url: str | None = field(default=None, validator=[_TEXT, _MEDIUM], repr=_shown_medium)
    creation_id: str | None = field(default=None, validator=_TEXT)
    """Id of a creation of the same account; not the id of its task."""
    end_image: ImageInput | None = field(default=None, validator=_MEDIUM, repr=_shown_medium, metadata=_MEDIA)
    """The last frame."""

    def __attrs_post_init__(self) -> None:
        if (self.video_url is None) == (self.creation_id is None):
            raise ConfigurationError("ExtendVideo needs the video to extend: either video_url or creation_id.")


@frozen(kw_only=True, repr=False)
class Frame(_Sparse):
    """A picture that a Multiframe video passes, and the part of the video that leads to it."""

    image: ImageInput = field(validator=_is_medium, repr=_shown_medium, metadata=_MEDIA)
    prompt: str | None = field(default=None, validator=_TEXT)
    duration: int | None = field(default=None, validator=_WHOLE)
    """Seconds of the part."""


@_with_members
@frozen(kw_only=True, repr=False)
class Multiframe(_Common):
    """A video that begins with one picture and passes others in turn."""

    start_image: ImageInput = field(validator=_is_medium, repr=_shown_medium, metadata=_MEDIA)
    frames: tuple[Frame, ...] = field(converter=_some_frames, validator=_are(Frame), metadata=_MEDIA)

    def __attrs_post_init__(self) -> None:
        if not self.frames:
            raise ConfigurationError("Multiframe needs pictures to pass: frames=[Frame(image=...), ...].")


Request: TypeAlias = TextToVideo | ImageToVideo | StartEndToVideo | ReferenceToVideo | ReferenceToImage | ExtendVideo | Multiframe
"""A request that any provider with such a route may be asked to serve."""


def _is_named_mapping(instance: object, attribute: Attribute[Any], value: object) -> None:
    if not _is_named(value):
        raise ConfigurationError(f"{_place(instance, attribute)} must be a mapping by the spec's names; it is {_seen(value)}.")


@frozen(repr=False)
class OperationRequest(_Sparse):
    """A request to one operation of one provider, by the names of its spec: the way to every route.

    `OperationRequest("vidu", "lipSync", {"video_url": "https://...", "text": "Hello"})`. A route that starts a task takes it
    through `submit`, one that answers at once through `call`.
    """

    provider: str = field(validator=_is_text)
    operation: str = field(validator=_is_text)
    """operationId, as `vidu spec` lists them."""
    body: Mapping[str, object] = field(
        factory=dict[str, object], validator=_is_named_mapping, repr=lambda value: f"<{', '.join(value)}>", metadata=_MEDIA
    )
    """Members of the body, or the parameters of a route without one. A file is a Path, or bytes."""
    path_id: str | None = field(default=None, validator=_TEXT)
    """Value of the path parameter, where the route has one."""

    @property
    def model(self) -> str | None:
        """The model that the body names."""
        named = self.body.get("model")
        return named if isinstance(named, str) else None

    if TYPE_CHECKING:  # what `call` gives for it

        def to_dict(self) -> Mapping[str, object]: ...
        def __answer__(self) -> Json: ...


T_co = TypeVar("T_co", covariant=True)


class RequestModel(Protocol):
    """A generated request model of one provider, `vidu_clients.vidu.models.LipSyncRequest`."""

    def to_dict(self) -> Mapping[str, object]: ...


class AnsweredRequest(RequestModel, Protocol[T_co]):
    """A generated request model of a route that answers at once, with T_co. The method is there for type checkers alone."""

    def __answer__(self) -> T_co: ...


AnyRequest: TypeAlias = Request | OperationRequest | RequestModel
"""What the clients take: a neutral request, or one of a provider's own operations."""

R = TypeVar("R", bound="Request | OperationRequest")


def local_media(request: Request | OperationRequest) -> tuple[LocalMedia, ...]:
    """The files and bytes of a request, each once, in the order of its members."""
    found: list[LocalMedia] = []

    def note(medium: MediaInput) -> MediaInput:
        if not isinstance(medium, str) and medium not in found:
            found.append(medium)
        return medium

    _with_each(request, note)
    return tuple(found)


def with_media(request: R, replace: Callable[[LocalMedia], str]) -> R:
    """The request with every file and bytes in it replaced by a text: a web address, a data URI, an upload id.

    `replace` is called once for each entry of `local_media`; what is text already stays as it is.
    """
    texts = [(medium, replace(medium)) for medium in local_media(request)]

    def text_of(medium: MediaInput) -> MediaInput:
        return next((text for local, text in texts if local == medium), medium)

    return cast("R", _with_each(request, text_of)) if texts else request


def _with_each(value: object, change: Callable[[MediaInput], MediaInput]) -> object:
    """The value with every medium in it changed: a request, a subject, a frame, a collection of them, a medium, or JSON."""
    if isinstance(value, str | bytes | os.PathLike):
        return change(cast("MediaInput", value))
    if isinstance(value, tuple):
        return tuple(_with_each(one, change) for one in cast("tuple[object, ...]", value))
    if isinstance(value, list):
        return [_with_each(one, change) for one in cast("list[object]", value)]
    if isinstance(value, Mapping):
        return {name: _with_each(one, change) for name, one in cast("Mapping[str, object]", value).items()}
    if not has(type(value)):
        return value
    holder: Any = value
    members: tuple[Attribute[Any], ...] = fields(cast("Any", type(holder)))
    names = [member.name for member in members if member.metadata.get("media")]
    return evolve(holder, **{name: _with_each(getattr(holder, name), change) for name in names})
