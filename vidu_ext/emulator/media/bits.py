"""Bits on their way into bytes, written as text of 0 and 1: the codes that H.264 and JPEG share or that one of them needs."""

from __future__ import annotations


def unsigned(value: int) -> str:
    """Exp-Golomb code of a number from 0 on, `ue(v)` of H.264 (9.1)."""
    digits = f"{value + 1:b}"
    return "0" * (len(digits) - 1) + digits


def signed(value: int) -> str:
    """Exp-Golomb code of any whole number, `se(v)` of H.264 (9.1.1)."""
    return unsigned(2 * value - 1 if value > 0 else -2 * value)


def packed(bits: str, *, fill: str = "0") -> bytes:
    """The bytes that the bits make, the last one filled up with `fill`."""
    bits += fill * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big") if bits else b""
