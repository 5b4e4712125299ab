"""The root of all errors, and the error for wrong settings and arguments."""

from __future__ import annotations

from .remedy import Remedy, with_remedy


class ViduError(Exception):
    """Root of all errors raised by this package. All can be pickled, so process pools can raise them."""

    summary = ""
    """What happened and what it means for the money: the message without the remedy."""
    remedy: Remedy | None = None
    """What to do next, as data; the message ends with it in words. None if the summary says it all."""

    def __init__(self, summary: str = "", *, remedy: Remedy | None = None) -> None:
        self.summary = summary
        if remedy is not None:  # documents list the attributes of an instance, and leave out what it does not have
            self.remedy = remedy
        super().__init__(with_remedy(summary, remedy))

    def __reduce__(self) -> tuple[object, ...]:
        """Copy without `__init__`: the default would call it with the message alone, and subclasses take other arguments."""
        return _bare, (type(self),), {**vars(self), "args": self.args}


def _bare(kind: type[ViduError]) -> ViduError:
    return kind.__new__(kind)


class ConfigurationError(ViduError, ValueError):
    """A setting, a reference text, a file or an option is wrong. Nothing was sent."""

    option: str | None = None
    """The parameter, setting or member that is wrong; None if it is not exactly one. The message begins with it."""

    def __init__(self, problem: str = "", *, option: str | None = None, remedy: Remedy | None = None) -> None:
        if option is not None:
            self.option = option
        super().__init__(problem if option is None else f"{option} {problem}", remedy=remedy)
