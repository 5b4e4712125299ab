"""The two errors that values themselves raise: the root of all, and the one for what makes no sense."""

from __future__ import annotations

from .remedy import Remedy, said


class ViduError(Exception):
    """Root of all errors raised by this package. All can be pickled, for instance by a pool of processes."""

    summary = ""
    """What happened and what it means for the money: the message without the remedy."""
    remedy: Remedy | None = None
    """What to do next, as data; the message ends with it in words. None if the summary says all there is to say."""

    def __init__(self, summary: str = "", *, remedy: Remedy | None = None) -> None:
        self.summary = summary
        if remedy is not None:
            self.remedy = remedy
        super().__init__(said(summary, remedy))

    def __reduce__(self) -> tuple[object, ...]:
        """By its attributes and notes: Python's own way calls the class with the message alone."""
        return _bare, (type(self),), {**vars(self), "args": self.args}


def _bare(kind: type[ViduError]) -> ViduError:
    return kind.__new__(kind)


class ConfigurationError(ViduError, ValueError):
    """Settings, a reference text, a file or an option make no sense. Nothing was sent."""

    option: str | None = None
    """The name of what is wrong, if it is a single parameter, setting or member. The message begins with it."""

    def __init__(self, problem: str = "", *, option: str | None = None, remedy: Remedy | None = None) -> None:
        if option is not None:
            self.option = option
        super().__init__(problem if option is None else f"{option} {problem}", remedy=remedy)
