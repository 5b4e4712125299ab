"""What a request costs, in credits.

For Vidu, and for Comfy and Zenlayer, which bill by Vidu's prices, the figures are those of Vidu's price page as far as it
gives them: per second, or so much for the first second and so much for each further one. Where it gives none (templates,
newer models), a plain formula stands in: 20 credits a second at 1080p, 12 at 720p, 7 below. What skills.video charges is not
documented; here it is 4 credits for a second of film, twice that at 1080p, and 5 for a picture. Prices change often: a test
should compare with what an answer says, not with a table of its own.
"""

from __future__ import annotations

import math
from typing import Final

from vidu_ext.values.json import as_list
from vidu_ext.values.tasks import Object

from .outputs import number, seconds_of

CREDITS_OF_COMFY: Final = 0.005 * 211
"""Credits of Comfy for one of Vidu: both have a price in dollars."""

# Credits a second by resolution; normal hours.
_A_SECOND: Final[dict[tuple[str, str], dict[str, float]]] = {
    ("viduq3-pro", "video"): {"540p": 9, "720p": 20, "1080p": 24, "2K": 30},
    ("viduq3-turbo", "video"): {"540p": 7, "720p": 11, "1080p": 13},
    ("viduq3-pro-fast", "video"): {"720p": 20, "1080p": 25},
    ("viduq3-mix", "reference"): {"720p": 24, "1080p": 29},
    ("viduq3-turbo", "reference"): {"540p": 4, "720p": 10, "1080p": 13},
    ("viduq3", "reference"): {"540p": 7, "720p": 12, "1080p": 15},
}
# Credits for the first second and for each further one, by resolution; two prices stand out by what two seconds cost.
_FIRST_AND_FURTHER: Final[dict[tuple[str, str], dict[str, tuple[float, float]]]] = {
    ("viduq2-turbo", "video"): {"540p": (6, 2), "720p": (8, 10), "1080p": (35, 10)},
    ("viduq2-pro", "video"): {"540p": (8, 5), "720p": (15, 10), "1080p": (55, 15)},
    ("viduq2-pro-fast", "video"): {"720p": (8, 2), "1080p": (16, 4)},
    ("viduq2", "video"): {"540p": (10, 2), "720p": (15, 5), "1080p": (20, 10)},
    ("viduq2", "reference"): {"540p": (15, 5), "720p": (25, 5), "1080p": (75, 10)},
    ("viduq2-pro", "reference"): {"540p": (20, 5), "720p": (30, 5), "1080p": (85, 10)},
}
_TWO_SECONDS: Final = {("viduq2-turbo", "video", "720p"): 10.0, ("viduq2-pro", "video", "540p"): 10.0}
_TALKING: Final = frozenset({"imageToVideo", "referenceToVideo"})
"""Routes on which sound costs 15 credits more; the models from Q3 on have it in their price."""
# Credits once and for each second, of lengthening and of each segment between key pictures.
_JOINED: Final[dict[str, dict[str, tuple[float, float]]]] = {
    "viduq2-turbo": {"540p": (10, 2), "720p": (15, 5), "1080p": (40, 10)},
    "viduq2-pro": {"540p": (15, 5), "720p": (30, 10), "1080p": (60, 15)},
}
_PLAIN: Final[dict[str, float]] = {"360p": 7, "540p": 7, "1080p": 20, "2K": 40, "4K": 80}
_PLAIN_USUAL: Final = 12.0
_OLD: Final[dict[str, float]] = {"360p": 20, "720p": 40, "1080p": 100}
_UPSCALED: Final[dict[str, float]] = {"1080p": 10, "2K": 20, "4K": 40, "8K": 160}
_PICTURES: Final[dict[str, tuple[float, float, float]]] = {"1080p": (6, 8, 10), "2K": (8, 12, 16), "4K": (10, 20, 30)}
"""By resolution: without references, with one to three, with more."""
_SONGS: Final[dict[str, float]] = {"540p": 6, "720p": 8, "1080p": 10}
_FINE_SONGS: Final[dict[str, float]] = {"720p": 24, "1080p": 29}
_REMADE: Final[dict[str, float]] = {"540p": 12, "720p": 16, "1080p": 20}


def price_of(provider: str, operation: str, body: Object) -> int:
    """What a settled request costs, in whole credits of Vidu, or of skills.video there."""
    if provider == "skills_video":
        return _price_at_skills_video(operation, body)
    return math.ceil(_half(operation, body) if body.get("off_peak") is True else _whole(operation, body)) + _advice_price(body)


def _whole(operation: str, body: Object) -> float:
    rate = _rate(operation, body)
    if rate is not None:
        return rate * seconds_of(operation, body)
    special = _special_price(operation, body)
    return _film_price(operation, body) if special is None else special


