"""Pictures of a request: recognised by their bytes, measured without decoding, refused only where that is certain."""

from __future__ import annotations

import base64
import os
import struct
import zlib
from pathlib import Path
from typing import Final, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidu_ext.providers import provider_named
from vidu_ext.spec import media
from vidu_ext.spec.contract import contract_of
from vidu_ext.spec.media import CONTENT_TYPES, Medium, is_known_format, may_be_medium, medium_of, read_medium
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.requests import ImageToVideo, LocalMedia, ReferenceToVideo, TextToVideo, with_media
from vidu_ext.values.tasks import Json


def data_uri(source: LocalMedia) -> str:
    return read_medium(source).data_uri()


def png(width: int, height: int) -> bytes:
    """A whole picture, black."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(b"".join(b"\0" + b"\0" * width for _ in range(height)))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpeg(width: int, height: int, *, before: bytes = b"", marker: int = 0xC0) -> bytes:
    """The head of a picture, with segments before the one that tells the size."""
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
    """The beginning of an ISO media file (ISO/IEC 14496-12, 4.3; the names are registered at mp4ra.org)."""
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
    ("jpeg with fill bytes", jpeg(300, 200, before=b"\xff\xff\xff"), "jpeg"),
    ("jpeg with a bare marker", jpeg(300, 200, before=b"\xff\x01"), "jpeg"),
    ("webp with loss", webp(300, 200, b"VP8 "), "webp"),
    ("webp without loss", webp(300, 200, b"VP8L"), "webp"),
    ("webp with more", webp(300, 200, b"VP8X"), "webp"),
]
UNMEASURED: Final = [
    (b"GIF89a" + bytes(30), "gif"),
    (b"BM" + bytes(60), "bmp"),
    (b"II*\0" + bytes(30), "tiff"),
    (b"MM\0*" + bytes(30), "tiff"),
    (b"\0\0\0\x18ftypheic" + bytes(30), "heic"),
    (b"\0\0\0\x18ftypavif" + bytes(30), "avif"),
    (b"\0\0\0\x18ftypisom" + bytes(30), "mp4"),
    (b"\0\0\0\x14ftypqt  " + bytes(30), "mov"),
    (b"\0\0\0\x08wide" + bytes(30), "mov"),
    (brands(b"heim", b"mif1", b"heim"), "heic"),
    (brands(b"hevs"), "heic"),
    (brands(b"mif1", b"miaf", b"heic"), "heic"),
    (brands(b"mif1", b"miaf", b"avif"), "avif"),
    (brands(b"avis", b"msf1", b"iso8"), "avif"),
    (brands(b"new1", b"heic"), "heic"),
    (brands(b"new1", b"isom"), "mp4"),
    (brands(b"XAVC", b"mp42"), "mp4"),
    (brands(b"3gp4", b"isom", b"3gp4"), "mp4"),
    (brands(b"M4A ", b"isom", b"mp42"), "m4a"),
    (brands(b"qt  ", b"mp42"), "mov"),
    (brands(b"new1"), None),
    (brands(b"new1", b"new2"), None),
    (brands(b"crx ", b"isom"), None),
    (b"\0\0\0\x10ftypnew1\0\0\0\0isom", None),
    (b"\xff\xff\xff\xffftypnew1", None),
    (b"\0\0\0\x18ftypM4A " + bytes(30), "m4a"),
    (b"\x1aE\xdf\xa3" + bytes(30), "webm"),
    (riff(b"AVI ", bytes(30)), "avi"),
    (riff(b"WAVE", bytes(30)), "wav"),
    (b"ID3" + bytes(30), "mp3"),
    (b"\xff\xfb\x90" + bytes(30), "mp3"),
    (b"\xff\xf1\x50" + bytes(30), "aac"),
    (b"OggS" + bytes(30), "ogg"),
    (b"fLaC" + bytes(30), "flac"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
    (b"%PDF-1.7" + bytes(30), None),
    (b"<html>not found</html>", None),
]


@pytest.mark.parametrize(("content", "name"), [row[1:] for row in MEASURED], ids=[row[0] for row in MEASURED])
def test_the_size_of_a_picture_is_misread(content: bytes, name: str) -> None:
    assert medium_of(content) == Medium(content, name, 300, 200)


@pytest.mark.parametrize(("content", "name"), UNMEASURED, ids=[str(name) for _, name in UNMEASURED])
def test_a_format_is_taken_for_another(content: bytes, name: str | None) -> None:
    assert medium_of(content) == Medium(content, name)


@pytest.mark.parametrize("content", [row[1] for row in MEASURED], ids=[row[0] for row in MEASURED])
def test_a_broken_picture_breaks_the_program(content: bytes) -> None:
    for length in range(min(len(content), 200)):
        found = medium_of(content[:length])
        assert (found.width, found.height) in ((None, None), (300, 200), (300, None), (None, 200))


def test_a_header_that_ends_with_the_size_hides_it() -> None:
    whole = jpeg(300, 200, before=segment(0xC4, bytes(28)))
    end = whole.index(b"\xff\xc0") + 9
    assert medium_of(whole[:end]).width == 300
    assert medium_of(whole[: end - 1]).width is None


@given(
    st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF1234WEBPVP8 ", b"RIFF1234WEBPVP8L", b""]),
    st.binary(max_size=200),
)
def test_random_bytes_break_the_program(start: bytes, rest: bytes) -> None:
    medium_of(start + rest)


def test_a_picture_is_sent_under_a_name_that_is_not_its_own(tmp_path: Path) -> None:
    """The ending of a file says nothing: many a photo.jpg is a webp."""
    file = tmp_path / "photo.jpg"
    file.write_bytes(webp(300, 200, b"VP8L"))
    uri = read_medium(file).data_uri()
    assert uri.startswith("data:image/webp;base64,")
    assert base64.b64decode(uri.partition(",")[2]) == file.read_bytes()


def test_every_format_has_a_content_type_that_the_specs_take() -> None:
    rule = contract_of("vidu").media_rule("imageToVideo", "images")
    assert rule is not None
    for name in rule.formats:
        assert not contract_of("vidu").faults(
            "imageToVideo", {"model": "viduq3-turbo", "images": [f"data:{CONTENT_TYPES[name]};base64,AAAA"]}
        )


# -- files ----------------------------------------------------------------------------------------------------------------


def test_a_file_that_cannot_be_sent_is_not_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty.png").touch()
    (tmp_path / "page.html").write_text("<html>" * 10)
    (tmp_path / "large.png").write_bytes(bytes(78))
    monkeypatch.setattr(media, "LARGEST_FILE", 60)
    expected = {
        "missing.png": "cannot be read: No such file",
        "empty.png": "is empty",
        "page.html": "cannot be sent: neither a picture nor a video or sound of a known format",
        "large.png": "has 78 bytes, too many for a request",
        ".": "is no file",
        "a\0b": "cannot be read",
    }
    for name, words in expected.items():
        with pytest.raises(ConfigurationError) as caught:
            read_medium(tmp_path / name)
        assert words in str(caught.value)
        assert str(tmp_path) in str(caught.value)
    with pytest.raises(ConfigurationError, match="the 9 bytes given cannot be sent"):
        read_medium(b"some text")


def test_a_pipe_is_waited_for_without_end(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(ConfigurationError, match="is no file"):
        read_medium(tmp_path / "pipe.png")


def test_a_file_is_read_once_for_each_place_in_a_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "bird.png"
    file.write_bytes(png(200, 200))
    read: list[Path] = []
    whole = Path.read_bytes

    def counted(path: Path) -> bytes:
        read.append(path)
        return whole(path)

    monkeypatch.setattr(Path, "read_bytes", counted)
    request = with_media(ReferenceToVideo(images=[file, "https://example.com/a.png", file, png(300, 300)]), data_uri)
    assert read == [file]
    assert [str(image)[:10] for image in request.images] == ["data:image", "https://ex", "data:image", "data:image"]
    assert request.images[0] == request.images[2]


# -- what a spec says of them ---------------------------------------------------------------------------------------------


def faults(content: bytes, *, operation: str = "referenceToVideo", provider: str = "vidu", said: str | None = None) -> list[str]:
    uri = medium_of(content).data_uri() if said is None else f"data:{said};base64,{base64.b64encode(content).decode()}"
    body: Json = {"model": "viduq2", "prompt": "a", "images": ["https://example.com/a.png", uri]}
    if operation == "imageToVideo":
        body = {"model": "viduq3-turbo", "images": [uri]}
    return [str(fault) for fault in contract_of(provider).faults(operation, body)]


def test_a_picture_that_the_provider_takes_is_refused() -> None:
    for content in (png(128, 512), png(512, 128), jpeg(4000, 1000), webp(128, 128, b"VP8X"), jpeg(300, 200, before=PROFILE)):
        assert faults(content) == []
    assert faults(b"\xff\xd8\xff\xe0broken off", said="image/jpeg") == []
    assert faults(b"of unknown kind", said="image/png") == []
    assert faults(png(1, 1), operation="imageToVideo") == []


def test_a_picture_that_the_provider_refuses_is_sent() -> None:
    assert faults(png(128, 513)) == [
        "#/images/1: is 128 by 513 pixels, a ratio of 0.2495, less than 0.25, the least allowed (0.25 to 4)"
    ]
    assert faults(png(600, 128)) == [
        "#/images/1: is 600 by 128 pixels, a ratio of 4.688, more than 4, the most allowed (0.25 to 4)"
    ]
    assert faults(png(127, 200)) == ["#/images/1: is 127 by 200 pixels; no side may be shorter than 128"]
    assert faults(b"GIF89a" + bytes(30), said="image/png") == ["#/images/1: is in the format gif; choose png, jpeg, webp"]
    assert faults(b"\0\0\0\x18ftypisom" + bytes(30), said="image/png") == [
        "#/images/1: is in the format mp4; choose png, jpeg, webp"
    ]


@pytest.mark.parametrize("data", ["", "=", "==", " ", "\r\n", "===="], ids=repr)
@pytest.mark.parametrize("said", ["image/png", "IMAGE/PNG"])
def test_data_uri_with_nothing_in_it_is_refused(data: str, said: str) -> None:
    """It was sent, and refused where it is paid for."""
    body: Json = {"model": "viduq3-turbo", "images": [f"data:{said};base64,{data}"]}
    (fault,) = contract_of("vidu").faults("imageToVideo", body)
    assert fault.pointer == "#/images/0"
    assert "data URI" in str(fault)


@pytest.mark.parametrize(
    "address", ["https:///a.png", "https://", "http://?a", "https:// /a.png", "http://:80/a.png", "https://#a"]
)
@pytest.mark.parametrize("provider", ["vidu", "comfy", "zenlayer"])
def test_address_without_a_host_is_refused(address: str, provider: str) -> None:
    body: Json = {"model": "viduq3-turbo", "images": [address]}
    (fault,) = contract_of(provider).faults("imageToVideo", body)
    assert "is not an http(s) address" in str(fault)


@pytest.mark.parametrize("text", ["\0", "a bird\0", "a\0bird"], ids=repr)
def test_text_with_a_nul_is_refused(text: str) -> None:
    for body in ({"model": "viduq3-turbo", "prompt": text}, {"model": "viduq3-turbo", "prompt": "a bird", "payload": text}):
        (fault,) = contract_of("vidu").faults("textToVideo", cast("Json", body))
        assert "contains a NUL" in str(fault)
    with pytest.raises(ConfigurationError, match="NUL"):
        TextToVideo(prompt="a bird", options={"style": text})


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("data:IMAGE/JPEG;base64,/9j/4AAQ", "data:image/jpeg;base64,/9j/4AAQ"),
        ("DATA:image/JPEG;BASE64,/9j/4AAQ", "data:image/jpeg;base64,/9j/4AAQ"),
        ("HTTPS://Example.com/A.png?Sig=B%2F", "https://Example.com/A.png?Sig=B%2F"),
        ("https://example.com/A.png", "https://example.com/A.png"),
        ("ssupload:?id=A1", "ssupload:?id=A1"),
    ],
)
def test_scheme_and_content_type_are_taken_in_any_case_and_sent_in_one(given: str, sent: str) -> None:
    """RFC 3986, 3.1 and RFC 2045, 5.1: neither depends on case."""
    encoded = provider_named("vidu").encode(ImageToVideo(image=given, model="viduq3-turbo"))
    assert encoded.body["images"] == [sent]
    assert contract_of("vidu").faults("imageToVideo", {"model": "viduq3-turbo", "images": [given]}) == ()


def test_prompt_that_begins_as_an_address_is_sent_as_it_is() -> None:
    prompt = "HTTPS://Example.com on a screen"
    assert provider_named("vidu").encode(TextToVideo(prompt=prompt, model="viduq3-turbo")).body["prompt"] == prompt


def test_picture_of_a_phone_is_not_sent_as_a_video(tmp_path: Path) -> None:
    """A HEIC picture of the brand `heim` went out as data:video/mp4."""
    picture = brands(b"heim", b"mif1", b"heim")
    assert medium_of(picture).data_uri().startswith("data:image/heic;")
    (tmp_path / "video.mp4").write_bytes(brands(b"new1"))
    with pytest.raises(ConfigurationError, match="neither a picture nor a video"):
        read_medium(tmp_path / "video.mp4")
    assert is_known_format(brands(b"new1")), "a film that is paid for is kept whatever its brand"


def test_a_format_that_the_text_itself_names_is_refused_twice() -> None:
    (fault,) = faults(b"GIF89a" + bytes(30))
    assert "is not an http(s) address or a data URI of an image (png, jpeg, webp)" in fault


def test_a_picture_too_large_for_the_provider_is_sent() -> None:
    contract = contract_of("comfy")
    large = f"data:image/png;base64,{'A' * 70_000_000}"
    (fault,) = contract.faults("imageToVideo", {"model": "viduq3-turbo", "images": [large]})
    assert str(fault) == "#/images/0: has 52,500,000 bytes, more than 52,428,800, the most allowed"


def test_a_sound_in_a_container_for_videos_is_refused() -> None:
    sound = base64.b64encode(b"\0\0\0\x18ftypisom" + bytes(30)).decode()
    body: Json = {"images": ["https://example.com/a.png"], "audio_url": f"data:audio/mp4;base64,{sound}"}
    assert contract_of("vidu").faults("createMusicVideo", body) == ()
    picture = cast("dict[str, Json]", body) | {"audio_url": f"data:audio/mp4;base64,{base64.b64encode(png(9, 9)).decode()}"}
    (fault,) = contract_of("vidu").faults("createMusicVideo", picture)
    assert str(fault) == "#/audio_url: is in the format png; choose mp3, wav, aac, m4a"


def test_a_file_of_an_image_request_is_checked_before_it_is_paid(tmp_path: Path) -> None:
    file = tmp_path / "strip.png"
    file.write_bytes(png(500, 100))
    request = with_media(ImageToVideo(image=file, model="viduq3-turbo"), data_uri)
    body: Json = {"model": "viduq3-turbo", "images": [cast("str", request.image)]}
    (fault,) = contract_of("vidu").faults("imageToVideo", body)
    assert "is 500 by 100 pixels, a ratio of 5, more than 4" in str(fault)


# First bytes as the formats' own documents give them: what a provider may send one day, and what is not known here by name.
OTHER_MEDIA: Final = {
    "FLV": b"FLV\x01\x05\0\0\0\x09\0\0\0\0\x12\0\0",
    "MPEG-TS": b"\x47\x40\0\x10\0\0\xb0\x0d\0\x01\xc1\0\0\0\x01\xf0",
    "MPEG-PS": b"\0\0\x01\xba\x44\0\x04\0\x04\x01\x01\x89\xc3\xf8\0\0",
    "ASF": bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"),
    "AIFF": b"FORM\0\0\x10\0AIFFCOMM",
    "AMR": b"#!AMR\n\x3c\x91\x17\x16\xbe\x66\x78\0\0\x01",
    "JPEG XL": b"\0\0\0\x0cJXL \x0d\x0a\x87\x0a\0\0\0\x14",
    "AC-3": b"\x0b\x77\x12\x34\x14\x40\x43\xe1\x06\xf5\xf9\xf2\xfc\x7c\x7c\x6d",
    "ISO media of an unknown brand": b"\0\0\0 ftypnew1\0\0\0\0",
    "nothing known": bytes(16),
}


@pytest.mark.parametrize("name", OTHER_MEDIA)
@pytest.mark.parametrize("content_type", [None, "application/octet-stream", "video/mp4"])
def test_medium_of_a_format_that_is_not_known_here_may_be_one(name: str, content_type: str | None) -> None:
    assert may_be_medium(OTHER_MEDIA[name], content_type)


def test_medium_of_a_known_format_is_known_by_sixteen_bytes() -> None:
    heads = [png(40, 40), jpeg(40, 40), webp(40, 40, b"VP8 "), riff(b"WAVE", bytes(8)), b"ID3\x04" + bytes(12)]
    assert all(is_known_format(head[:16]) and may_be_medium(head[:16], "text/html") for head in heads)


# -- cut off --------------------------------------------------------------------------------------------------------------


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content


WHOLE: Final = {
    "png": png(640, 480),
    "jpeg": b"\xff\xd8" + b"\xff\xe1" + struct.pack(">H", 40) + b"\xff\xd8thumbnail\xff\xd9" + bytes(25)
    + b"\xff\xda" + struct.pack(">H", 12) + bytes(10) + b"scan" * 20 + b"\xff\xd9",
    "webp": b"RIFF" + struct.pack("<I", 104) + b"WEBPVP8 " + bytes(96),
    "mp4": box(b"ftyp", b"isom" + bytes(4) + b"mp42") + box(b"moov", bytes(40)) + box(b"mdat", b"film" * 40),
    "heic": box(b"ftyp", b"heic" + bytes(4) + b"mif1") + box(b"meta", bytes(40)) + box(b"mdat", b"picture" * 20),
}  # fmt: skip


@pytest.mark.parametrize("name", WHOLE)
def test_whole_medium_is_taken_also_with_something_behind_it(name: str) -> None:
    assert read_medium(WHOLE[name]).format == name
    assert read_medium(WHOLE[name] + bytes(3)).format == name


@pytest.mark.parametrize("name", WHOLE)
def test_medium_that_is_cut_off_is_refused_before_it_costs_anything(name: str, tmp_path: Path) -> None:
    """Half a film was uploaded, and paid for."""
    path = tmp_path / f"half.{name}"
    for share in (0.6, 0.8, 0.97):
        path.write_bytes(WHOLE[name][: max(int(len(WHOLE[name]) * share), 64)])
        with pytest.raises(ConfigurationError, match="is cut off"):
            read_medium(path)
