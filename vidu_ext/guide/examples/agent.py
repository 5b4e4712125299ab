"""Two tools for an agent: their schemas for the model, and what to do when the model calls one.

A model repeats calls and is cut off between them. So the order is named by the model's call, is paid once, and has a ceiling;
a video that takes long is asked for again instead of being waited for.
"""

import json
from collections.abc import Mapping

from vidu_ext import Price, TextToVideo, Vidu, ViduError, WaitTimeoutError

CEILING = Price(usd=0.50)
PATIENCE = 20.0
"""Seconds that one call of a tool may take."""

TOOLS: list[dict[str, object]] = [
    {
        "name": "make_video",
        "description": "Start a video of 5 seconds, which costs money. The same order is the same video and is paid once.",
        "input_schema": {
            "type": "object",
            "properties": {"order": {"type": "string", "description": "Your name for this video."}, "prompt": {"type": "string"}},
            "required": ["order", "prompt"],
        },
    },
    {
        "name": "get_video",
        "description": "Fetch a video that was started. If it is not ready, call again later. Costs nothing.",
        "input_schema": {"type": "object", "properties": {"video": {"type": "string"}}, "required": ["video"]},
    },
]


def answer(vidu: Vidu, name: str, arguments: Mapping[str, str]) -> str:
    """Carry out one call of a tool. Errors are an answer too: the model can read what to do next."""
    try:
        if name == "make_video":
            film = TextToVideo(prompt=arguments["prompt"], model="viduq3-turbo", duration=5, resolution="720p")
            task = vidu.submit(film, once=arguments["order"], at_most=CEILING)
            return json.dumps({"video": str(task.ref), "new": task.is_new})
        result = vidu.wait(arguments["video"], timeout=PATIENCE)
        file = result.download("videos/")
        return json.dumps({"file": str(file.path), "credits": result.credits})
    except WaitTimeoutError as error:
        return json.dumps({"not_ready": str(error.ref), "next": "call get_video again"})
    except ViduError as error:
        return json.dumps({"error": error.summary, "next": error.remedy.action if error.remedy else "tell the user"})


if __name__ == "__main__":
    with Vidu() as client:
        started = json.loads(answer(client, "make_video", {"order": "bird-1", "prompt": "a paper bird"}))
        print(started)
        print(answer(client, "get_video", {"video": started["video"]}))
