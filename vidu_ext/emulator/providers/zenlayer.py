"""Zenlayer: Vidu's answers under other paths."""

from __future__ import annotations

from .dialect_vidu import ViduDialect


class EmulatedZenlayer(ViduDialect):
    """Differs from Vidu in its paths and its key, which are in its spec."""
