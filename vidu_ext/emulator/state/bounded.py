"""A dict with limits: the oldest entries are dropped first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

K = TypeVar("K")
V = TypeVar("V")

MOST_BYTES: Final = 64 * 1024 * 1024
"""Maximum size of all entries of a dict together."""


class Bounded(dict[K, V]):
    """Entries by key, oldest first. Beyond `most` of them, or MOST_BYTES in all, the oldest are dropped."""

    def __init__(self, most: int, size_of: Callable[[V], int] = lambda _: 0) -> None:
        super().__init__()
        self._most, self._size_of, self._size = most, size_of, 0

    def put(self, key: K, value: V) -> None:
        """Add an entry as the newest, in place of the one of this key."""
        if key in self:
            self.drop(key)
        self[key] = value
        self._size += self._size_of(value)
        while len(self) > self._most or self._size > MOST_BYTES:
            is_full = len(self) > self._most
            self.drop(next(oldest for oldest, one in self.items() if is_full or self._size_of(one)))

    def drop(self, key: K) -> V:
        """Remove the entry of a key and return it."""
        value = self.pop(key)
        self._size -= self._size_of(value)
        return value
