"""The blocks of code that README.md and the guide show."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import Final

from attrs import frozen

import vidu_ext

TOP: Final = Path(vidu_ext.__file__).parents[1]
GUIDE: Final = Path(str(files("vidu_ext"))) / "guide"
PAGES: Final = (TOP / "README.md", *sorted(GUIDE.glob("*.md")))

_BLOCK: Final = re.compile(r"^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_TEST: Final = re.compile(r"# test_\w+\.py$", re.MULTILINE)
TASK: Final = "vidu:940107923630096384"
"""The task that pages show. Tests replace it by one that exists."""


@frozen
class Block:
    """A block of code. `str()` is its page and number, from 1."""

    page: str
    number: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}-{self.number}"

    @property
    def is_test(self) -> bool:
        """Whether it is a file of tests, to be run by pytest."""
        return self.language == "python" and _TEST.match(self.text) is not None


def blocks_of(path: Path) -> list[Block]:
    matches = _BLOCK.finditer(path.read_text(encoding="utf-8"))
    return [Block(path.stem, number, match["language"], match["text"]) for number, match in enumerate(matches, 1)]


BLOCKS: Final = [block for path in PAGES for block in blocks_of(path)]


def blocks(language: str, page: str | None = None) -> list[Block]:
    """Return the blocks of a language, of one page or of all."""
    return [block for block in BLOCKS if block.language == language and page in (None, block.page)]


def block_with(words: str) -> Block:
    """Return the only block of the guide that contains these words."""
    (block,) = (block for block in BLOCKS if words in block.text and block.page != "README")
    return block


def run(block: Block) -> dict[str, object]:
    """Run a block by itself, and return its namespace."""
    namespace: dict[str, object] = {"__name__": "__main__"}
    exec(compile(block.text, str(block), "exec", dont_inherit=True), namespace)  # noqa: S102 - our own pages
    return namespace
