"""What to do next about an error, as data. The library and the command each put it into their own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple, Self

Action = Literal[
    "wait", "ask-again", "find", "find-by-text", "check-console", "download", "choose-name", "open-file", "trust-host",
    "skip-check", "open-word", "allow-insecure", "write-time", "mend-store", "pass-once", "other-key",
]  # fmt: skip
"""The next steps that an error can suggest."""

LIBRARY: Final[Mapping[Action, str]] = {
    "wait": "Wait for {it} with wait{all}({python}), here or in another process.",
    "ask-again": "Ask again later with wait({python}), or show the raw answer in .snapshot.raw to the provider's support.",
    "find": "Look again with find(error.submission): {effect}",
    "find-by-text": "Look again with find(Submission.parse(text)): {effect} The text is to_text() of the submission that this"
    " exception has, or that on_submission received.",
    "check-console": "{effect}",
    "download": "Download it again with download({python}, ...), here or in another process.",
    "choose-name": "Choose another name, or pass overwrite='replace'.",
    "open-file": "To write to it, pass the file itself, opened in binary mode.",
    "trust-host": "If you trust it, set DownloadOptions.allow_private_hosts.",
    "skip-check": "Correct it, or pass check=False if you know the provider has changed.",
    "open-word": "Correct it, or pass unlisted=True if the provider has added this word: it allows this word and nothing else.",
    "allow-insecure": "Use https, or allow it with allow_insecure=True.",
    "write-time": "Write 2026-11-22 or 2026-11-22T09:30:00Z, or give a datetime with a time zone.",
    "mend-store": "Make room, repair it, or name another file in Settings(orders=...). If you remove it, it forgets all orders.",
    "pass-once": "Pass once= too.",
    "other-key": "Use another key, or pass again=True to order this in its place.",
}
"""The text of every action for users of the library. In braces are the `fields` of a remedy."""

SHOWN_REFERENCES: Final = 5


class Remedy(NamedTuple):
    """The next step after an error."""

    action: Action
    refs: tuple[str, ...] = ()
    """Texts of the references of its tasks."""
    effect: str = ""
    """What the action does for this submission, in sentences."""

    def fields(self) -> dict[str, str]:
        """Return the values of the names in braces."""
        shown = [repr(ref) for ref in self.refs[:SHOWN_REFERENCES]] + ["..."] * (len(self.refs) > SHOWN_REFERENCES)
        is_single = len(self.refs) == 1
        return {
            "it": "it" if is_single else "them",
            "all": "" if is_single else "_all",
            "python": shown[0] if is_single else f"[{', '.join(shown)}]",
            "refs": " ".join(self.refs),
            "effect": self.effect,
        }


def with_remedy(summary: str, remedy: Remedy | None, words: Mapping[Action, str] = LIBRARY, **fields: str) -> str:
    """Return the summary, followed by the remedy in these words; `fields` are values of further names in braces."""
    if remedy is None:
        return summary
    separator = "\n" if "\n" in summary else " "
    return summary + separator + words[remedy.action].format(**remedy.fields(), **fields)


class Note(str):
    """A note of an exception, with its remedy as data."""

    summary: str
    remedy: Remedy | None

    def __new__(cls, summary: str, remedy: Remedy | None = None) -> Self:
        """Make the note in the words of the library."""
        note = super().__new__(cls, with_remedy(summary, remedy))
        note.summary, note.remedy = summary, remedy
        return note
