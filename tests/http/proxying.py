"""A proxy on the loopback interface that records what it receives and forwards it to a server of these tests.

It terminates the TLS of a tunnel with a certificate made for the run, so that one Server plays http and https hosts.
"""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final, Self

HOST: Final = "f.example"
"""The host of films, which no name server knows."""

HAS_OPENSSL: Final = shutil.which("openssl") is not None


def make_certificate(folder: Path) -> Path:
    """Return one file with a certificate for HOST and 127.0.0.1, and its key."""
    key, certificate, both = folder / "key.pem", folder / "certificate.pem", folder / "both.pem"
    names = f"subjectAltName=DNS:{HOST},IP:127.0.0.1"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=tests -addext"
    subprocess.run([*command.split(), names, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    both.write_bytes(key.read_bytes() + certificate.read_bytes())
    return both


class Proxy:
    """A proxy at one port of 127.0.0.1, reached in clear, or over TLS (then for http URLs only)."""

    def __init__(self, file_host: str, certificate: Path | None = None, *, over_tls: bool = False) -> None:
        """`file_host` is the origin of the server that plays HOST. Other hosts are reached by their names."""
        self.lines: Final[list[str]] = []
        """Request lines addressed to the proxy."""
        self.heads: Final[list[bytes]] = []
        """Heads of the requests addressed to the proxy; for a tunnel, only its CONNECT."""
        self._file_host: Final = file_host.partition("://")[2]
        self._tls: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if certificate is not None:
            self._tls.load_cert_chain(certificate)
        self._over_tls: Final = over_tls
        self._listener: Final = socket.create_server(("127.0.0.1", 0))
        self.url: Final = f"{'https' if over_tls else 'http'}://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError):
            if self._over_tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with connection, connection.makefile("rb") as stream:
                line, headers = _read_head(stream)
                self.lines.append(line)
                self.heads.append(f"{line}\r\n{headers}".encode("latin-1"))
                method, target, version = line.split(" ")
                if method != "CONNECT":
                    authority, slash, path = target.partition("://")[2].partition("/")
                    self._forward(connection, stream, f"{method} {slash}{path} {version}", headers, authority)
                    return
                connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                with self._tls.wrap_socket(connection, server_side=True) as inner, inner.makefile("rb") as inside:
                    self._forward(inner, inside, *_read_head(inside), target)

    def _forward(self, to: socket.socket, stream: BinaryIO, line: str, headers: str, authority: str) -> None:
        """Send one request to the host that `authority` names, and its answer back."""
        host, _, port = (self._file_host if authority.partition(":")[0] == HOST else authority).partition(":")
        kept = [header for header in headers.split("\r\n") if header and not header.lower().startswith(("connection:", "proxy-"))]
        size = next((int(header.split(":")[1]) for header in kept if header.lower().startswith("content-length:")), 0)
        with socket.create_connection((host, int(port or "80"))) as onward:
            onward.sendall("\r\n".join([line, *kept, "Connection: close", "", ""]).encode("latin-1") + stream.read(size))
            onward.shutdown(socket.SHUT_WR)
            while chunk := onward.recv(65536):
                to.sendall(chunk)


def _read_head(stream: BinaryIO) -> tuple[str, str]:
    line = stream.readline().decode("latin-1").strip()
    headers = ""
    while header := stream.readline().decode("latin-1").strip():
        headers += f"{header}\r\n"
    return line, headers
