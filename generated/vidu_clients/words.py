"""Words of requests, from all specs. Open types: new words are allowed. Written by `make generate`; never edited."""

from typing import Literal, TypeAlias

Model: TypeAlias = (
    Literal[
        "audio1.0",
        "vidu1.0",
        "vidu2.0",
        "viduq1",
        "viduq1-classic",
        "viduq2",
        "viduq2-pro",
        "viduq2-pro-fast",
        "viduq2-turbo",
        "viduq3",
        "viduq3-ad",
        "viduq3-drama",
        "viduq3-mix",
        "viduq3-pro",
        "viduq3-pro-fast",
        "viduq3-turbo",
        "viduq4-preview",
    ]
    | str
)
Resolution: TypeAlias = (
    Literal[
        "1080p",
        "2K",
        "360p",
        "4K",
        "540p",
        "720p",
    ]
    | str
)
AspectRatio: TypeAlias = (
    Literal[
        "16:9",
        "1:1",
        "21:9",
        "2:3",
        "3:2",
        "3:4",
        "4:3",
        "9:16",
        "auto",
    ]
    | str
)
Provider: TypeAlias = (
    Literal[
        "comfy",
        "skills_video",
        "vidu",
        "zenlayer",
    ]
    | str
)
