"""Formats and sizes of media are recognized by their bytes; files that cannot be sent or break a rule are refused."""

from __future__ import annotations

import base64
import gzip
import os
import struct
import zlib
from pathlib import Path
from typing import Final

import pytest
from toy import TOY

from vidu_ext.providers import provider_named
from vidu_ext.spec import media
from vidu_ext.spec.contract import contract_of
from vidu_ext.spec.formats import CONTENT_TYPES, Medium, is_known_format, may_be_medium, medium_of
from vidu_ext.spec.media import read_medium
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.orders import fingerprint_of
from vidu_ext.values.requests import ImageToVideo, LocalMedia, TextToVideo
from vidu_ext.values.tasks import Json


def data_uri(source: LocalMedia) -> str:
    return read_medium(source).data_uri()


def png(width: int, height: int) -> bytes:
    """Return a whole black picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(b"".join(b"\0" + b"\0" * width for _ in range(height)))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpeg(width: int, height: int, *, before: bytes = b"", marker: int = 0xC0) -> bytes:
    """Return the head of a picture, with segments before the one that holds the size."""
    size = struct.pack(">BBHBHHB", 0xFF, marker, 17, 8, height, width, 3)
    return b"\xff\xd8" + before + size + bytes(9) + b"\xff\xda" + bytes(20)


def segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def riff(form: bytes, chunk: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + form + chunk


def webp(width: int, height: int, kind: bytes) -> bytes:
    if kind == b"VP8 ":
        data = b"\x30\x01\x00\x9d\x01\x2a" + struct.pack("<HH", width | 0x4000, height)
    elif kind == b"VP8L":
        data = b"\x2f" + struct.pack("<I", (width - 1) | (height - 1) << 14 | 1 << 28)
    else:
        data = b"\x10\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return riff(b"WEBP", kind + struct.pack("<I", len(data)) + data + bytes(16))


def brands(*names: bytes) -> bytes:
    """Return the beginning of an ISO media file (ISO/IEC 14496-12, 4.3; the names are registered at mp4ra.org)."""
    box = b"ftyp" + names[0] + bytes(4) + b"".join(names)
    return struct.pack(">I", 4 + len(box)) + box + struct.pack(">I", 8) + b"free"


PROFILE: Final = segment(0xE0, b"JFIF\0" + bytes(9)) + segment(0xE2, b"ICC_PROFILE\0" + os.urandom(60_000))

THUMBNAIL: Final = segment(0xE1, b"Exif\0\0" + jpeg(16, 16) + os.urandom(30_000))

MEASURED: Final = [
    ("png", png(300, 200), "png"),
    ("jpeg", jpeg(300, 200), "jpeg"),
    ("progressive jpeg", jpeg(300, 200, marker=0xC2), "jpeg"),
    ("jpeg with tables before its size", jpeg(300, 200, before=segment(0xC4, bytes(28))), "jpeg"),
    ("jpeg with a profile", jpeg(300, 200, before=PROFILE), "jpeg"),
    ("jpeg with a thumbnail", jpeg(300, 200, before=THUMBNAIL), "jpeg"),
    ("webp with loss", webp(300, 200, b"VP8 "), "webp"),
    ("webp without loss", webp(300, 200, b"VP8L"), "webp"),
    ("webp with more", webp(300, 200, b"VP8X"), "webp"),
]

UNMEASURED: Final = [
    (b"GIF89a\x80\x02\x68\x01\xf7" + bytes(25), "gif"),
    (b"BM\x36\x84\x03" + bytes(57), "bmp"),
    (b"II*\0" + bytes(30), "tiff"),
    (b"\0\0\0\x18ftypheic" + bytes(30), "heic"),
    (b"\0\0\0\x18ftypisom" + bytes(30), "mp4"),
    (b"\0\0\0\x08wide" + bytes(30), "mov"),
    (brands(b"heim", b"mif1", b"heim"), "heic"),  # a picture of a phone, which went out as data:video/mp4
    (brands(b"mif1", b"miaf", b"heic"), "heic"),
    (brands(b"avis", b"msf1", b"iso8"), "avif"),
    (brands(b"new1", b"heic"), "heic"),
    (brands(b"XAVC", b"mp42"), "mp4"),
    (brands(b"new1"), None),
    (brands(b"crx ", b"isom"), None),
    (b"\0\0\0\x10ftypnew1\0\0\0\0isom", None),
    (brands(b"new1", b"xxis", b"omxx"), None),
    (b"\xff\xff\xff\xffftypnew1", None),
    (b"\0\0\0\x18ftypM4A " + bytes(30), "m4a"),
    (b"\x1aE\xdf\xa3" + bytes(30), "webm"),
    (riff(b"AVI ", bytes(30)), "avi"),
    (b"RIFFSizeAVI LIST", "avi"),
    (riff(b"WAVE", bytes(30)), "wav"),
    (b"ID3" + bytes(30), "mp3"),
    (b"\xff\xfb\x90" + bytes(30), "mp3"),
    (b"\xff\xf1\x50" + bytes(30), "aac"),
    (b"OggS" + bytes(30), "ogg"),
    (b"fLaC" + bytes(30), "flac"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
    (b"<html>not found</html>", None),
]


@pytest.mark.parametrize(("content", "name"), [row[1:] for row in MEASURED], ids=[row[0] for row in MEASURED])
def test_size_of_a_picture_is_read_from_its_header(content: bytes, name: str) -> None:
    assert medium_of(content) == Medium(content, name, 300, 200)


@pytest.mark.parametrize(("content", "name"), UNMEASURED, ids=[str(name) for _, name in UNMEASURED])
def test_format_is_recognized_by_its_first_bytes(content: bytes, name: str | None) -> None:
    assert medium_of(content) == Medium(content, name)
    assert is_known_format(content[:16]) == (name is not None or content[4:8] == b"ftyp"), "what a download sees first"


@pytest.mark.parametrize("content", [row[1] for row in MEASURED], ids=[row[0] for row in MEASURED])
def test_broken_picture_has_its_size_or_none(content: bytes) -> None:
    for length in range(min(len(content), 200)):
        medium = medium_of(content[:length])
        assert (medium.width, medium.height) in ((None, None), (300, 200), (300, None), (None, 200))


def test_content_type_of_a_file_follows_from_its_bytes(tmp_path: Path) -> None:
    """The ending of a file proves nothing: many a photo.jpg is a webp."""
    file = tmp_path / "photo.jpg"
    file.write_bytes(webp(300, 200, b"VP8L"))
    uri = read_medium(file).data_uri()
    assert uri.startswith("data:image/webp;base64,")
    assert base64.b64decode(uri.partition(",")[2]) == file.read_bytes()


def test_file_of_an_unknown_brand_is_not_sent_but_a_download_keeps_it() -> None:
    with pytest.raises(ConfigurationError, match="neither a picture nor a video"):
        read_medium(brands(b"new1"))
    assert is_known_format(brands(b"new1")), "a film that is paid for is kept whatever its brand"


OTHER_MEDIA: Final = {
    "MPEG-TS": b"\x47\x40\0\x10\0\0\xb0\x0d\0\x01\xc1\0\0\0\x01\xf0",
    "ASF": bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"),
    "JPEG XL": b"\0\0\0\x0cJXL \x0d\x0a\x87\x0a\0\0\0\x14",
    "AC-3": b"\x0b\x77\x12\x34\x14\x40\x43\xe1\x06\xf5\xf9\xf2\xfc\x7c\x7c\x6d",
    "ISO media of an unknown brand": b"\0\0\0 ftypnew1\0\0\0\0",
    "nothing known": bytes(16),
}
"""First bytes as the documents of the formats show them. A provider may send these one day; the code names none of them."""


@pytest.mark.parametrize("name", OTHER_MEDIA)
def test_file_of_an_unknown_format_may_be_a_medium(name: str) -> None:
    assert may_be_medium(OTHER_MEDIA[name])


XML: Final = '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'
NO_MEDIA: Final = {
    "XML": XML.encode(),
    "XML behind a byte order mark": b"\xef\xbb\xbf" + XML.encode(),
    "XML in UTF-16": XML.encode("utf-16"),
    "XML in UTF-16 without a mark": XML.encode("utf-16-be"),
    "JSON": b'{"error":{"code":"video_not_ready"}}',
    "JSON in Latin-1, indented": '{\n  "à": "été"}'.encode("latin-1"),
    "a text of two letters": b"no",
    "a text in Chinese, cut in a letter": "任务不存在请检查".encode(),
    "a text in colour": b"\x1b[31mError\x1b[0m: no such file",
    "a text that begins like BMP": b"BMP files are not ready",
    "gzip": gzip.compress(XML.encode()),
    "ZIP": b"PK\x03\x04" + bytes(40),
    "PDF": b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n",
    "a program": b"\x7fELF\x02\x01\x01" + bytes(9),
}


@pytest.mark.parametrize("name", NO_MEDIA)
def test_text_archive_or_program_is_no_medium_by_sixteen_bytes(name: str) -> None:
    assert not may_be_medium(NO_MEDIA[name][:16])


# -- files ----------------------------------------------------------------------------------------------------------------


def test_error_names_a_file_that_cannot_be_sent_and_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty.png").touch()
    (tmp_path / "page.html").write_text("<html>" * 10)
    (tmp_path / "large.png").write_bytes(bytes(78))
    monkeypatch.setattr(media, "LARGEST_FILE", 60)
    expected = {
        "missing.png": "cannot be read: No such file",
        "empty.png": "is empty",
        "page.html": "cannot be sent: neither a picture nor a video or sound of a known format",
        "large.png": "has 78 bytes, too many for a request",
        ".": "is not a file",
        "a\0b": "cannot be read",
    }
    for name, words in expected.items():
        with pytest.raises(ConfigurationError) as caught:
            read_medium(tmp_path / name)
        assert words in str(caught.value)
        assert str(tmp_path) in str(caught.value)
    with pytest.raises(ConfigurationError, match=f"^{tmp_path} is not a file. Nothing was sent.$"):
        fingerprint_of(ImageToVideo(image=tmp_path), None)  # it said so twice


def test_bytes_that_are_no_medium_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="the 9 bytes given cannot be sent"):
        read_medium(b"some text")


def test_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(ConfigurationError, match="is not a file"):
        read_medium(tmp_path / "pipe.png")


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content


WHOLE: Final = {
    "png": png(640, 480),
    "jpeg": b"\xff\xd8" + b"\xff\xe1" + struct.pack(">H", 40) + b"\xff\xd8thumbnail\xff\xd9" + bytes(25)
    + b"\xff\xda" + struct.pack(">H", 12) + bytes(10) + b"scan" * 20 + b"\xff\xd9",
    "webp": b"RIFF" + struct.pack("<I", 104) + b"WEBPVP8 " + bytes(96),
    "mp4": box(b"ftyp", b"isom" + bytes(4) + b"mp42") + box(b"moov", bytes(40)) + box(b"mdat", b"film" * 40),
    "mov": box(b"ftyp", b"qt  " + bytes(8)) + struct.pack(">I4sQ", 1, b"mdat", 176) + b"film" * 40,  # a size of 64 bits
    "heic": box(b"ftyp", b"heic" + bytes(4) + b"mif1") + box(b"meta", bytes(40)) + box(b"mdat", b"picture" * 20),
}  # fmt: skip


@pytest.mark.parametrize("name", WHOLE)
def test_whole_file_is_accepted_even_with_bytes_after_its_end(name: str) -> None:
    assert read_medium(WHOLE[name]).format == name
    assert read_medium(WHOLE[name] + bytes(3)).format == name


@pytest.mark.parametrize("name", WHOLE)
def test_file_that_is_cut_off_is_refused(name: str, tmp_path: Path) -> None:
    """Half a film was uploaded and paid for."""
    path = tmp_path / f"half.{name}"
    for share in (0.6, 0.8, 0.97):
        path.write_bytes(WHOLE[name][: max(int(len(WHOLE[name]) * share), 64)])
        with pytest.raises(ConfigurationError, match="is cut off"):
            read_medium(path)


# -- against the rules of the specs ---------------------------------------------------------------------------------------


def test_every_format_has_a_content_type_that_the_specs_take() -> None:
    rule = contract_of("vidu").media_rule("imageToVideo", "images")
    assert rule is not None
    for name in rule.formats:
        assert not contract_of("vidu").faults(
            "imageToVideo", {"model": "viduq3-turbo", "images": [f"data:{CONTENT_TYPES[name]};base64,AAAA"]}
        )


def as_uri(content: bytes, content_type: str) -> str:
    return f"data:{content_type};base64,{base64.b64encode(content).decode()}"


def faults(picture: bytes, *, content_type: str | None = None) -> list[str]:
    """Return the faults of a request with a picture in second place, by default of the type that its bytes have."""
    uri = medium_of(picture).data_uri() if content_type is None else as_uri(picture, content_type)
    body: Json = {"model": "viduq2", "prompt": "a", "images": ["https://example.com/a.png", uri]}
    return [str(fault) for fault in TOY.faults("referenceToVideo", body)]


def test_picture_within_the_rules_or_of_unknown_size_has_no_faults() -> None:
    for content in (png(128, 512), png(512, 128), jpeg(4000, 1000), webp(128, 128, b"VP8X"), jpeg(300, 200, before=PROFILE)):
        assert faults(content) == []
    assert faults(b"\xff\xd8\xff\xe0broken off", content_type="image/jpeg") == []
    assert faults(b"of unknown kind", content_type="image/png") == []


@pytest.mark.parametrize(
    ("picture", "fault"),
    [
        (png(128, 513), "is 128 by 513 pixels, a ratio of 0.2495, less than 0.25, the least allowed (0.25 to 4)"),
        (png(600, 128), "is 600 by 128 pixels, a ratio of 4.688, more than 4, the most allowed (0.25 to 4)"),
        (png(127, 200), "is 127 by 200 pixels; no side may be shorter than 128"),
        (b"GIF89a" + bytes(30), "is in the format gif; choose png, jpeg, webp"),
        (b"\0\0\0\x18ftypisom" + bytes(30), "is in the format mp4; choose png, jpeg, webp"),
    ],
    ids=["tall", "wide", "small", "gif", "mp4"],
)
def test_picture_outside_the_rules_is_one_fault(picture: bytes, fault: str) -> None:
    assert faults(picture, content_type="image/png") == [f"#/images/1: {fault}"]


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("data:IMAGE/JPEG;base64,/9j/4AAQ", "data:image/jpeg;base64,/9j/4AAQ"),
        ("DATA:image/JPEG;BASE64,/9j/4AAQ", "data:image/jpeg;base64,/9j/4AAQ"),
        ("HTTPS://Example.com/A.png?Sig=B%2F", "https://Example.com/A.png?Sig=B%2F"),
        ("https://example.com/A.png", "https://example.com/A.png"),
        ("ssupload:?id=A1", "ssupload:?id=A1"),
    ],
)
def test_scheme_and_content_type_are_accepted_in_any_case_and_sent_in_lower_case(address: str, sent: str) -> None:
    """RFC 3986, 3.1 and RFC 2045, 5.1: neither depends on case."""
    encoded = provider_named("vidu").encode(ImageToVideo(image=address, model="viduq3-turbo"))
    assert encoded.body["images"] == [sent]
    assert contract_of("vidu").faults("imageToVideo", {"model": "viduq3-turbo", "images": [address]}) == ()


def test_prompt_that_begins_like_a_url_is_sent_unchanged() -> None:
    prompt = "HTTPS://Example.com on a screen"
    assert provider_named("vidu").encode(TextToVideo(prompt=prompt, model="viduq3-turbo")).body["prompt"] == prompt


def test_picture_above_the_size_limit_is_a_fault() -> None:
    large = f"data:image/png;base64,{'A' * 70_000_000}"
    fault, *_ = TOY.faults("imageToVideo", {"model": "viduq3-turbo", "images": [large]})
    assert str(fault) == "#/images/0: has 52,500,000 bytes, more than 52,428,800, the most allowed"


@pytest.mark.parametrize(
    ("content", "expected"),
    [(b"\0\0\0\x18ftypisom" + bytes(30), []), (png(9, 9), ["#/audio_url: is in the format png; choose mp3, wav, aac, m4a"])],
    ids=["a video container", "a picture"],
)
def test_sound_may_be_in_a_video_container_and_is_no_picture(content: bytes, expected: list[str]) -> None:
    body: Json = {"images": ["https://example.com/a.png"], "audio_url": as_uri(content, "audio/mp4")}
    assert [str(fault) for fault in TOY.faults("createMusicVideo", body)] == expected
