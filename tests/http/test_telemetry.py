"""OpenTelemetry's instrumentation of httpx sees every exchange, unchanged, and no key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from playing import Way, both_ways, run
from server import Server

FIRST_TO_LAST: Final = 3
"""Fewest exchanges of one task: the create, one poll, the download."""


class Telemetry:
    """A tracer provider that keeps its spans in memory."""

    def __init__(self) -> None:
        self.exporter: Final = InMemorySpanExporter()
        self.provider: Final = TracerProvider()
        self.provider.add_span_processor(SimpleSpanProcessor(self.exporter))

    def texts(self) -> list[str]:
        """Return name, attributes and events of each span."""
        return [f"{span.name} {dict(span.attributes or {})} {span.events}" for span in self.exporter.get_finished_spans()]


@pytest.fixture
def telemetry() -> Iterator[Telemetry]:
    kept = Telemetry()
    yield kept
    kept.provider.shutdown()


@pytest.fixture
def instrumented(telemetry: Telemetry) -> Iterator[None]:
    instrumentor = HTTPXClientInstrumentor()
    instrumentor.instrument(tracer_provider=telemetry.provider)
    yield
    instrumentor.uninstrument()


def assert_traced(telemetry: Telemetry, server: Server) -> None:
    texts = telemetry.texts()
    assert len(texts) == len(server.seen) >= FIRST_TO_LAST, "an exchange is in no trace"
    assert any("POST" in text and server.calls("create")[0].target in text for text in texts)
    assert any("/films/" in text for text in texts), "the download is in no trace"
    assert not any(server.key in text for text in texts), "a trace shows the key"


@both_ways
@pytest.mark.parametrize("provider", ["vidu", "comfy"])
@pytest.mark.usefixtures("instrumented")
def test_exchanges_of_an_instrumented_program_are_traced(provider: str, way: Way, telemetry: Telemetry) -> None:
    with Server(provider) as server:
        run(way, [server])
    assert_traced(telemetry, server)


@pytest.mark.usefixtures("instrumented")
def test_exchanges_of_a_blocking_run_belong_to_the_span_around_it(telemetry: Telemetry) -> None:
    """Once, polls ran in threads of their own, which know no span."""
    with Server("vidu") as server, telemetry.provider.get_tracer("tests").start_as_current_span("a program") as around:
        run("blocking", [server])
    spans = [span for span in telemetry.exporter.get_finished_spans() if span.name != "a program"]
    assert len(spans) == len(server.seen)
    assert {span.parent.span_id if span.parent else None for span in spans} == {around.get_span_context().span_id}
