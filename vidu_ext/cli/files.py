"""The options for the files of a result, checked before anything is paid, and the download."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from errno import ENAMETOOLONG
from pathlib import Path
from typing import Annotated, Final, Self, TypeAlias

import typer

from vidu_ext.client.vidu import TaskResult, Vidu
from vidu_ext.flows.download import Downloaded, DownloadOptions, OnProgress, Overwrite
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.tasks import OutputKind
from vidu_ext.values.urls import path_of

from .config import Configuration
from .options import AllowPrivateHosts, option

_KIND: Final = "The file of this kind (video, image, audio, cover, ...); else the main one."
Kind: TypeAlias = Annotated[OutputKind | None, typer.Option("--kind", metavar="KIND", help=_KIND)]

_SEPARATORS: Final = tuple({os.sep, "/"})


@dataclass(kw_only=True, eq=False, repr=False)
class FileOptions:
    """The options for the files of a result."""

    output: str | None = option(
        None, "--output", "-o", metavar="PATH", help="Output file, or folder: an existing one, or a path that ends in /."
    )
    kind: Kind = None
    all_files: bool = option(False, "--all-files", help="Every file of the result, into a folder.")
    overwrite: bool = option(True, "--overwrite/--no-overwrite", help="Replace a file that exists.")
    allow_private_hosts: AllowPrivateHosts = False

    @property
    def is_wanted(self) -> bool:
        """Whether any option asks for a file."""
        return self.output is not None or self.kind is not None or self.all_files

    def checked(self, configuration: Configuration, *, tasks: int) -> Self:
        """Return the options with the place for the files of `tasks` tasks. Raises ConfigurationError if it cannot hold them."""
        if self.kind is not None and self.all_files:
            raise ConfigurationError("--kind and --all-files cannot be combined.")
        configured = configuration.defaults.output
        usual = "./" if configured is None else os.path.join(path_of(configured), "")  # noqa: PTH118 - the / is wanted
        target = usual if self.output is None else self.output
        if (self.all_files or tasks > 1) and not _is_folder(target):
            raise ConfigurationError(f"{target} is one file, and several are to be saved: name a folder, with / at its end.")
        check_place(target, overwrite=self.overwrite)
        return replace(self, output=target)

    def arguments(self) -> list[str]:
        """Return the options of the command that give the same files."""
        texts = {"--output": self.output, "--kind": self.kind}
        flags = {
            "--all-files": self.all_files,
            "--no-overwrite": not self.overwrite,
            "--allow-private-hosts": self.allow_private_hosts,
        }
        named = [word for option, text in texts.items() if text is not None for word in (option, text)]
        return [*named, *(flag for flag, is_set in flags.items() if is_set)]

    def deliver(self, vidu: Vidu, result: TaskResult, on_progress: OnProgress) -> tuple[Downloaded, ...]:
        """Download the files of a result. Raises a DownloadError."""
        target = self.output or "./"
        overwrite: Overwrite = "replace" if self.overwrite else "refuse"
        options = DownloadOptions(sha256=True, overwrite=overwrite, allow_private_hosts=self.allow_private_hosts)
        if self.all_files:
            return vidu.download_all(result, target, options=options, on_progress=on_progress)
        return (vidu.download(result, target, kind=self.kind, options=options, on_progress=on_progress),)


def _is_folder(target: str) -> bool:
    return target.endswith(_SEPARATORS) or Path(target).is_dir()


def check_place(target: str, *, overwrite: bool) -> None:
    """Raise ConfigurationError now for a target that would fail later, when the task is paid."""
    if target in ("", "-"):
        raise ConfigurationError("--output needs the name of a file or folder.")
    path = Path(target)
    try:
        os.lstat(target)
    except OSError as error:
        if error.errno == ENAMETOOLONG:
            raise ConfigurationError(f"--output: the name {path.name[:20]}… is too long.") from None
    if _is_folder(target):
        place = next(place for place in (path, *path.absolute().parents) if os.path.lexists(place))
        places = [place]
        if not os.path.isdir(place):  # noqa: PTH112 - it raises nothing
            raise ConfigurationError(f"--output: {place} is not a folder.")
    elif not path.parent.is_dir():
        raise ConfigurationError(f"--output: there is no folder {path.parent}. Nothing was sent; create it, or name another.")
    elif path.exists() and not overwrite:
        raise ConfigurationError(f"--output: {target} exists, and --no-overwrite was given.")
    elif path.exists() and not path.is_file():
        raise ConfigurationError(f"--output: {target} is not a regular file, and is not replaced.")
    else:
        places = [path.parent, *([path] if path.exists() else ())]  # the part file is written beside the target
    for place in places:
        if not os.access(place, os.W_OK | (os.X_OK if place.is_dir() else 0)):
            raise ConfigurationError(f"--output: {place} cannot be written. Nothing was sent; name another place.")
