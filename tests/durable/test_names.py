"""Names of files: what a template may name, and that no name leaves the folder."""

from __future__ import annotations

import pytest

from vidu_ext.durable.names import file_target, with_ending
from vidu_ext.errors import ConfigurationError

pytest_plugins = ["batch_fixtures"]

VALUES: dict[str, str | int] = {"row": 7, "key": "a/b:c", "account": "vidu", "scene": "../../etc/passwd"}


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("{row:04}", "0007"),
        ("{account}/{row}", "vidu/7"),
        ("{key}", "a_b_c"),
        ("{scene}", "_.._.._etc_passwd"),
        ("con", "_con"),
        ("a" * 300, "a" * 120),
        ("{{x}}", "_x_"),
    ],
)
def test_name_is_another(template: str, name: str) -> None:
    assert file_target(template, VALUES) == name


@pytest.mark.parametrize(
    "template", ["../{row}", "/{row}", "", "{nothing}", "{row!r}", "{row:>9}", "{row.real}", "{", "a/../b", "{key:04}"]
)
def test_name_leaves_the_folder_or_asks_for_what_is_not_there(template: str) -> None:
    with pytest.raises(ConfigurationError, match="template"):
        file_target(template, VALUES)


def test_ending_is_doubled_or_missing() -> None:
    assert with_ending("a/b", "mp4") == "a/b.mp4"
    assert with_ending("a/b.MP4", "mp4") == "a/b.MP4"
    assert with_ending("a/v1.5", "png") == "a/v1.5.png"