def _half(operation: str, body: Object) -> float:
    """Off-peak: half, and of what is paid by the second half of each, rounded up."""
    rate = _rate(operation, body)
    return _whole(operation, body) / 2 if rate is None else math.ceil(rate / 2) * seconds_of(operation, body)


def _advice_price(body: Object) -> int:
    """What it costs to have the prompt written."""
    return 10 if body.get("is_rec") is True else 0


def _rate(operation: str, body: Object) -> float | None:
    """Credits a second of a film that is paid by the second alone, None for all else."""
    return _A_SECOND.get((str(body.get("model", "")), _route(operation)), {}).get(_resolution(body))


def _route(operation: str) -> str:
    return "reference" if operation == "referenceToVideo" else "video"


def _resolution(body: Object) -> str:
    return str(body.get("resolution") or "720p")


def _price_at_skills_video(operation: str, body: Object) -> int:
    results = number(body.get("n"), 1)
    if operation.endswith("Image"):
        return math.ceil(5 * results)
    dear = 2 if body.get("resolution") == "1080p" else 1
    return math.ceil(4 * dear * seconds_of(operation, body) * results)


def _film_price(operation: str, body: Object) -> float:
    model, resolution, route = str(body.get("model", "")), _resolution(body), _route(operation)
    seconds = seconds_of(operation, body)
    if (pairs := _FIRST_AND_FURTHER.get((model, route))) is not None and resolution in pairs:
        first, further = pairs[resolution]
        two = _TWO_SECONDS.get((model, route, resolution), first + further)
        talks = 15 if body.get("audio") is True and operation in _TALKING else 0
        return talks + (first if seconds <= 1 else two + further * (seconds - 2))
    if model.startswith("viduq1"):
        return 80
    if model == "vidu2.0":
        return 80 if route == "reference" else 100 if seconds > 4 else _OLD.get(resolution, 40)
    return _PLAIN.get(resolution, _PLAIN_USUAL) * seconds


def _special_price(operation: str, body: Object) -> float | None:
    """The price of a route with a rule of its own, None for the others."""
    resolution, seconds = str(body.get("resolution") or "720p"), seconds_of(operation, body)
    match operation:
        case "referenceToImage":
            return _picture_price(body)
        case "referenceToImageNano" | "chatToImage" | "contentToImage" | "editImages" | "generateImages":
            return 15
        case "extendVideo" | "multiframe":
            once, each = _JOINED.get(str(body.get("model")), _JOINED["viduq2-pro"]).get(resolution, (30, 10))
            return once * max(1, len(as_list(body.get("image_settings")))) + each * seconds
        case "upscale" | "upscaleLegacy":
            return _UPSCALED.get(str(body.get("upscale_resolution")), 10) * seconds
        case "lipSync":
            return 20 * math.ceil(seconds / 5)
        case "motionSync":
            return 10 * seconds
        case "textToAudio" | "timingToAudio":
            return 10 if seconds < 5 else 20
        case "textToSpeech":
            return 10 * math.ceil(len(str(body.get("text", ""))) / 500)
        case "cloneVoice":
            return 300
        case "createSubject":
            return 5
        case "recommendPrompts":
            return 10 * math.ceil(number(body.get("count"), 5) * len(as_list(body.get("type"))) / 5)
        case _:
            return _workflow_price(operation, body, resolution, seconds)


def _picture_price(body: Object) -> float:
    count = len(as_list(body.get("images")))
    if body.get("model") == "viduq1":
        return 20
    prices = _PICTURES.get(str(body.get("resolution")), _PICTURES["1080p"])
    return prices[0] if count == 0 else prices[1] if count <= 3 else prices[2]


def _workflow_price(operation: str, body: Object, resolution: str, seconds: float) -> float | None:
    match operation:
        case "createAdFilm" | "createGeneralFilm":
            return 40 * seconds
        case "editAdFilm":
            by_part = {"generate_narration": 10 * math.ceil(len(str(body.get("prompt", ""))) / 500), "generate_bgm": 2 * seconds}
            return by_part.get(str(body.get("type")), 40 * seconds)
        case "editGeneralFilm":
            return 40 * seconds
        case "composeAdFilm" | "composeGeneralFilm" | "composeMusicVideo":
            return 1
        case "replicateTrendingVideo":
            return _REMADE.get(resolution, 20) * seconds
        case "createMusicVideo" | "editMusicVideo":
            rates = _FINE_SONGS if body.get("quality") == "high" else _SONGS
            return (rates.get(resolution, 8) + (4 if body.get("lip_sync") is True else 0)) * seconds
        case _:
            return None
