"""Types with the words that requests may use: `vidu_clients/words.py`, written by `make generate` from all specs.

Each type is open (`Literal[...] | str`): editors complete the documented words, and a new one is not a type error.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from documents import Document, Pointer, as_list, as_object

MEMBERS: Final = {"Model": "model", "Resolution": "resolution", "AspectRatio": "aspect_ratio"}
"""Members of a request by the type that lists their words."""

_MODULE: Final = '''\
"""Words of requests, from all specs. Open types: new words are allowed. Written by `make generate`; never edited."""

from typing import Literal, TypeAlias

{types}
'''


def module(documents: list[Document]) -> str:
    """Return the text of the module, in the style of the formatter."""
    listed = {name: sorted({word for one in documents for word in words(one, member)}) for name, member in MEMBERS.items()}
    listed["Provider"] = [document.name for document in documents]
    return _MODULE.format(types="\n".join(_alias(name, found) for name, found in listed.items()))


def words(document: Document, member: str) -> Iterator[str]:
    """Yield every word that a request of the document may have in this member."""
    for operation in document.operations():
        for media in document.media((*operation.pointer, "requestBody")):
            schema = document.resolve((*media, "schema"))
            yield from _enumerated(document, (*schema, "properties", member))


def _enumerated(document: Document, place: Pointer) -> Iterator[str]:
    """Yield the words of a schema, closed (`enum`) or open (`anyOf` a list of words and any text)."""
    if not document.has(place):
        return
    place = document.resolve(place)
    schema = as_object(document.at(place))
    for word in [*as_list(schema.get("enum")), schema.get("const")]:
        if isinstance(word, str):
            yield word
    for index in range(len(as_list(schema.get("anyOf")))):
        yield from _enumerated(document, (*place, "anyOf", str(index)))


def _alias(name: str, listed: list[str]) -> str:
    lines = "".join(f'        "{word}",\n' for word in listed)
    return f"{name}: TypeAlias = (\n    Literal[\n{lines}    ]\n    | str\n)"
