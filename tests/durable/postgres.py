"""A PostgreSQL server on the loopback interface, from Debian's package, which is removed with its data at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Final, Self

PACKAGED: Final = "/usr/lib/postgresql"
START_SECONDS: Final = 30


def binaries() -> Path | None:
    """Return the folder with initdb and postgres of the newest version; None if none is installed."""
    on_path = shutil.which("initdb")
    versions = sorted((path.parent for path in Path(PACKAGED).glob("*/bin/initdb")), key=lambda path: path.parent.name)
    return versions[-1] if versions else Path(on_path).resolve().parent if on_path else None


def why_not() -> str | None:
    """Return the reason why no server can be started here; None if one can."""
    if binaries() is None:
        return "PostgreSQL is not installed (Debian: apt-get install postgresql): NOTHING about PostgreSQL was tested"
    if os.geteuid() == 0 and _unprivileged() is None:
        return "PostgreSQL does not run as root and there is no user postgres: NOTHING about PostgreSQL was tested"
    return None


def _unprivileged() -> pwd.struct_passwd | None:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return None


class Postgres:
    """One server with any number of databases."""

    def __init__(self) -> None:
        user = _unprivileged() if os.geteuid() == 0 else None
        self._as_user: dict[str, Any] = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
        self._folder = Path(tempfile.mkdtemp(prefix="vidu-postgres-"))
        self._data = self._folder / "data"
        self._bin = binaries() or Path()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: Final[int] = free.getsockname()[1]
        if user is not None:
            os.chown(self._folder, user.pw_uid, user.pw_gid)
        self._run("initdb", "--auth=trust", "--username=vidu", "--encoding=UTF8", "--locale=C", "--no-sync", str(self._data))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._control("stop", "-m", "immediate")  # the data is removed
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, database: str) -> str:
        return f"postgresql://vidu@127.0.0.1:{self.port}/{database}"

    def create(self, database: str, *, template: str = "template1") -> str:
        """Create a database as a copy of another one, and return its URL."""
        self._run("createdb", "--host=127.0.0.1", f"--port={self.port}", "--username=vidu", f"--template={template}", database)
        return self.url(database)

    def start(self) -> None:
        options = f"-c listen_addresses=127.0.0.1 -p {self.port} -k {self._folder} -c fsync=off -c max_connections=200"
        self._control("start", "-o", options, "-l", str(self._folder / "log"))

    def stop(self) -> None:
        """Stop at once and cut every connection; what was committed stays."""
        self._control("stop", "-m", "fast")

    def _control(self, word: str, *options: str) -> None:
        self._run("pg_ctl", word, "-w", "-t", str(START_SECONDS), "-D", str(self._data), *options)

    def cut_connections(self, database: str) -> None:
        """Cut every connection to a database, like a firewall or a failover."""
        statement = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'"  # noqa: S608  a name of ours
        self._run("psql", "--host=127.0.0.1", f"--port={self.port}", "--username=vidu", "--command", statement, "postgres")

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._bin / program), *arguments]
        subprocess.run(command, check=True, capture_output=True, cwd=self._folder, **self._as_user)
