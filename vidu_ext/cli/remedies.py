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
    "mend-store": "Make room, repair it, or name another folder in XDG_STATE_HOME. If you remove it, all orders are forgotten.",
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
    "TaskFilter.since": "--since",
    "TaskFilter.states": "--state",
    "TaskFilter.models": "--model",
}
"""Options of the command line by parameters and members of the library."""


def error_text(error: BaseException, *, order: int | None = None) -> str:
    """Return the message and the notes of an exception, a line each. `order` is the number of its submission in the store."""
    find = "`vidu find -`, with this line as its input" if order is None else f"`vidu find {order}`"
    fields = {"find": find, "kept": "" if order is None else f" It is recorded: `vidu orders --forget {order}` once you know."}

    def shown(summary: str, remedy: Remedy | None) -> str:
        return with_remedy(summary, remedy, WORDS, **fields)

    message = shown(_summary(error), error.remedy) if isinstance(error, ViduError) else str(error)
    notes = (shown(one.summary, one.remedy) if isinstance(one, Note) else one for one in getattr(error, "__notes__", ()))
    text = "\n".join(part for part in (message, *notes) if part)
    return text or ("interrupted" if isinstance(error, KeyboardInterrupt) else type(error).__name__)


def _summary(error: ViduError) -> str:
    option = error.option if isinstance(error, ConfigurationError) else None
    return error.summary if option is None else FLAGS.get(option, option) + error.summary.removeprefix(option)
