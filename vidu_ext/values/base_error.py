"""The two errors that values themselves raise: the root of all, and the one for what makes no sense."""

from __future__ import annotations


class ViduError(Exception):
    """Root of all errors raised by this package. All can be pickled, for instance by a pool of processes."""

    def __reduce__(self) -> tuple[object, ...]:
        """By its attributes and notes: Python's own way calls the class with the message alone."""
        return _bare, (type(self),), {**vars(self), "args": self.args}


def _bare(kind: type[ViduError]) -> ViduError:
    return kind.__new__(kind)


class ConfigurationError(ViduError, ValueError):
    """Settings, a reference text, a file or an option make no sense. Nothing was sent."""
