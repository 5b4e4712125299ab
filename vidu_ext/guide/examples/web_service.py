"""A web service that makes videos: `pip install starlette uvicorn`, then `uvicorn web_service:app`.

POST /videos  {"prompt": "a paper bird"}, with the header Idempotency-Key: the same key is the same video, paid once
GET  /videos/vidu:940107923630096384      its state; the address of the video when it is ready
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TypedDict

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from vidu_ext import (
    AsyncVidu,
    ConfigurationError,
    NoProviderError,
    OrderError,
    Price,
    SubmissionUnknownError,
    TextToVideo,
    ViduError,
)

CEILING = Price(usd=0.50)


class State(TypedDict):
    vidu: AsyncVidu


@asynccontextmanager
async def lifespan(_app: Starlette) -> AsyncGenerator[State]:
    """One client for all requests: their waits and connections are shared."""
    async with AsyncVidu() as vidu:
        yield {"vidu": vidu}


async def create(request: Request) -> JSONResponse:
    vidu: AsyncVidu = request.state.vidu
    order = request.headers.get("idempotency-key")
    if order is None:
        return JSONResponse({"error": "Send the header Idempotency-Key, so that a repeated request pays nothing."}, 400)
    prompt = str((await request.json()).get("prompt", ""))
    film = TextToVideo(prompt=prompt, model="viduq3-turbo", duration=5, resolution="720p")
    task = await vidu.submit(film, once=order, at_most=CEILING)
    return JSONResponse({"video": str(task.ref), "new": task.is_new}, 202)


async def show(request: Request) -> JSONResponse:
    vidu: AsyncVidu = request.state.vidu
    snapshot = await vidu.status(request.path_params["video"])
    address = next((output.url for output in snapshot.outputs if output.kind == "video"), None)
    return JSONResponse({"state": snapshot.state, "progress": snapshot.progress, "credits": snapshot.credits, "address": address})


async def refuse(_request: Request, error: Exception) -> JSONResponse:
    """Return what an error means for the caller: 400 and 409 pay nothing, 503 may be repeated with the same key."""
    match error:
        case OrderError():
            status = 409
        case NoProviderError() | ConfigurationError():
            status = 400
        case SubmissionUnknownError():
            status = 503  # the same key searches for the task and never pays twice
        case _:
            status = 502
    return JSONResponse({"error": error.summary if isinstance(error, ViduError) else "failed"}, status)


app = Starlette(
    routes=[Route("/videos", create, methods=["POST"]), Route("/videos/{video}", show)],
    lifespan=lifespan,
    exception_handlers={ViduError: refuse},
)
