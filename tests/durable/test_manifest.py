"""Manifests: what a row becomes, and that every fault of every row is told before anything happens."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from vidu_ext.durable import ManifestError, Row, read_manifest
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

pytest_plugins = ["batch_fixtures"]


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def jsonl(folder: Path, *rows: object) -> Path:
    return written(folder, "rows.jsonl", "".join(json.dumps(row) + "\n" for row in rows))


def faults_of(path: Path) -> list[str]:
    with pytest.raises(ManifestError) as caught:
        read_manifest(path)
    return [str(fault) for fault in caught.value.faults]


IMAGE = "https://example.com/a.png"


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
def test_row_becomes_another_kind_than_its_members_say(tmp_path: Path, row: dict[str, Any], kind: type) -> None:
    (found,) = read_manifest(jsonl(tmp_path, {**row, "model": "viduq3-turbo"}))
    assert type(found.request) is kind
    assert request_of(json.loads(json.dumps(found.members))) == found.request


def test_cells_of_csv_stay_text_where_the_request_wants_numbers(tmp_path: Path) -> None:
    head = "prompt,model,duration,audio,images,seed,options.voice_id,values.scene,priority,price"
    text = f'{head}\n"a, b",viduq3,5,yes,,7,v,s1,3,1.5\n'
    (row,) = read_manifest(written(tmp_path, "rows.csv", text))
    assert row.request == TextToVideo(prompt="a, b", model="viduq3", duration=5, audio=True, seed=7, options={"voice_id": "v"})
    assert (row.priority, row.price, row.values) == (3, 1.5, {"scene": "s1"})


def test_list_in_a_cell_is_one_address(tmp_path: Path) -> None:
    text = f"prompt,images\nx,{IMAGE} | https://example.com/b.png\n"
    (row,) = read_manifest(written(tmp_path, "rows.csv", text))
    assert row.request == ReferenceToVideo(prompt="x", images=(IMAGE, "https://example.com/b.png"))


def asked(row: Row, member: str) -> object:
    return getattr(row.request, member)


def test_defaults_of_yaml_win_over_the_row(tmp_path: Path) -> None:
    text = "defaults:\n  model: viduq3-turbo\n  duration: 4\nrows:\n  - prompt: a\n  - prompt: b\n    duration: 8\n"
    rows = read_manifest(written(tmp_path, "rows.yaml", text), defaults={"duration": 2, "resolution": "720p"})
    assert [asked(row, "duration") for row in rows] == [4, 8]
    assert {asked(row, "resolution") for row in rows} == {"720p"}


def test_file_is_looked_for_beside_the_process_and_not_beside_the_manifest(tmp_path: Path) -> None:
    (row,) = read_manifest(jsonl(tmp_path, {"image": "pictures/a.png"}))
    assert row.request == ImageToVideo(image=tmp_path / "pictures" / "a.png")


def test_same_manifest_gives_other_keys_another_time(tmp_path: Path) -> None:
    path = jsonl(tmp_path, {"prompt": "a"}, {"prompt": "a"}, {"prompt": "b", "priority": 5}, {"prompt": "c", "key": "mine"})
    first, second = (tuple(row.key for row in read_manifest(path)) for _ in range(2))
    assert first == second
    assert len(set(first)) == 4
    moved = jsonl(tmp_path, {"prompt": "b"}, {"prompt": "a"}, {"prompt": "c", "key": "mine"}, {"prompt": "a"})
    assert {row.key for row in read_manifest(moved)} == set(first)


def test_same_manifest_under_another_path_gives_other_keys(tmp_path: Path) -> None:
    project, link, moved = tmp_path / "project", tmp_path / "link", tmp_path / "moved"
    project.mkdir()
    subjects = [{"name": "bird", "images": ["pictures/b.png"]}]
    path = jsonl(project, {"image": "a.png"}, {"prompt": "x", "subjects": subjects})
    link.symlink_to(project)
    (tmp_path / "other.jsonl").symlink_to(path)
    first = read_manifest(path)
    for same in (link / path.name, project / ".." / "project" / path.name, tmp_path / "other.jsonl"):
        found = read_manifest(same)
        assert [(row.key, row.members) for row in found] == [(row.key, row.members) for row in first]
    project.rename(moved)
    now = read_manifest(moved / path.name)
    assert [row.key for row in now] == [row.key for row in first]
    assert now[0].request == ImageToVideo(image=moved / "a.png")


def test_same_words_at_two_accounts_are_one_job(tmp_path: Path) -> None:
    rows = read_manifest(jsonl(tmp_path, {"prompt": "a", "account": "vidu"}, {"prompt": "a", "account": "comfy"}))
    assert len({row.digest for row in rows}) == 2


def test_only_the_first_fault_is_told(tmp_path: Path) -> None:
    rows = [
        {"prompt": "a", "modl": "x"},
        {"prompt": "fine"},
        {"prompt": 5},
        {"kind": "tekst", "prompt": "a"},
        {"image": "file:/x"},
    ]
    found = faults_of(jsonl(tmp_path, *rows))
    assert [fault.partition(":")[0] for fault in found] == ["row 1", "row 3", "row 4", "row 5"]
    assert "Did you mean 'model'?" in found[0]
    assert "multiframe. Did you mean 'text'?" in found[2]


def test_alias_of_yaml_counts_as_written_twice(tmp_path: Path) -> None:
    text = "defaults: &all {model: viduq3-turbo, prompt: a}\nrows:\n  - *all\n  - {<<: *all, prompt: b}\n"
    assert [asked(row, "prompt") for row in read_manifest(written(tmp_path, "rows.yaml", text))] == ["a", "b"]


def multiplied(levels: int, times: int, leaf: str = "x") -> str:
    """A list of lists of lists: `times` to the power of `levels` leaves in a few hundred bytes."""
    lists = [f"a0: &a0 [{', '.join([leaf] * times)}]"]
    lists += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * times)}]" for level in range(1, levels)]
    return ", ".join(lists)


MULTIPLIED = {
    "in a row": f"rows: [{{prompt: a, options: {{{multiplied(7, 10)}}}}}]\n",
    "in many rows": f"rows:\n  - &row {{prompt: a, options: {{{multiplied(4, 10)}}}}}\n" + "  - *row\n" * 2_000,
    "in the defaults": f"defaults: {{options: {{{multiplied(5, 10)}}}}}\nrows:\n" + "  - {prompt: a}\n" * 200,
    "by merging": "rows:\n  - &m0 {prompt: a}\n"
    + "".join(f"  - &m{level} {{<<: [{', '.join([f'*m{level - 1}'] * 10)}]}}\n" for level in range(1, 8)),
    "of one long text": f"rows: [{{prompt: a, options: {{long: &a {'x' * 50_000}, all: [{'*a, ' * 2_000}]}}}}]\n",
    "in a circle": "rows: [{prompt: a, options: &all {all: *all}}]\n",
}


@pytest.mark.parametrize("text", MULTIPLIED.values(), ids=MULTIPLIED.keys())
def test_aliases_do_not_multiply_a_manifest(tmp_path: Path, text: str) -> None:
    """A manifest of 395 bytes took minutes and more than a gigabyte."""
    (fault,) = faults_of(written(tmp_path, "rows.yaml", text))
    assert "aliases (*name) expand to far more than the file itself" in fault


@pytest.mark.parametrize("number", [2, 2_000])
def test_aliases_may_name_what_rows_have_in_common(tmp_path: Path, number: int) -> None:
    style = "in the style of a woodcut, " * 20
    head = f"defaults: {{model: viduq3-turbo}}\nrows:\n  - &base {{prompt: '{style}', duration: 5}}\n"
    rows = read_manifest(
        written(tmp_path, "rows.yaml", head + "".join(f"  - {{<<: *base, seed: {row}}}\n" for row in range(number)))
    )
    assert [asked(row, "seed") for row in rows[1:]] == list(range(number))
    assert {asked(row, "prompt") for row in rows} == {style}


def test_line_ends_in_the_middle_of_a_text(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    prompts = ["a\u2028b", "a\x85b", "a\u2029b\x1cc"]
    path.write_bytes("\r\n".join(json.dumps({"prompt": prompt}, ensure_ascii=False) for prompt in prompts).encode())
    assert [asked(row, "prompt") for row in read_manifest(path)] == prompts


def test_row_that_is_no_json_hides_the_others(tmp_path: Path) -> None:
    text = '{"prompt": "a"}\n\n{broken\n[1]\n{"prompt": NaN}\n{"modl": "x"}\n'
    found = faults_of(written(tmp_path, "rows.jsonl", text))
    assert [fault.partition(":")[0] for fault in found] == ["row 2", "row 3", "row 4", "row 5"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("rows.txt", "x", "must end in one of .jsonl"),
        ("rows.jsonl", "", "has no rows"),
        ("rows.csv", "a,a\n1,2\n", "has a column twice"),
        ("rows.csv", "prompt\na,b\n", "has 2 cells but the header has 1 columns"),
        ("rows.csv", 'prompt\n"a\n', "is not valid CSV"),
        ("rows.yaml", "a: [", "is not valid YAML"),
        ("rows.yaml", "rows: 5", "must be a list of rows"),
        ("rows.yaml", "row: []", "only `defaults` and `rows` are allowed"),
        ("rows.yaml", "- 5", "must be an object"),
        ("rows.jsonl", '{"prompt": "a", "key": "k"}\n{"prompt": "b", "key": "k"}\n', "belongs to row 1 too"),
        ("rows.jsonl", '{"prompt": "a", "priority": 1.5}\n', "priority must be a whole number"),
        ("rows.jsonl", '{"prompt": "a", "price": -1}\n', "price must be a finite number of credits"),
        ("rows.jsonl", '{"prompt": "a", "price": 1e999}\n', "#/price: is inf"),
        ("rows.jsonl", '{"prompt": "a", "price": 1e300}\n', "price must be at most 1,000,000,000,000 credits"),
        ("rows.jsonl", '{"prompt": "a", "price": NaN}\n', "is not valid JSON"),
        ("rows.jsonl", '{"prompt": "a", "prompt": "b"}\n', "row 1: has the member 'prompt' twice"),
        ("rows.jsonl", '{"prompt": "a"}\n{"prompt": "a", "options": {"x": 1, "x": 2}}\n', "row 2: has the member 'x' twice"),
        ("rows.yaml", "- prompt: a\n- prompt: b\n  model: x\n  prompt: c\n", "row 2: has the member 'prompt' twice"),
        ("rows.yaml", "rows:\n- prompt: a\n  frames: [{image: a, image: b}]\n", "row 1: has the member 'image' twice"),
        ("rows.yaml", "defaults: {model: a, model: b}\nrows: [{prompt: a}]\n", "has the member 'model' twice"),
        ("rows.yaml", "rows: [{prompt: a}]\nrows: [{prompt: b}]\n", "has the member 'rows' twice"),
        ("rows.jsonl", '{"images": 5}\n', "must be a list"),
        ("rows.jsonl", '{"start": "https://example.com/a.png", "kind": "start-end"}\n', "needs"),
        ("rows.jsonl", '{"subjects": [5], "prompt": "a"}\n', "must be an object"),
        ("rows.jsonl", '{"subjects": [{"nam": "a"}], "prompt": "a"}\n', "Did you mean 'name'?"),
        ("rows.jsonl", '{"frames": [{}], "start_image": "https://example.com/a.png"}\n', "needs"),
        ("rows.jsonl", '{"prompt": "a", "options": 5}\n', "must be a mapping"),
    ],
)
def test_fault_has_another_name(tmp_path: Path, name: str, text: str, said: str) -> None:
    assert said in "\n".join(faults_of(written(tmp_path, name, text)))


def test_manifest_that_cannot_be_read_is_a_trace(tmp_path: Path) -> None:
    assert "cannot be read" in faults_of(tmp_path / "none.jsonl")[0]
    (tmp_path / "rows.jsonl").write_bytes(b"\xff\xff")
    assert "is not UTF-8 text" in faults_of(tmp_path / "rows.jsonl")[0]
