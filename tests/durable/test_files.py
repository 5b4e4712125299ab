"""Files of jobs: nothing that is there is replaced, and a job knows its own file again."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from vidu_ext.durable.workers.job_files import free_path, kept_path
from vidu_ext.flows.download import Downloaded

pytest_plugins = ["batch_fixtures"]


def downloaded(path: Path, content: bytes) -> Downloaded:
    path.write_bytes(content)
    return Downloaded(path, len(content), sha256(content).hexdigest(), "video/mp4", "video")


def test_name_that_is_taken_is_taken_again(tmp_path: Path) -> None:
    wanted = tmp_path / "v1.5.mp4"
    assert free_path(wanted) == wanted
    wanted.mkdir()
    (tmp_path / "v1.5~2.mp4").symlink_to(tmp_path / "nowhere")
    assert free_path(wanted) == tmp_path / "v1.5~3.mp4"


def test_job_does_not_know_its_own_file_again(tmp_path: Path) -> None:
    wanted, second, third = (tmp_path / name for name in ("a.mp4", "a~2.mp4", "a~3.mp4"))
    assert kept_path(wanted, downloaded(wanted, b"mine")) == wanted
    wanted.write_bytes(b"hers")
    assert kept_path(wanted, downloaded(second, b"mine")) == second
    assert kept_path(wanted, downloaded(third, b"mine")) == second
    assert (wanted.read_bytes(), second.read_bytes(), third.exists()) == (b"hers", b"mine", False)
