"""Names of the files of jobs: what templates give, and that no name leaves the folder or replaces a file."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from vidu_ext.durable.workers.job_files import (
    file_target,
    free_path,
    kept_path,
    remove_duplicates,
    usual_ending,
    with_ending,
)
from vidu_ext.flows.download import Downloaded
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.urls import FILE_TYPES

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
def test_template_gives_a_name_that_file_systems_allow(template: str, name: str) -> None:
    assert file_target(template, VALUES) == name


@pytest.mark.parametrize(
    "template",
    ["../{row}", "/{row}", "", "{nothing}", "{row!r}", "{row:>9}", "{row.real}", "{", "a/../b", "{key:04}", "a/" * 500 + "b"],
)
def test_template_that_leaves_the_folder_or_names_an_unknown_value_is_refused(template: str) -> None:
    with pytest.raises(ConfigurationError, match="template"):
        file_target(template, VALUES)


def test_conversion_in_a_template_is_not_taken_for_an_unknown_value() -> None:
    with pytest.raises(ConfigurationError, match="may only give numbers a width"):
        file_target("{row!r}", VALUES)


def test_ending_is_added_unless_the_name_has_a_known_one() -> None:
    assert with_ending("a/b", "mp4") == "a/b.mp4"
    assert with_ending("a/b.MP4", "mp4") == "a/b.MP4"
    assert with_ending("a/v1.5", "png") == "a/v1.5.png"
    for ending in FILE_TYPES:
        assert with_ending(f"a.{ending}", ending) == f"a.{ending}"
    assert with_ending("k1.avif", "png") == "k1.avif"
    assert [usual_ending(kind) for kind in ("video", "image", "audio", "file")] == ["mp4", "png", "mp3", "bin"]


def downloaded(path: Path, content: bytes) -> Downloaded:
    path.write_bytes(content)
    return Downloaded(path, len(content), sha256(content).hexdigest(), "video/mp4", "video")


def test_free_path_is_the_first_that_does_not_exist(tmp_path: Path) -> None:
    wanted = tmp_path / "v1.5.mp4"
    assert free_path(wanted) == wanted
    wanted.mkdir()
    (tmp_path / "v1.5~2.mp4").symlink_to(tmp_path / "nowhere")
    assert free_path(wanted) == tmp_path / "v1.5~3.mp4"


def test_file_with_the_same_bytes_is_kept_and_files_of_others_stay(tmp_path: Path) -> None:
    wanted, second, third = (tmp_path / name for name in ("a.mp4", "a~2.mp4", "a~3.mp4"))
    assert kept_path(wanted, downloaded(wanted, b"mine")) == wanted
    wanted.write_bytes(b"hers")
    assert kept_path(wanted, downloaded(second, b"mine")) == second
    assert kept_path(wanted, downloaded(third, b"mine")) == second
    assert (wanted.read_bytes(), second.read_bytes(), third.exists()) == (b"hers", b"mine", False)


def test_file_that_another_worker_may_have_recorded_is_removed_only_if_another_is_recorded(tmp_path: Path) -> None:
    """Once, a third worker removed the file that the second had just recorded, and the job named a file that did not exist."""
    wanted, second, third = (tmp_path / name for name in ("a.mp4", "a~2.mp4", "a~3.mp4"))
    for path in (wanted, second):
        path.write_bytes(b"mine")
    done = downloaded(third, b"mine")
    assert kept_path(wanted, done) == wanted
    assert sorted(tmp_path.iterdir()) == [wanted, second]
    remove_duplicates(wanted, second, done)
    assert list(tmp_path.iterdir()) == [second]


def test_file_is_kept_if_the_recorded_one_is_gone(tmp_path: Path) -> None:
    wanted = tmp_path / "a.mp4"
    remove_duplicates(wanted, tmp_path / "a~2.mp4", downloaded(wanted, b"mine"))
    assert wanted.read_bytes() == b"mine"
