"""Words of requests, from all specs. Open types: new words are allowed. Written by `make generate`; never edited."""

from typing import Literal, TypeAlias

Model: TypeAlias = (
    Literal[
        "audio1.0",
        "q2-fast",
        "q2-fast-bytoken",
        "q2-pro",
        "q2-pro-bytoken",
        "q3-fast",
        "q3-fast-bytoken",
        "q3-lite",
        "q3-lite-bytoken",
        "vidu1.0",
        "vidu2.0",
        "viduimage-2",
        "viduq1",
        "viduq1-classic",
        "viduq2",
        "viduq2-pro",
        "viduq2-pro-fast",
        "viduq2-turbo",
        "viduq3",
        "viduq3-ad",
        "viduq3-drama",
        "viduq3-drama-ab-fast",
        "viduq3-drama-ab-mini",
        "viduq3-drama-ab-std",
        "viduq3-drama-fast",
        "viduq3-drama-mini",
        "viduq3-drama-std",
        "viduq3-mix",
        "viduq3-pro",
        "viduq3-pro-fast",
        "viduq3-turbo",
        "viduq3.1-drama-ab-std",
        "viduq3.1-drama-std",
        "viduq4-preview",
    ]
    | str
)
Resolution: TypeAlias = (
    Literal[
        "1080p",
        "1K",
        "2K",
        "360p",
        "3K",
        "480p",
        "4K",
        "4k",
        "540p",
        "720p",
    ]
    | str
)
AspectRatio: TypeAlias = (
    Literal[
        "16:9",
        "1:1",
        "1:4",
        "1:8",
        "21:9",
        "2:3",
        "3:2",
        "3:4",
        "4:1",
        "4:3",
        "4:5",
        "5:4",
        "7:3",
        "8:1",
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
