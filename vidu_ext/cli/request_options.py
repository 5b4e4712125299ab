"""The options for what to make and through which account, and the neutral request that they become.

Limits of models are in the specs; this module only decides which kind of request the options mean.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, cast

from attrs import fields

from vidu_ext.providers import provider_named
from vidu_ext.values import requests
from vidu_ext.values.checks import decimal
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.json import json_or_text, text_of_file, without_duplicates
from vidu_ext.values.price import Price
from vidu_ext.values.tasks import Json
from vidu_ext.values.urls import UPLOAD_SCHEME, is_path, path_of

from .completion import accounts, models, operations, providers, resolutions
from .options import argument, option, time_option

_MEDIA: Final = ("image", "start", "end", "reference", "extend", "picture")
"""The options that decide the kind of request."""


# Most defaults are None, so that an option that is left out is not sent.
@dataclass(kw_only=True, eq=False, repr=False)
class ChoiceOptions:
    """Which account to ask, and which requests to refuse before that."""

    check: bool = option(
        True, "--check/--no-check", help="Refuse here what the provider's spec refuses, before it costs anything."
    )
    unlisted: bool = option(False, "--unlisted", help="Allow a model that the spec does not list yet, and nothing else.")
    at_most: str | None = option(
        None, metavar="60|0.50usd", help="Refuse what costs more credits or dollars, or has no documented price."
    )
    account: str | None = option(
        None,
        "--account",
        "--provider",
        "-a",
        metavar="NAME",
        autocompletion=accounts,
        help="Account or provider to ask; default: any.",
    )
    prefer: list[str] | None = option(
        None, metavar="NAME[,NAME]", help="Accounts or providers to ask first, in order.", autocompletion=accounts
    )


@dataclass(kw_only=True, eq=False, repr=False)
class SendOptions:
    """How a request is sent, and how often."""

    retry_for: float | None = time_option(help="How long a busy provider is asked again; default 120.")
    once: str | None = option(
        None,
        metavar="TEXT",
        help="A key for this order: the same key again is the same task and pays nothing. See `vidu orders`.",
    )
    again: bool = option(False, "--again", help="With --once: order again, for instance after the task of this key failed.")
    dry_run: bool = option(False, "--dry-run", help="Only check, and show the account that would be asked and the price.")


@dataclass(kw_only=True, eq=False, repr=False)
class OperationOptions(ChoiceOptions):
    """A request to one operation of a provider, with the names of its spec."""

    provider: str = argument(..., metavar="PROVIDER", autocompletion=providers, help="As `vidu spec` lists them.")
    operation: str = argument(..., metavar="OPERATION", autocompletion=operations, help="As `vidu spec` lists them.")
    settings: list[str] | None = option(
        None, "--set", metavar="NAME=VALUE", help="A member; VALUE is JSON, or else text, or the path of a picture."
    )
    body: str | None = option(None, metavar="FILE|-", help="A file of JSON with the members; --set wins.")
    path_id: str | None = option(None, "--id", metavar="ID", help="The id in the path of the route, if it has one.")


@dataclass(kw_only=True, eq=False, repr=False)
class RequestOptions(ChoiceOptions):
    """What to make, and through which account."""

    prompt: str | None = argument(
        None, metavar="[PROMPT|-]", show_default=False, help="What happens in the video; - reads it from stdin."
    )
    image: list[str] | None = option(None, metavar="FILE|URL", help="First frame: a video that begins with this picture.")
    start: str | None = option(None, metavar="FILE|URL", help="First frame of a video that leads to --end.")
    end: str | None = option(None, metavar="FILE|URL", help="Last frame; with --start or --extend.")
    reference: list[str] | None = option(
        None, metavar="FILE|URL", help="Picture of what is to appear in the video; may be repeated."
    )
    extend: str | None = option(None, metavar="ID|URL", help="Continue a video: its address, or the id of its creation.")
    picture: bool = option(False, "--picture", help="Make a picture in place of a video, from words and any --reference.")
    model: str | None = option(None, "--model", "-m", help="Model, as `vidu spec` lists them.", autocompletion=models)
    duration: int | None = option(None, "--duration", "-d", metavar="SECONDS", help="Length of the video.")
    resolution: str | None = option(
        None, "--resolution", "-r", metavar="TEXT", help="540p, 720p, 1080p, ...", autocompletion=resolutions
    )
    aspect_ratio: str | None = option(None, metavar="W:H", help="16:9, 9:16, ...")
    seed: int | None = option(None, help="The same seed gives similar results.")
    audio: bool | None = option(None, "--audio/--no-audio", help="Make sound together with the picture.")
    bgm: bool | None = option(None, "--bgm/--no-bgm", help="Add music.")
    off_peak: bool | None = option(None, "--off-peak/--no-off-peak", help="May wait for a cheaper hour, up to two days.")
    settings: list[str] | None = option(
        None, "--set", metavar="NAME=VALUE", help="Any other member of the request; VALUE is JSON, or else text."
    )


def preference_of(options: ChoiceOptions, configured: Sequence[str]) -> tuple[str, ...] | None:
    """Return the order in which accounts are asked: of the options, else the configured one, else None."""
    names = [name.strip() for text in options.prefer or () for name in text.split(",")]
    return tuple(name for name in names if name) or tuple(configured) or None


def ceiling_of(text: str | float | None, *, option: str = "--at-most") -> Price | None:
    """Parse a price ceiling, such as 60, 0.50usd or $0.50. Raises ConfigurationError for another text."""
    if text is None:
        return None
    number = str(text).strip().lower()
    is_dollars = number.endswith("usd") or number.startswith("$")
    amount = decimal(number.removesuffix("usd").removeprefix("$").removesuffix("credits"))
    if amount is None or amount < 0:
        raise ConfigurationError(
            f"{option} {text}: write a number of credits, such as 60, or of dollars, such as 0.50usd. Nothing was sent."
        )
    return Price(usd=amount) if is_dollars else Price(credits=amount)


def request_of(options: RequestOptions, *, model: str | None) -> requests.Request:
    """Build the neutral request that the options mean; `model` is the default model.

    Raises ConfigurationError for options that exclude each other and for values that no provider takes.
    """
    if empty := [name for name in ("model", *_MEDIA) if getattr(options, name) == ""]:  # which would make another video
        raise ConfigurationError(f"--{empty[0]} is empty: give it a value, or leave it out. Nothing was sent.")
    common = _common_members(options, model)
    pictures = tuple(map(medium, options.reference or ()))
    match [name for name in _MEDIA if getattr(options, name)]:
        case [] | ["picture"] | ["reference", "picture"] if not common.get("prompt"):
            raise ConfigurationError(
                'PROMPT is missing: say what the film or picture shows, as in "a paper bird". Nothing was sent.'
            )
        case []:
            return requests.TextToVideo(**common)
        case ["image"] if options.image and len(options.image) == 1:
            return requests.ImageToVideo(image=medium(options.image[0]), **common)
        case ["image"]:
            raise ConfigurationError("--image takes one picture; for two there are --start and --end, for several --reference.")
        case ["start", "end"]:
            return requests.StartEndToVideo(start=medium(options.start or ""), end=medium(options.end or ""), **common)
        case ["start"] | ["end"]:
            raise ConfigurationError("--start and --end belong together; for a first frame alone there is --image.")
        case ["reference"]:
            return requests.ReferenceToVideo(images=pictures, **common)
        case ["picture"] | ["reference", "picture"]:
            return requests.ReferenceToImage(images=pictures, **common)
        case ["extend"] | ["end", "extend"]:
            video_url, creation_id = (options.extend, None) if is_address(options.extend or "") else (None, options.extend)
            end_image = medium(options.end) if options.end else None
            return requests.ExtendVideo(video_url=video_url, creation_id=creation_id, end_image=end_image, **common)
        case several:
            raise ConfigurationError(f"{' and '.join(f'--{name}' for name in several)} mean different videos: choose one.")


def _common_members(options: RequestOptions, model: str | None) -> dict[str, Any]:
    """Return the members that every kind of request has, with those of --set; the ones of one provider are in `options`."""
    common: dict[str, Any] = {
        name: value
        for name in ("prompt", "duration", "resolution", "aspect_ratio", "seed", "audio", "bgm", "off_peak")
        if (value := getattr(options, name)) is not None
    }
    if common.get("prompt") == "-":
        common["prompt"] = _text_of_stdin()
    texts = _parse_settings(options.settings, (*common, "model") if options.model else common)
    neutral = {member.name: str(member.type) for member in fields(requests.TextToVideo) if member.name != "options"}
    settings = {
        name: value if isinstance(value, str | None) or neutral.get(name, "bool").startswith(("int", "bool")) else texts[name]
        for name, value in ((name, json_or_text(text)) for name, text in texts.items())
    }
    common.update((name, value) for name, value in settings.items() if name in neutral)
    if further := {name: value for name, value in settings.items() if name not in neutral}:
        common["options"] = further
    return {"model": options.model or model, **common}


def operation_of(options: OperationOptions, *, is_task: bool) -> tuple[OperationOptions, requests.OperationRequest]:
    """Return the options with the account to ask, and the request that they mean.

    Raises ConfigurationError if `vidu submit` names an operation that answers at once, or `vidu call` one that starts a task.
    """
    contract = provider_named(options.provider).contract
    operation = contract.operation(options.operation)
    if (operation.poll is not None) is not is_task:
        right, kind = ("call", "answers at once") if is_task else ("submit", "starts a task")
        raise ConfigurationError(
            f"{operation.id} {kind}: use `vidu {right} {options.provider} {operation.id}`. Nothing was sent."
        )
    members: dict[str, Json] = {}
    for name, text in _parse_settings(options.settings).items():
        is_text = contract.is_text(operation.id, name) or (operation.body is None and text[:1] != "[")
        members[name] = text if is_text else json_or_text(text)
    body = contract.with_paths(operation.id, {**_read_body(options.body), **members}, lambda path: Path(path_of(path)))
    options = replace(options, account=options.account or options.provider)
    return options, requests.OperationRequest(options.provider, operation.id, body, options.path_id)


def _read_body(file: str | None) -> dict[str, Json]:
    """Read the members of a request from a JSON file."""
    if file is None:
        return {}
    try:
        body = json.loads(read_text(file), object_pairs_hook=without_duplicates)
    except (OSError, ValueError, RecursionError) as error:
        detail = error.strerror if isinstance(error, OSError) else f"it is not usable JSON: {error}"
        raise ConfigurationError(f"--body {file} cannot be read: {detail or error}.") from None
    if not isinstance(body, dict):
        raise ConfigurationError(f"--body {file} must hold a JSON object, the members of the request.")
    return cast("dict[str, Json]", body)


def read_text(file: str) -> str:
    """Read a text file, or for `-` stdin, whose text may be in the encoding of the terminal. Raises OSError or ValueError."""
    if file != "-":
        return text_of_file(Path(file).read_bytes())
    if sys.stdin is None:
        return ""
    content = sys.stdin.buffer.read()
    try:
        return text_of_file(content)
    except UnicodeDecodeError:
        return content.decode(sys.stdin.encoding)


def _text_of_stdin() -> str:
    text = ""
    with suppress(OSError, ValueError):
        text = read_text("-").strip()
    if not text:
        raise ConfigurationError("the prompt is to be read from stdin, which is empty or not UTF-8. Nothing was sent.")
    return text


def is_address(text: str) -> bool:
    """Return whether the text of a medium is a URL (http, data or an upload) and not a path."""
    # Only the head is put into lower case: a data URL may be megabytes long.
    return text[:16].lower().startswith(("http://", "https://", "data:", UPLOAD_SCHEME))


def medium(text: str) -> requests.MediaInput:
    """Return an address as it is, also one that no provider takes (`s3://`), and anything else as the path of a file."""
    if is_address(text) or ("://" in text and not is_path(text)):
        return text
    if not text:
        raise ConfigurationError("the name of a picture is empty.")
    return Path(path_of(text))


def _parse_settings(settings: Sequence[str] | None, given: Collection[str] = ()) -> dict[str, str]:
    """Return the texts of --set by name. Raises ConfigurationError for a name that comes twice, or is in `given` too."""
    texts: dict[str, str] = {}
    for setting in settings or ():
        name, equals, text = setting.partition("=")
        name = name.strip()
        if not equals or not name:
            raise ConfigurationError("--set needs NAME=VALUE, such as --set style=anime or --set 'off_peak=true'.")
        if name in texts or name in given:
            raise ConfigurationError(f"{name} is given twice: choose one value.")
        texts[name] = text
    return texts
