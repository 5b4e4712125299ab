"""Names of files: what a template may name, and that no name leaves the folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from vidu_ext.durable.workers.file_names import file_target, usual_ending, with_ending
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.urls import FILE_TYPES

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
        ("a" * 300, "a" * 200),
        ("鳥" * 120, "鳥" * 66),
        ("é" * 150 + ".mp4", "é" * 98 + ".mp4"),
        ("a" * 199 + " b", "a" * 199),
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


@pytest.mark.parametrize("target", ["鳥" * 120, "鳥" * 120 + "/" + "é" * 120 + ".webm"])
def test_name_of_an_earlier_release_is_longer_than_a_file_system_takes(tmp_path: Path, target: str) -> None:
    path = tmp_path / f"{with_ending(target, 'mp4')}.part.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text("it fits")


def test_ending_is_doubled_or_missing() -> None:
    assert with_ending("a/b", "mp4") == "a/b.mp4"
    assert with_ending("a/b.MP4", "mp4") == "a/b.MP4"
    assert with_ending("a/v1.5", "png") == "a/v1.5.png"
    for ending in FILE_TYPES:
        assert with_ending(f"a.{ending}", ending) == f"a.{ending}"
    assert with_ending("k1.avif", "png") == "k1.avif"
    assert [usual_ending(kind) for kind in ("video", "image", "audio", "file")] == ["mp4", "png", "mp3", "bin"]
