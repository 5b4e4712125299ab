"""OpenTelemetry's instrumentation of httpx sees every exchange, unchanged, and no key."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from typing import Final

import httpx
import pytest
from attrs import evolve
from opentelemetry.instrumentation.httpx import AsyncOpenTelemetryTransport, HTTPXClientInstrumentor, SyncOpenTelemetryTransport
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from playing import account, brief, request_for
from server import Server

from vidu_ext import AsyncVidu, Settings, Vidu

FIRST_TO_LAST: Final = 3
"""Exchanges of one task at the least: the create, one poll, the download."""


class Telemetry:
    """Where spans go, kept in memory."""

    def __init__(self) -> None:
        self.exporter: Final = InMemorySpanExporter()
        self.provider: Final = TracerProvider()
        self.provider.add_span_processor(SimpleSpanProcessor(self.exporter))

    def texts(self) -> list[str]:
        """Return everything in the spans."""
        return [f"{span.name} {dict(span.attributes or {})} {span.events}" for span in self.exporter.get_finished_spans()]


@pytest.fixture
def telemetry() -> Iterator[Telemetry]:
    made = Telemetry()
    yield made
    made.provider.shutdown()


def film(server: Server, settings: Settings) -> None:
    with Vidu([account(server)], settings=settings) as vidu:
        vidu.submit(request_for(server.provider)).wait(timeout=60).download(io.BytesIO())


async def awaited_film(server: Server, settings: Settings) -> None:
    async with AsyncVidu([account(server)], settings=settings) as vidu:
        task = await vidu.submit(request_for(server.provider))
        await (await task.wait(timeout=60)).download(io.BytesIO())


def check(telemetry: Telemetry, server: Server) -> None:
    texts = telemetry.texts()
    assert len(texts) == len(server.seen) >= FIRST_TO_LAST, "an exchange is in no trace"
    assert any("POST" in text and server.calls("create")[0].target in text for text in texts)
    assert any("/films/" in text for text in texts), "the download is in no trace"
    assert not any(server.key in text for text in texts), "a trace shows the key"


@pytest.mark.parametrize("provider", ["vidu", "comfy"])
def test_exchanges_of_an_instrumented_program_are_traced(provider: str, telemetry: Telemetry) -> None:
    instrumentor = HTTPXClientInstrumentor()
    instrumentor.instrument(tracer_provider=telemetry.provider)
    try:
        with Server(provider) as server:
            film(server, brief())
            check(telemetry, server)
            telemetry.exporter.clear()
            server.seen.clear()
            asyncio.run(awaited_film(server, brief()))
            check(telemetry, server)
    finally:
        instrumentor.uninstrument()


def test_exchanges_over_an_instrumented_transport_are_traced(telemetry: Telemetry) -> None:
    with Server("vidu") as server:
        settings = brief()
        instrumented = evolve(
            settings,
            transport=SyncOpenTelemetryTransport(httpx.HTTPTransport(), tracer_provider=telemetry.provider),
            async_transport=AsyncOpenTelemetryTransport(httpx.AsyncHTTPTransport(), tracer_provider=telemetry.provider),
        )
        film(server, instrumented)
        check(telemetry, server)


def test_polls_of_a_blocking_wait_belong_to_the_span_around_it(telemetry: Telemetry) -> None:
    """Once, they were asked in threads of their own, which know no span."""
    instrumentor = HTTPXClientInstrumentor()
    instrumentor.instrument(tracer_provider=telemetry.provider)
    try:
        with Server("vidu") as server, telemetry.provider.get_tracer("tests").start_as_current_span("a program") as around:
            film(server, brief())
        spans = [span for span in telemetry.exporter.get_finished_spans() if span.name != "a program"]
    finally:
        instrumentor.uninstrument()
    assert len(spans) == len(server.seen)
    assert {span.parent.span_id if span.parent else None for span in spans} == {around.get_span_context().span_id}
