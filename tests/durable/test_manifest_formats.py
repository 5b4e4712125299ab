"""Manifests as spreadsheets, data frames and people write them: what they write was looked up, not taken from the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from vidu_ext.durable import ManifestError, read_manifest
from vidu_ext.durable.manifests.manifest import Row

HEAD = "prompt,model,duration"
BIRD = {"kind": "text", "prompt": "a bird", "model": "viduq3-turbo", "duration": 5}


def read(folder: Path, name: str, text: str | bytes) -> tuple[Row, ...]:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_manifest(path)


@pytest.mark.parametrize(
    "text",
    [
        "prompt;model;duration\na bird;viduq3-turbo;5\n",
        "prompt\tmodel\tduration\na bird\tviduq3-turbo\t5\n",
        "prompt|model|duration\na bird|viduq3-turbo|5\n",
        "sep=;\nprompt;model;duration\na bird;viduq3-turbo;5\n",
        "sep=,\r\nprompt,model,duration\r\na bird,viduq3-turbo,5\r\n",
        'prompt;model;duration\n"a bird";viduq3-turbo;5,0\n',
        f"{HEAD}\na bird,viduq3-turbo,5.0\n",
        f"{HEAD},,\na bird,viduq3-turbo,5,,\n,,,,\n",
        f"{HEAD}\na bird,viduq3-turbo,5,,\n",
        f"{HEAD}\ra bird,viduq3-turbo,5\r",
        f"\ufeff{HEAD}\na bird,viduq3-turbo,5\n",
        "prompt\tmodel\tduration\na bird\tviduq3-turbo\t5\n".encode("utf-16"),
    ],
    ids=[
        "semicolons",
        "tabs",
        "bars",
        "sep",
        "sep comma",
        "decimal",
        "5.0",
        "empty columns",
        "empty cells",
        "CR",
        "BOM",
        "UTF-16",
    ],
)
def test_csv_of_a_spreadsheet_is_read(text: str | bytes, tmp_path: Path) -> None:
    (row,) = read(tmp_path, "films.csv", text)
    assert row.members == BIRD


def test_prompt_keeps_commas_and_semicolons(tmp_path: Path) -> None:
    (row,) = read(tmp_path, "films.csv", 'prompt;model\n"a bird, 1,5 m; blue";viduq3-turbo\n')
    assert row.members["prompt"] == "a bird, 1,5 m; blue"


@pytest.mark.parametrize("name", ["films.jsonl", "films.json"])
def test_list_of_rows_in_json_is_read(name: str, tmp_path: Path) -> None:
    rows = read(tmp_path, name, '[\n{"prompt":"a bird","model":"viduq3-turbo","duration":5.0},\n{"prompt":"b"}\n]')
    assert [row.members["prompt"] for row in rows] == ["a bird", "b"]
    assert rows[0].members == BIRD


@pytest.mark.parametrize(
    ("written", "meant"),
    [("16:9", "16:9"), ("1:1", "1:1"), ("9:16", "9:16"), ("4:3", "4:3"), ("'16:9'", "16:9")],
)
def test_yaml_ratio_is_text(written: str, meant: str, tmp_path: Path) -> None:
    """YAML 1.1 takes 16:9 for 969, a number of base 60."""
    (row,) = read(tmp_path, "films.yaml", f"- prompt: a bird\n  aspect_ratio: {written}\n")
    assert row.members["aspect_ratio"] == meant


@pytest.mark.parametrize("written", ["0010", "1e3", "2026-11-28", "yes", "0x1F", "1_000", "3.10"])
def test_yaml_text_is_read_as_it_is_written(written: str, tmp_path: Path) -> None:
    text = f"- prompt: {written}\n  name: {written}\n  key: {written}\n  values: {{take: {written}}}\n"
    (row,) = read(tmp_path, "films.yaml", text)
    assert (row.members["prompt"], row.name, row.key, row.values) == (written, written, written, {"take": written})


def test_yaml_defaults_are_read_as_rows_are(tmp_path: Path) -> None:
    text = "defaults: {aspect_ratio: 16:9, duration: 5.0}\nrows:\n- prompt: 007\n"
    (row,) = read(tmp_path, "films.yaml", text)
    assert row.members == {"kind": "text", "aspect_ratio": "16:9", "duration": 5, "prompt": "007"}


def test_yaml_null_is_no_text(tmp_path: Path) -> None:
    (row,) = read(tmp_path, "films.yaml", "- prompt: a bird\n  aspect_ratio: ~\n  name:\n")
    assert ("aspect_ratio" in row.members, row.name) == (False, None)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("films.csv", f"{HEAD},\na bird,viduq3-turbo,5,left over\n", "'left over' in a column without a name"),
        ("films.csv", "prompt,prompt\na,b\n", "a column twice: 'prompt'"),
        ("films.csv", f"{HEAD}\na bird,viduq3-turbo,5.5\n", "whole number"),
        ("films.csv", "prompt\na b\xe9\n".encode("latin-1"), "is not UTF-8 text"),
        ("films.json", "[1, 2]", "must be an object"),
        ("films.jsonl", '[{"prompt": "a"}', "each line must be one object"),
        ("films.jsonl", '{"prompt": "a"},\n{"prompt": "b"},\n', "each line must be one object"),
        ("films.jsonl", '{\n  "prompt": "a"\n}\n', "each line must be one object"),
        ("films.yaml", "- prompt: a\n  duration: five\n", "whole number"),
        ("films.yaml", f"- prompt: a\n  seed: {'9' * 5000}\n", "is not valid YAML"),
        ("films.yaml", f"- prompt: a\n  seed: 1{':59' * 5000}\n", "#/seed: is a number too long for other programs"),
        ("films.yaml", f"- prompt: a\n  seed: 0x{'f' * 5000}\n", "#/seed: is a number too long for other programs"),
        ("films.yaml", "- prompt: a\n  options: {day: 2026-11-28}\n", "#/options/day: is of type date"),
        ("films.yaml", "- prompt: a\n  options: {day: 2026-13-45}\n", "is not valid YAML"),
        ("films.yaml", "- prompt: a\n  options: {number: !!int five, truth: !!bool perhaps}\n", "is not valid YAML"),
    ],
)
def test_fault_is_named(name: str, text: str | bytes, said: str, tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=said):
        read(tmp_path, name, text)
