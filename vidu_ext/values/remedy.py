"""What to do next about an error, as data. The library and the command each put it into their own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass  # not attrs: the command declares its options without it
from typing import Final, Literal, Self

Action = Literal[
    "wait",
    "ask-again",
    "find",
    "find-by-text",
    "check-console",
    "download",
    "choose-name",
    "open-file",
    "trust-host",
    "skip-check",
    "open-word",
    "allow-insecure",
    "write-time",
    "mend-store",
]
"""What can be done next."""

LIBRARY: Final[Mapping[Action, str]] = {
    "wait": "Wait for {it} with wait{all}({python}), here or in another process.",
    "ask-again": "Ask again later with wait({python}), or show the raw answer in .snapshot.raw to the provider's support.",
    "find": "Look again with find(error.submission): {effect}",
    "find-by-text": "Look again with find(Submission.parse(text)): {effect} The text is to_text() of the submission that this"
    " exception has, or that on_submission was given.",
    "check-console": "{effect}",
    "download": "Download it again with download({python}, ...), here or in another process.",
    "choose-name": "Choose another name, or pass overwrite='replace'.",
    "open-file": "Pass it opened in binary mode.",
    "trust-host": "If you trust it, set DownloadOptions.allow_private_hosts.",
    "skip-check": "Correct it, or pass check=False if you know the provider has changed.",
    "open-word": "Correct it, or pass unlisted=True if the provider has this word since: it opens the word and nothing else.",
    "allow-insecure": "Use https, or allow it with allow_insecure=True.",
    "write-time": "Write 2026-11-22 or 2026-11-22T09:30:00Z, or give a datetime with a time zone.",
    "mend-store": "Mend it, or name another file in Settings(orders=...): one that is removed forgets all orders.",
}
"""Every action in the words of Python. In braces are the `fields` of a remedy."""

SHOWN_REFERENCES: Final = 5


@dataclass(frozen=True, kw_only=True)
class Remedy:
    """What to do next."""

    action: Action
    refs: tuple[str, ...] = ()
    """The tasks that it is about, as texts."""
    effect: str = ""
    """What the action does for this submission, in sentences."""

    def fields(self) -> dict[str, str]:
        """What the words for an action may name."""
        shown = [repr(ref) for ref in self.refs[:SHOWN_REFERENCES]] + ["..."] * (len(self.refs) > SHOWN_REFERENCES)
        one = len(self.refs) == 1
        return {
            "it": "it" if one else "them",
            "all": "" if one else "_all",
            "python": shown[0] if one else f"[{', '.join(shown)}]",
            "refs": " ".join(self.refs),
            "effect": self.effect,
        }


def said(summary: str, remedy: Remedy | None, words: Mapping[Action, str] = LIBRARY, **fields: str) -> str:
    """What happened, then what to do next in these words; `fields` are further ones that they name."""
    if remedy is None:
        return summary
    separator = "\n" if "\n" in summary else " "
    return summary + separator + words[remedy.action].format(**remedy.fields(), **fields)


class Note(str):
    """A note of an exception that has its remedy as data too."""

    summary: str
    remedy: Remedy | None

    def __new__(cls, summary: str, remedy: Remedy | None = None) -> Self:
        """The note in the words of the library."""
        note = super().__new__(cls, said(summary, remedy))
        note.summary, note.remedy = summary, remedy
        return note
