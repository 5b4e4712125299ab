"""File names: safe on every system whatever the provider calls its task, and different for all files of one result."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vidu_ext.transport.part_file import file_name
from vidu_ext.values.tasks import Output, OutputKind, TaskRef

REF = TaskRef("vidu", "940107923630096384")
KINDS: tuple[OutputKind, ...] = get_args(OutputKind)
TASK_IDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200)
"""All that a reference may hold."""


@pytest.mark.parametrize(
    ("kind", "url", "content_type", "index", "expected"),
    [
        ("video", "https://h/x", "video/mp4", 0, "940107923630096384.mp4"),
        ("image", "https://h/x.png", "application/octet-stream", 0, "940107923630096384-image.png"),
        ("cover", "https://h/x.jpeg?n=x.mp4", None, 2, "940107923630096384-cover-3.jpeg"),
        ("video", "https://h/x.mkv", "application/octet-stream", 0, "940107923630096384.mkv"),
        ("image", "https://h/x", "image/jpeg", 0, "940107923630096384-image.jpg"),
        ("file", "https://h/../../etc/passwd", None, 0, "940107923630096384-file.bin"),
    ],
)
def test_file_name_has_task_kind_number_and_type(
    kind: OutputKind, url: str, content_type: str | None, index: int, expected: str
) -> None:
    assert file_name(REF, Output(kind, url), content_type, index) == expected


@pytest.mark.parametrize("task_id", ["../../etc/passwd", "..", ".ssh", "CON", "nul.txt", "a" * 500, "a:b", "空", "a b", "-rf"])
def test_strange_task_id_becomes_a_plain_name(task_id: str) -> None:
    name = file_name(TaskRef("vidu", task_id), Output("video", "https://h/"), "video/mp4")
    assert re.fullmatch(r"task-[A-Za-z0-9_-]{0,60}-[0-9a-f]{12}\.mp4", name)


def test_strange_task_ids_do_not_share_a_name() -> None:
    names = {file_name(TaskRef("vidu", task_id), Output("video", ""), None) for task_id in ("a/b", "a:b", "a b", "a_b", "a__b")}
    assert len(names) == 5


@settings(max_examples=30)
@given(TASK_IDS, st.sampled_from(KINDS), st.text(max_size=40), st.none() | st.text(max_size=40), st.integers(0, 10**6))
def test_no_file_name_leaves_the_folder(task_id: str, kind: OutputKind, url: str, content_type: str | None, index: int) -> None:
    name = file_name(TaskRef("vidu", task_id), Output(kind, url), content_type, index)
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{1,119}", name)
    assert not re.match(r"(?i)(con|prn|aux|nul|com\d|lpt\d)\.", name)


def test_files_of_a_result_never_share_a_name() -> None:
    names = [file_name(REF, Output(kind, "https://h/x.mp4"), "video/mp4", index) for kind in KINDS for index in range(3)]
    assert len(set(names)) == len(names)
