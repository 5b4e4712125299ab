"""File formats of manifests, as spreadsheets, data frames and people write them: JSONL, JSON, CSV and YAML."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from manifest_rig import faults_in, member_of, read

from vidu_ext.durable import ManifestError
from vidu_ext.durable.manifests import files
from vidu_ext.values.requests import ReferenceToVideo, TextToVideo

HEAD = "prompt,model,duration"
BIRD = {"kind": "text", "prompt": "a bird", "model": "viduq3-turbo", "duration": 5}


# -- CSV ------------------------------------------------------------------------------------------------------------------


SPREADSHEETS: dict[str, str | bytes] = {
    "semicolons": "prompt;model;duration\na bird;viduq3-turbo;5\n",
    "spaces": 'prompt, "model", duration\n a bird , "viduq3-turbo", 5 \n',
    "empty-lines": f"\n\n{HEAD}\n\na bird,viduq3-turbo,5\n",
    "index-twice": f",Unnamed: 0,{HEAD},Unnamed: 5\n0,0,a bird,viduq3-turbo,5,\n",
    "sep": "sep=;\nprompt;model;duration\na bird;viduq3-turbo;5\n",
    "decimal-comma": 'prompt;model;duration\n"a bird";viduq3-turbo;5,0\n',
    "empty-columns": f"{HEAD},,\na bird,viduq3-turbo,5,,\n,,,,\n",
    "CR": f"{HEAD}\ra bird,viduq3-turbo,5\r",
    "BOM": f"\ufeff{HEAD}\na bird,viduq3-turbo,5\n",
    "UTF-16-LE": f"{HEAD}\na bird,viduq3-turbo,5\n".encode("utf-16-le"),
    "UTF-16": "prompt\tmodel\tduration\na bird\tviduq3-turbo\t5\n".encode("utf-16"),
}


@pytest.mark.parametrize("text", SPREADSHEETS.values(), ids=SPREADSHEETS)
def test_csv_of_a_spreadsheet_is_read(text: str | bytes, tmp_path: Path) -> None:
    (row,) = read(tmp_path, "films.csv", text)
    assert row.members == BIRD


def test_prompt_of_csv_keeps_commas_and_semicolons(tmp_path: Path) -> None:
    (row,) = read(tmp_path, "films.csv", 'prompt;model\n"a bird, 1,5 m; blue";viduq3-turbo\n')
    assert row.members["prompt"] == "a bird, 1,5 m; blue"


def test_cells_of_csv_get_the_types_of_their_members(tmp_path: Path) -> None:
    head = "prompt,model,duration,audio,images,seed,options.voice_id,values.scene,priority,price,unlisted"
    text = f'{head}\n"a, b",viduq3,5,yes,,7,v,s1,3,1.5,true\n'
    (row,) = read(tmp_path, "rows.csv", text)
    assert row.request == TextToVideo(prompt="a, b", model="viduq3", duration=5, audio=True, seed=7, options={"voice_id": "v"})
    assert (row.priority, row.price, row.values, row.unlisted) == (3, 1.5, {"scene": "s1"}, True)


@pytest.mark.parametrize(
    "cell",
    [
        "https://example.com/a.png | https://example.com/b.png",
        '"https://example.com/a.png\nhttps://example.com/b.png\n"',
        '"[""https://example.com/a.png"", ""https://example.com/b.png""]"',
        "\"['https://example.com/a.png', 'https://example.com/b.png']\"",  # as Python prints a list
    ],
)
def test_cell_of_csv_may_contain_a_list(cell: str, tmp_path: Path) -> None:
    (row,) = read(tmp_path, "rows.csv", f"prompt,images\nx,{cell}\n")
    assert row.request == ReferenceToVideo(prompt="x", images=("https://example.com/a.png", "https://example.com/b.png"))


@pytest.mark.parametrize("word", ["True", "yes", "on", "1.0"])
def test_truth_in_a_cell_may_be_written_in_several_words(word: str, tmp_path: Path) -> None:
    (row,) = read(tmp_path, "rows.csv", f"prompt,audio\nx,{word}\n")
    assert row.members["audio"] is True


@pytest.mark.parametrize("head", ["options,options.bgm", "options.bgm,options"])
def test_columns_of_options_are_joined(head: str, tmp_path: Path) -> None:
    cells = {"options": '"{""x"": 1}"', "options.bgm": "TRUE"}
    (row,) = read(tmp_path, "rows.csv", f"prompt,{head}\na,{','.join(cells[name] for name in head.split(','))}\n")
    assert row.members["options"] == {"x": 1, "bgm": True}


def test_cell_of_csv_may_contain_a_picture(tmp_path: Path) -> None:
    picture = f"data:image/png;base64,{'A' * 200_000}"
    (row,) = read(tmp_path, "rows.csv", f'prompt,image\nx,"{picture}"\n')
    assert row.members["image"] == picture


@pytest.mark.parametrize(
    "written", ["file://{}/a%20b.png", "FILE://localhost{}/a%20b.png", "file:{}/a%20b.png", "a b.png", "~/a b.png"]
)
def test_picture_is_a_path_a_file_url_or_below_the_home_folder(
    written: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (row,) = read(tmp_path, "rows.csv", f"prompt,image\nx,{written.format(tmp_path)}\n")
    assert row.members["image"] == str(tmp_path / "a b.png")


# -- JSON -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["films.jsonl", "films.json"])
def test_list_of_rows_in_json_is_read(name: str, tmp_path: Path) -> None:
    rows = read(tmp_path, name, '[\n{"prompt":"a bird","model":"viduq3-turbo","duration":5.0},\n{"prompt":"b"}\n]')
    assert [row.members["prompt"] for row in rows] == ["a bird", "b"]
    assert rows[0].members == BIRD


@pytest.mark.parametrize(
    "text",
    [
        '{"prompt": "a"},\n{"prompt": "b"},\n',
        '{\n  "prompt": "a"\n}\n{\n  "prompt": "b"\n}\n',
        '{"prompt": "a"}{"prompt": "b"}',
        '\x1e{"prompt": "a"}\n\x1e{"prompt": "b"}\n',  # RFC 7464
    ],
)
def test_objects_of_json_may_have_any_layout(text: str, tmp_path: Path) -> None:
    assert [member_of(row, "prompt") for row in read(tmp_path, "rows.jsonl", text)] == ["a", "b"]


def test_unicode_line_separators_do_not_end_a_line_of_jsonl(tmp_path: Path) -> None:
    prompts = ["a\u2028b", "a\x85b", "a\u2029b\x1cc"]
    text = "\r\n".join(json.dumps({"prompt": prompt}, ensure_ascii=False) for prompt in prompts)
    assert [member_of(row, "prompt") for row in read(tmp_path, "rows.jsonl", text)] == prompts


def test_errors_of_all_lines_of_jsonl_are_listed(tmp_path: Path) -> None:
    text = '{"prompt": "a"}\n\n{broken\n[1]\n{"prompt": NaN}\n{"modl": "x"}\n'
    faults = faults_in(tmp_path, "rows.jsonl", text)
    assert [fault.partition(":")[0] for fault in faults] == ["row 2", "row 3", "row 4", "row 5"]


# -- YAML -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ratio", ["16:9", "1:1", "'16:9'"])
def test_ratio_in_yaml_is_text(ratio: str, tmp_path: Path) -> None:
    """YAML 1.1 reads 16:9 as 969, a number of base 60."""
    (row,) = read(tmp_path, "films.yaml", f"- prompt: a bird\n  aspect_ratio: {ratio}\n")
    assert row.members["aspect_ratio"] == ratio.strip("'")


@pytest.mark.parametrize("written", ["0010", "1e3", "2026-11-28", "yes", "1_000", "3.10"])
def test_text_in_yaml_is_read_as_it_is_written(written: str, tmp_path: Path) -> None:
    text = f"- prompt: {written}\n  name: {written}\n  key: {written}\n  values: {{take: {written}}}\n"
    (row,) = read(tmp_path, "films.yaml", text)
    assert (row.members["prompt"], row.name, row.key, row.values) == (written, written, written, {"take": written})


@pytest.mark.parametrize("written", ["0012", "16:9", "1_000", "0x1F", "2026-11-28"])
def test_number_that_only_yaml_reads_is_text_in_a_member_of_an_operation(written: str, tmp_path: Path) -> None:
    operation = f"{{kind: vidu.lipSync, video_url: https://example.com/v.mp4, text: {written}}}"
    rows = read(tmp_path, "films.yaml", f"- {operation}\n- {{prompt: a, options: {{x: {written}}}}}\n")
    assert (rows[0].members["text"], rows[1].members["options"]) == (written, {"x": written})


def test_defaults_in_yaml_are_read_like_rows(tmp_path: Path) -> None:
    text = "defaults: {aspect_ratio: 16:9, duration: 5.0}\nrows:\n- prompt: 007\n"
    (row,) = read(tmp_path, "films.yaml", text)
    assert row.members == {"kind": "text", "aspect_ratio": "16:9", "duration": 5, "prompt": "007"}


def test_comment_after_a_prompt_in_yaml_is_left_out(tmp_path: Path) -> None:
    row, _ = read(tmp_path, "films.yaml", "- prompt: a bird  # the first\n  model: viduq3-turbo #cheap\n- prompt: 'b'  #2\n")
    assert (row.members["prompt"], row.members["model"]) == ("a bird", "viduq3-turbo")


def test_null_in_yaml_leaves_a_member_out(tmp_path: Path) -> None:
    (row,) = read(tmp_path, "films.yaml", "- prompt: a bird\n  aspect_ratio: ~\n  name:\n")
    assert ("aspect_ratio" in row.members, row.name) == (False, None)


def test_alias_of_yaml_is_not_a_duplicate_member(tmp_path: Path) -> None:
    text = "defaults: &all {model: viduq3-turbo, prompt: a}\nrows:\n  - *all\n  - {<<: *all, prompt: b}\n"
    assert [member_of(row, "prompt") for row in read(tmp_path, "rows.yaml", text)] == ["a", "b"]


def multiplied(levels: int, times: int, leaf: str = "x") -> str:
    """Return lists of lists with `times` to the power of `levels` leaves, in a few hundred bytes."""
    lists = [f"a0: &a0 [{', '.join([leaf] * times)}]"]
    lists += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * times)}]" for level in range(1, levels)]
    return ", ".join(lists)


MULTIPLIED = {
    "in a row": f"rows: [{{prompt: a, options: {{{multiplied(7, 10)}}}}}]\n",
    "in many rows": f"rows:\n  - &row {{prompt: a, options: {{{multiplied(4, 10)}}}}}\n" + "  - *row\n" * 300,
    "in the defaults": f"defaults: {{options: {{{multiplied(5, 10)}}}}}\nrows:\n" + "  - {prompt: a}\n" * 200,
    "by merging": "rows:\n  - &m0 {prompt: a}\n"
    + "".join(f"  - &m{level} {{<<: [{', '.join([f'*m{level - 1}'] * 10)}]}}\n" for level in range(1, 8)),
    "of one long text": f"rows: [{{prompt: a, options: {{long: &a {'x' * 50_000}, all: [{'*a, ' * 2_000}]}}}}]\n",
    "in a circle": "rows: [{prompt: a, options: &all {all: *all}}]\n",
}


@pytest.mark.parametrize("text", MULTIPLIED.values(), ids=MULTIPLIED.keys())
def test_aliases_that_expand_a_manifest_too_far_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Once, a manifest of 395 bytes took minutes and more than a gigabyte."""
    monkeypatch.setattr(files, "MOST_ADDED", 1_000_000)  # the real bound takes seconds to reach
    (fault,) = faults_in(tmp_path, "rows.yaml", text)
    assert "aliases (*name) expand to far more than the file itself" in fault


