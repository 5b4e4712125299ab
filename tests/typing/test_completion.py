"""An editor completes the words of requests, which it finds as literals in their annotations."""

from __future__ import annotations

from typing import get_args, get_type_hints

from vidu_ext import TextToVideo


def test_annotation_of_a_model_names_those_of_the_pages_of_the_providers_and_takes_any_text() -> None:
    words, *others = get_args(get_type_hints(TextToVideo)["model"])
    assert {"viduq4-preview", "viduq3-turbo", "viduq2-pro", "viduq1"} <= set(get_args(words))
    assert str in others
