"""Receive the notices that providers send when a task ends, so that a wait ends at once.

    receiver = CallbackReceiver("https://films.example/vidu")
    client = Vidu(callbacks=receiver)

Mount `receiver` as an ASGI application at that address, or give `receiver.receive` what your own server got.
"""

from __future__ import annotations

from vidu_ext.values.notice import Notice

from .receiver import CallbackAnswer, CallbackReceiver

__all__ = ["CallbackAnswer", "CallbackReceiver", "Notice"]
