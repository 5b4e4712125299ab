"""The emulator: the engine of the providers, with the control API and the pages on the same origin."""

from __future__ import annotations

from functools import partial

from vidu_ext.emulator.control.api import answer, is_control

from .engine import Engine
from .messages import ServerReply, ServerRequest


class Emulator(Engine):
    """All providers on one origin. Threads may share it.

    `clock` is the time of the providers, by default real time; `rules` are the initial faults; `seed` determines ids,
    addresses and random choices.
    """

    def handle(self, request: ServerRequest) -> ServerReply:
        """Answer a request to a provider, the control API or a page. Never raises and never waits."""
        if is_control(request):
            return self.answer_or_500(request, partial(answer, self))
        return super().handle(request)