def test_aliases_may_be_shared_by_many_rows(tmp_path: Path) -> None:
    number = 500
    style = "in the style of a woodcut, " * 20
    head = f"defaults: {{model: viduq3-turbo}}\nrows:\n  - &base {{prompt: '{style}', duration: 5}}\n"
    rows = read(tmp_path, "rows.yaml", head + "".join(f"  - {{<<: *base, seed: {row}}}\n" for row in range(number)))
    assert [member_of(row, "seed") for row in rows[1:]] == list(range(number))
    assert {member_of(row, "prompt") for row in rows} == {style}


def test_faulty_row_of_yaml_leaves_its_aliases_readable(tmp_path: Path) -> None:
    faults = faults_in(tmp_path, "rows.yaml", "- {prompt: a, options: &o {b: 1, b: 2}}\n- {prompt: c, options: *o}\n- {x: 1}\n")
    assert len(faults) == 3
    assert not [fault for fault in faults if "aliases" in fault]


def test_ordered_map_of_yaml_is_refused_and_not_emptied(tmp_path: Path) -> None:
    (fault,) = faults_in(tmp_path, "rows.yaml", "- {prompt: a, options: {movement: !!omap [a: 1]}}\n")
    assert "is of type tuple, which JSON cannot encode" in fault


def test_quoted_merge_key_of_yaml_is_a_name(tmp_path: Path) -> None:
    (row,) = read(tmp_path, "rows.yaml", "- {prompt: a, options: {'<<': {b: 1}}}\n")
    assert row.request == TextToVideo(prompt="a", options={"<<": {"b": 1}})


