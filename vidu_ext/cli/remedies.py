"""The text of an error for users of the command: its summary, then its remedy as a command or an option."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from vidu_ext.values.base_error import ConfigurationError, ViduError
from vidu_ext.values.remedy import Action, Note, Remedy, with_remedy

_AGAIN: Final = "Download it again with `vidu download {refs}`."

WORDS: Final[Mapping[Action, str]] = {
    "wait": "Wait for {it} with `vidu wait {refs}`, here or in another process.",
    "ask-again": "Ask again later with `vidu wait {refs}`, or show its id to the provider's support.",
    "find": "Look again with {find}: {effect}",
    "find-by-text": "Look again with {find}: {effect}",
    "check-console": "{effect}{kept}",
    "download": _AGAIN,
    "choose-name": f"Choose another name, or leave out --no-overwrite. {_AGAIN}",
    "open-file": f"Name a file or a folder. {_AGAIN}",
    "trust-host": "`vidu status --json --urls {refs}` shows the address; if you trust it, `vidu download --allow-private-hosts"
    " {refs}` fetches it.",
    "skip-check": "Correct it, or use --no-check if you know the provider has changed.",
    "open-word": "Correct it, or use --unlisted if the provider has added this word: it allows this word and nothing else.",
    "allow-insecure": "Use https, or allow it with allow_insecure = true in the configuration file.",
    "write-time": "Write it as 2026-11-22 or 2026-11-22T09:30:00Z.",
    "mend-store": "Make room, repair it, or name another folder in XDG_STATE_HOME. If you remove it, all orders are forgotten:"
    " their keys, used again, pay again.",
    "pass-once": "Use --once too.",
    "other-key": "Use another key, or --again to order this in its place.",
}
"""The text of every action for the command line. In braces are the `fields` of a remedy and those that `error_text` adds."""

FLAGS: Final[Mapping[str, str]] = {
    "timeout": "--timeout",
    "idempotency_key": "--idempotency-key",
    "once": "--once",
    "again": "--again",
    "path_id": "--id",
    "WorkerOptions.lease": "--lease",
    "WorkerOptions.polling": "--polling",
    "Patience.settle": "--settle",
    "Limits.concurrency": "--concurrency",
    "Limits.rate": "--rate",
    "Limits.period": "--rate",
    "url": "--url",
    "TaskFilter.since": "--since",
    "TaskFilter.states": "--state",
    "TaskFilter.models": "--model",
}
"""The option of the command line for each parameter and member of the library that an error can begin with."""


def error_text(error: BaseException, *, order: int | None = None) -> str:
    """Return the message and the notes of an exception, a line each. `order` is the number of its submission in the store."""
    find = "`vidu find -`, with this line as its input" if order is None else f"`vidu find {order}`"
    kept = "" if order is None else f" It is recorded: `vidu orders --forget {order}` removes the record once you know."
    text = text_in(WORDS, FLAGS, error, find=find, kept=kept)
    return text or ("interrupted" if isinstance(error, KeyboardInterrupt) else type(error).__name__)


def text_in(words: Mapping[Action, str], flags: Mapping[str, str], error: BaseException, **fields: str) -> str:
    """Return the message and the notes of an exception with their remedies in `words`, and its parameter as in `flags`."""

    def part(summary: str, remedy: Remedy | None) -> str:
        return with_remedy(summary, remedy, words, **fields)

    message = part(_summary(error, flags), error.remedy) if isinstance(error, ViduError) else str(error)
    notes = (part(note.summary, note.remedy) if isinstance(note, Note) else note for note in getattr(error, "__notes__", ()))
    return "\n".join(text for text in (message, *notes) if text)


def _summary(error: ViduError, flags: Mapping[str, str]) -> str:
    option = error.option if isinstance(error, ConfigurationError) else None
    return error.summary if option is None else flags.get(option, option) + error.summary.removeprefix(option)
