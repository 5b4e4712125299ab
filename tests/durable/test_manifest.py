"""Rows of manifests: the requests that they become, their keys, defaults and paths, and all errors of all rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest
from manifest_rig import faults_of, jsonl, member_of

from vidu_ext.durable import read_manifest
from vidu_ext.durable.manifests.row_requests import request_of
from vidu_ext.values.requests import (
    ExtendVideo,
    ImageToVideo,
    Multiframe,
    ReferenceToImage,
    ReferenceToVideo,
    StartEndToVideo,
    TextToVideo,
)

IMAGE: Final = "https://example.com/a.png"


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({"prompt": "a bird"}, TextToVideo),
        ({"image": IMAGE}, ImageToVideo),
        ({"start": IMAGE, "end": IMAGE}, StartEndToVideo),
        ({"images": [IMAGE], "prompt": "x"}, ReferenceToVideo),
        ({"subjects": [{"name": "bird", "images": [IMAGE]}], "prompt": "x"}, ReferenceToVideo),
        ({"kind": "reference-image", "prompt": "x", "images": [IMAGE]}, ReferenceToImage),
        ({"video_url": "https://example.com/a.mp4"}, ExtendVideo),
        ({"start_image": IMAGE, "frames": [{"image": IMAGE, "duration": 2}]}, Multiframe),
    ],
)
def test_members_of_a_row_determine_its_kind(tmp_path: Path, row: dict[str, Any], kind: type) -> None:
    (read,) = read_manifest(jsonl(tmp_path, {**row, "model": "viduq3-turbo"}))
    assert type(read.request) is kind
    assert request_of(json.loads(json.dumps(read.members))) == read.request


def test_defaults_of_yaml_come_before_those_of_the_batch_and_after_the_row(tmp_path: Path) -> None:
    text = "defaults:\n  model: viduq3-turbo\n  duration: 4\nrows:\n  - prompt: a\n  - prompt: b\n    duration: 8\n"
    path = tmp_path / "rows.yaml"
    path.write_text(text, encoding="utf-8")
    rows = read_manifest(path, defaults={"duration": 2, "resolution": "720p"})
    assert [member_of(row, "duration") for row in rows] == [4, 8]
    assert {member_of(row, "resolution") for row in rows} == {"720p"}


def test_paths_are_relative_to_the_manifest(tmp_path: Path) -> None:
    (row,) = read_manifest(jsonl(tmp_path, {"image": "pictures/a.png"}))
    assert row.request == ImageToVideo(image=tmp_path / "pictures" / "a.png")


def test_keys_are_the_same_each_time_and_in_any_order_of_rows(tmp_path: Path) -> None:
    path = jsonl(tmp_path, {"prompt": "a"}, {"prompt": "a"}, {"prompt": "b", "priority": 5}, {"prompt": "c", "key": "mine"})
    first, second = (tuple(row.key for row in read_manifest(path)) for _ in range(2))
    assert first == second
    assert len(set(first)) == 4
    moved = jsonl(tmp_path, {"prompt": "b"}, {"prompt": "a"}, {"prompt": "c", "key": "mine"}, {"prompt": "a"})
    assert {row.key for row in read_manifest(moved)} == set(first)


def test_keys_do_not_depend_on_the_folder_of_the_project(tmp_path: Path) -> None:
    project, link, moved = tmp_path / "project", tmp_path / "link", tmp_path / "moved"
    project.mkdir()
    subjects = [{"name": "bird", "images": ["pictures/b.png"]}]
    path = jsonl(project, {"image": "a.png"}, {"prompt": "x", "subjects": subjects})
    link.symlink_to(project)
    (tmp_path / "other.jsonl").symlink_to(path)
    first = read_manifest(path)
    for same in (link / path.name, project / ".." / "project" / path.name, tmp_path / "other.jsonl"):
        assert [(row.key, row.members) for row in read_manifest(same)] == [(row.key, row.members) for row in first]
    project.rename(moved)
    now = read_manifest(moved / path.name)
    assert [row.key for row in now] == [row.key for row in first]
    assert now[0].request == ImageToVideo(image=moved / "a.png")


def test_same_request_at_two_accounts_has_two_digests(tmp_path: Path) -> None:
    rows = read_manifest(jsonl(tmp_path, {"prompt": "a", "account": "vidu"}, {"prompt": "a", "account": "comfy"}))
    assert len({row.digest for row in rows}) == 2


def test_errors_of_all_rows_are_listed_by_row(tmp_path: Path) -> None:
    rows = [
        {"prompt": "a", "modl": "x"},
        {"prompt": "fine"},
        {"prompt": 5},
        {"kind": "tekst", "prompt": "a"},
        {"image": ""},
    ]
    faults = faults_of(jsonl(tmp_path, *rows))
    assert [fault.partition(":")[0] for fault in faults] == ["row 1", "row 3", "row 4", "row 5"]
    assert "Did you mean 'model'?" in faults[0]
    assert "multiframe. Did you mean 'text'?" in faults[2]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"prompt": "a", "priority": 1.5}', "priority must be a whole number"),
        ('{"prompt": "a", "price": -1}', "price must be a finite number of credits"),
        ('{"prompt": "a", "price": 1e999}', "#/price: is inf"),
        ('{"prompt": "a", "price": 1e300}', "price must be at most 1,000,000,000,000 credits"),
        ('{"images": 5}', "must be a list"),
        ('{"start": "https://example.com/a.png", "kind": "start-end"}', "needs"),
        ('{"subjects": [5], "prompt": "a"}', "must be an object"),
        ('{"subjects": [{"nam": "a"}], "prompt": "a"}', "Did you mean 'name'?"),
        ('{"frames": [{}], "start_image": "https://example.com/a.png"}', "needs"),
        ('{"prompt": "a", "options": 5}', "must be a mapping"),
        ('{"prompt": "a", "key": "k"}\n{"prompt": "b", "key": "k"}', "belongs to row 1 too"),
        ('{"prompt": "a", "values": {"b": true, "c": "d", "e": [1]}}', "put b, e in quotation marks"),
        ("", "has no rows"),
    ],
)
def test_invalid_row_is_refused_with_its_reason(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(text, encoding="utf-8")
    assert reason in "\n".join(faults_of(path))


def test_manifest_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    assert "cannot be read" in faults_of(tmp_path / "none.jsonl")[0]