# -- errors ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("films.csv", f"{HEAD},\na bird,viduq3-turbo,5,left over\n", "'left over' in a column without a name"),
        ("films.csv", "prompt,prompt\na,b\n", "films.csv: the header has a column twice: 'prompt'"),
        ("films.csv", f"{HEAD}\na bird,viduq3-turbo,5.5\n", "whole number"),
        ("films.csv", "prompt\na b\xe9\n".encode("latin-1"), "is not UTF-8 text"),
        ("films.json", "[1, 2]", "must be an object"),
        ("films.jsonl", '[{"prompt": "a"}', "each line must be one object"),
        ("films.jsonl", '{\n  "prompt": a\n}\n', "line 2 column 13 "),
        (
            "films.jsonl",
            '{"prompt": "a"}\n{"prompt": "b"} {"prompt": "c"}\n{\n',
            "row 2: has 2 values; each line must be one object",
        ),
        ("films.jsonl", '{"prompt": "a"}\n,\n{\n', "row 2: has 0 values; each line must be one object"),
        ("films.yaml", f"- prompt: a\n  seed: 1{':59' * 5000}\n", "#/seed: is a number too long for other programs"),
        ("films.yaml", "- prompt: a\n  duration: 2026-11-28\n", "#/duration: is of type date"),
        ("films.yaml", "- prompt: @bird flies\n", "put a text with special characters into single quotation marks"),
        ("films.yaml", "- prompt: !important a bird\n", "could not determine a constructor for the tag '!important'"),
        ("films.yaml", "- prompt: a bird #3 flies\n", "row 1: has #, which begins a comment, after its prompt"),
        ("films.yaml", "- prompt: !!binary aGk=\n", "#/prompt: is of type bytes"),
        ("rows.txt", "x", "must end in one of .jsonl"),
        ("rows.csv", "prompt\na,b\n", "has 2 cells but the header has 1 columns; a text that contains the separator needs"),
        ("rows.csv", 'prompt\n"a\n', "is not valid CSV in line 2"),
        ("rows.csv", "a bird flies\n", "has no rows below its first line, which names the columns"),
        ("rows.csv", "prompt,options,options.x\na,{,1\n", "options must be a mapping"),
        ("rows.csv", "prompt;price\na;1.000\n", "price must be a finite number of credits, at least 0; it is '1.000'"),
        ("rows.csv", "prompt,images\na,\"[{'a'}]\"\n", 'must be a list, such as ["a", "b"], or a|b in a cell'),
        ("rows.yaml", "rows: 5", "rows.yaml: must be a list of rows"),
        ("rows.yaml", "row: []", "only `defaults` and `rows` are allowed"),
        ("rows.jsonl", '{"prompt": "a", "price": NaN}\n', "is not valid JSON"),
        ("rows.jsonl", '{"prompt": "a"}\n{"prompt": "a", "options": {"x": 1, "x": 2}}\n', "row 2: has the member 'x' twice"),
        ("rows.yaml", "rows:\n- prompt: a\n  frames: [{image: a, image: b}]\n", "row 1: has the member 'image' twice"),
        ("rows.yaml", "defaults: {model: a, model: b}\nrows: [{prompt: a}]\n", "has the member 'model' twice"),
    ],
)
def test_invalid_file_is_refused_with_its_reason(name: str, text: str | bytes, reason: str, tmp_path: Path) -> None:
    with pytest.raises(ManifestError) as caught:
        read(tmp_path, name, text)
    assert reason in str(caught.value)
