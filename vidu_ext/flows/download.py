"""Download the files of a result: resume after a failure, renew an expired URL, or raise an error with the reason.

No file has its final name before it is complete. The key is sent only to hosts that the spec names, over https, and only after
they refused a request without it.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Final, Literal, Never, TypeAlias, TypeVar

from attrs import define, evolve, field, frozen

from vidu_ext.spec.formats import is_known_format, is_picture, is_text, may_be_medium
from vidu_ext.values import errors
from vidu_ext.values.errors import one_line
from vidu_ext.values.exchange import ExchangeError, Reply
from vidu_ext.values.remedy import Action
from vidu_ext.values.secrets import redacted
from vidu_ext.values.tasks import MAIN_KINDS, Output, OutputKind, TaskRef
from vidu_ext.values.urls import METADATA, NOT_PUBLIC, ending, forbidden, may_take_key, nearness, redirected, same_host, shown_url

from .destination import Destination, Target, Version
from .destination import DownloadOptions as DownloadOptions
from .destination import Overwrite as Overwrite
from .effects import Chance, Flow, Now, Pause, Work
from .file_effects import Fetch, Write
from .policy import retry_after
from .retry import log_trouble

T = TypeVar("T")

Refresh: TypeAlias = Callable[[], Flow[tuple[Output, ...]]]
"""Polls the task once more and returns its outputs with fresh URLs."""

MOST_REDIRECTS: Final = 5
MOST_REFRESHES: Final = 3
"""Fresh URLs that are tried one after the other without a new byte."""
REPORT_SECONDS: Final = 0.2
"""Seconds between two reports of progress."""

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_TRY_AGAIN: Final = frozenset({408, 425, 429})
"""Client-error statuses after which the same URL is tried again."""
_NO_MEDIA: Final = frozenset(
    {"application/json", "application/problem+json", "application/xhtml+xml", "application/xml", "text/html", "text/xml"}
)
"""Content types of error pages that come with a success status."""
_NO_CODINGS: Final = frozenset({"", "identity", "aws-chunked", "binary", "none", "utf-8", "utf8", "7bit", "8bit"})
"""Words that some storage services send as Content-Encoding and that mean no encoding."""
_ENCODED: Final = "the server answered with an encoding that was not asked for"
_HEAD_BYTES: Final = 16
"""Bytes that are checked before the first one is stored."""
_SHOWN: Final = 40
"""Characters that a message shows of a body that is no file."""
_ANY_TYPE_KINDS: Final[frozenset[OutputKind]] = frozenset({"moderation", "attachment", "file"})
_NEVER_PICTURES: Final[frozenset[OutputKind]] = frozenset({"video", "audio", "speech", "sound", "music"})
"""Kinds in whose place a picture is not the file: some services show one until the film is there."""
_NO_TYPES: Final = frozenset({None, "application/octet-stream", "binary/octet-stream"})
"""Content types without a meaning."""
_STRONG_ETAG: Final = re.compile(r'"[\x21\x23-\x7e]{1,200}"')
_DATE: Final = re.compile(r"[A-Za-z0-9:, +-]{10,60}")
_LENGTH: Final = re.compile(r"[0-9]{1,18}")
_CONTENT_RANGE: Final = re.compile(r"(?i:bytes)[ =:]\s*([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})")

Cure = Literal["wait", "start over", "send the key", "refresh the URL"]


@frozen
class Downloaded:
    """A complete file."""

    path: Path | None
    """None if it was written to an open file."""
    size: int
    sha256: str | None
    """In hexadecimal digits; None if it was not requested."""
    content_type: str | None
    kind: OutputKind


@frozen
class DownloadProgress:
    """The progress of the download of one file."""

    ref: TaskRef
    kind: OutputKind
    received: int
    """Bytes received, including those of a download that this one resumes."""
    total: int | None
    """Bytes of the whole file; None if the server does not say."""
    rate: float | None
    """Bytes a second since this download began; None at its beginning."""

    @property
    def seconds_left(self) -> float | None:
        """Seconds left at this rate; None if the size or the rate is not known."""
        return (self.total - self.received) / self.rate if self.total is not None and self.rate else None


OnProgress: TypeAlias = Callable[[DownloadProgress], object]


def choose(outputs: Sequence[Output], kind: OutputKind | None = None) -> Output:
    """Return the first file of a kind, or of the first main kind that exists. Raises DownloadError that lists the kinds."""
    wanted = MAIN_KINDS if kind is None else (kind,)
    candidates = (output for output in outputs if output.kind in wanted)
    chosen = min(candidates, key=lambda output: wanted.index(output.kind), default=None)
    if chosen is not None:
        return chosen
    kinds = ", ".join(dict.fromkeys(output.kind for output in outputs)) or "no files at all"
    raise errors.DownloadError(
        f"The result has no file of this kind ({', '.join(wanted)}). It has: {kinds}. The task stays paid."
    )


@frozen(kw_only=True)
class Source:
    """The task whose files are downloaded, with what its account determines."""

    ref: TaskRef
    destination: Callable[[Target, TaskRef, Output, int, DownloadOptions], Destination]
    refresh: Refresh
    account_host: str
    key_hosts: Sequence[str]
    """The hosts that may receive the key, that of the account among them."""
    late_share: Callable[[], float]
    """Returns the share of the retry budget in which a missing file may only be late. 0 for a task that ended long ago, or that
    this client has not polled."""
    on_progress: OnProgress | None
    monotonic: Callable[[], float]


def download_flow(
    source: Source, output: Output, target: Target, *, options: DownloadOptions, index: int = 0
) -> Flow[Downloaded]:
    """Download a file to the target. `index` is its number among the outputs of its kind, from 0.

    Raises DownloadError; the bytes received so far are kept if another download of the same file can resume with them, also
    when the flow is closed.
    """
    place = yield from Work(partial(source.destination, target, source.ref, output, index, options))
    with closing(place):
        yield from Work(place.open)
        download = _Download(source, output, index, place, options)
        yield from download.run()
        download.report(is_end=True)
        content_type = place.version.content_type
        path = yield from _run_write(place.finish, place)
        return Downloaded(path, place.size, place.sha256, content_type, output.kind)


def _run_write(write: Callable[[], T], place: Destination) -> Flow[T]:
    """Run a function that writes to a destination, and return its value."""
    return (yield from Work(write)) if place.is_own else write()


def download_all_flow(
    source: Source, outputs: Sequence[Output], folder: str | os.PathLike[str], *, options: DownloadOptions
) -> Flow[tuple[Downloaded, ...]]:
    """Download all files of a result into a folder, which is made if needed, each under its own name.

    A file that fails does not stop the others. At the end the first failure is raised, with the others as its notes.
    """
    if not outputs:
        raise errors.DownloadError(f"The result of {source.ref} has no files. The task stays paid.", source.ref)
    target = os.path.join(folder, "")  # noqa: PTH118  a Path drops the separator that marks a folder
    counted: Counter[OutputKind] = Counter()
    done: list[Downloaded] = []
    failures: list[errors.DownloadError] = []
    for output in outputs:
        index = counted[output.kind]
        counted[output.kind] += 1
        try:
            done.append((yield from download_flow(source, output, target, options=options, index=index)))
        except errors.DownloadError as failure:
            failures.append(failure)
    if failures:
        failures[0].add_note(f"{len(done)} of {len(outputs)} files of the result are in {folder!s}.")
        for other in failures[1:]:
            failures[0].add_note(f"Another file failed too: {other}")
        raise failures[0]
    return tuple(done)


def same_output(outputs: Sequence[Output], output: Output, index: int) -> Output | None:
    """Return the same file in a later answer; None if that is not certain."""
    of_kind = [other for other in outputs if other.kind == output.kind]
    if index < len(of_kind) and of_kind[index].creation_id == output.creation_id:
        return of_kind[index]
    of_creation = [other for other in of_kind if other.creation_id == output.creation_id]
    return of_creation[0] if len(of_creation) == 1 and output.creation_id is not None else None


@frozen(eq=False)
class _Setback:
    """Why a try did not complete the file, and what may help."""

    detail: str
    cure: Cure = "wait"
    retry_after: float | None = None
    cause: ExchangeError | None = None


class _StrangeBodyError(ExchangeError):
    """The body of the answer cannot be the file."""


@define(eq=False, repr=False)
class _Download:
    """The state of the download of one file: its URL, and what was tried since the last new byte."""

    source: Source
    output: Output
    index: int
    place: Destination
    options: DownloadOptions
    url: str = field(init=False)
    needs_key: bool = field(default=False, init=False)
    """Whether this URL was refused without the key and may receive it."""
    largest_size: int = field(init=False)
    """Only bytes beyond it are new: otherwise a server that always breaks off would be asked forever."""
    stalled_since: float = field(default=0.0, init=False)
    """When the last new byte arrived; at first, when the download began."""
    failures: int = field(default=0, init=False)
    refreshes: int = field(default=0, init=False)
    started_over: bool = field(default=False, init=False)
    last_logged: str | None = field(default=None, init=False)
    """The last failure in the log."""
    size_at_end: int | None = field(default=None, init=False)
    """Size of the file at the end of the open body; None if the answer does not say."""
    setback: _Setback | None = field(default=None, init=False)
    """Why the last answer is not the file or the rest of it."""
    beginning: Version | None = field(default=None, init=False)
    """The version of a body that arrives from its first byte, until its first bytes are stored."""
    is_encoded: bool = field(default=False, init=False)
    held: bytes = field(default=b"", init=False)
    """The first bytes of that body until they are enough to see whether it can be the file."""

    began: float = field(init=False)
    began_with: int = field(init=False)
    """Bytes received before it began."""
    reported: float = field(default=0.0, init=False)
    """When progress was last reported."""

    def __attrs_post_init__(self) -> None:
        self.url = self.output.url
        self.largest_size = self.began_with = self.place.size
        self.began = self.source.monotonic()

    def run(self) -> Flow[None]:
        """Try until the file is complete."""
        self.stalled_since = yield from Now()
        while True:
            setback = yield from self._try()
            if setback is None:
                return
            yield from self._recover(setback)

    def _try(self) -> Flow[_Setback | None]:
        """Request the file, or the rest of it, once. Return why it is not complete; None if it is."""
        broken_off: _Setback | None = None
        try:
            yield from self._request()
            if self.setback is not None:
                return self.setback
            if self.beginning is not None:  # a body of a few bytes
                yield from _run_write(self._store, self.place)
        except ExchangeError as failure:
            broken_off = _Setback(failure.detail, cause=failure)
        return broken_off if self.beginning is not None else self._find_gap(broken_off)

    def _request(self) -> Flow[None]:
        """Send the request and follow redirects, none of which may lead where nothing is to be sent."""
        self.setback, self.beginning, self.held = None, None, b""
        headers = {"accept-encoding": "identity"}
        if begin := self.place.resumable:
            headers |= {"range": f"bytes={begin}-", "if-range": self.place.version.validator or ""}
        before = url = self.url
        sends_key = self.needs_key
        near = METADATA if self.options.allow_private_hosts else nearness(self.source.account_host)
        for _ in range(MOST_REDIRECTS + 1):
            if reason := forbidden(url, before=before, near=near):
                action: Action = "trust-host" if reason == NOT_PUBLIC else "download"
                detail = f"{self._file} {reason}. Nothing was sent there; the task stays paid."
                raise errors.DownloadRefusedError(detail, self.source.ref, action=action)
            key_of = self.source.ref.account if sends_key else None
            location = _location_of((yield from Fetch(url, headers, key_of, self._take, self.report, self.place.is_own)))
            if not location:
                return
            before, url = url, redirected(url, location)
            sends_key = sends_key and same_host(url, self.url)
        raise errors.DownloadRefusedError(
            f"{self._file} leads through more than {MOST_REDIRECTS} redirects. The task stays paid.", self.source.ref
        )

    def _take(self, head: Reply) -> Write | None:
        """Return what receives the body of an answer if that is the file or the rest of it."""
        if _location_of(head):
            return None
        self.setback = self._check_answer(head, self.place.resumable)
        return self._write if self.setback is None else None

    def _check_answer(self, head: Reply, begin: int) -> _Setback | None:
        """Return what is wrong with an answer; None if it is the file or the rest of it."""
        status = head.status
        detail = f"the server answered HTTP {status}"
        if status in (200, 206):
            return self._accept(head, begin)
        if status in (401, 403) and not self.needs_key and may_take_key(self.url, self.source.key_hosts):
            return _Setback(detail, "send the key")
        if status == 416:
            return _Setback(detail, "start over")
        if status < 400 or status >= 500 or status in _TRY_AGAIN:
            asked = retry_after(head.headers)
            return _Setback(f"{detail} and asks to wait {asked:.0f} s" if asked else detail, retry_after=asked)
        return _Setback(detail, "refresh the URL", retry_after(head.headers))

    def _accept(self, head: Reply, begin: int) -> _Setback | None:
        """Prepare to receive the body of a success answer, or return why it is not the file or the rest of it."""
        version = _version_of(head.headers)
        if head.status == 206:
            end, total = _range_of(head.headers, begin)
            if total is None or (begin and not _continues(self.place.version, head.headers, total)):
                return _Setback("the server answered with another part than the requested one", "start over")
            self.size_at_end = end
            version = evolve(self.place.version if begin else version, total=total)
        else:
            begin, self.size_at_end = 0, version.total
        self.place.check_room(version.total)
        codings = {word.strip().lower() for word in head.headers.get("content-encoding", "").split(",")} - _NO_CODINGS
        self.is_encoded = bool(codings)
        if not begin:
            self.beginning = version
        elif codings:
            return _Setback(_ENCODED, "start over")
        else:
            self.place.version = version
        return None

    def _write(self, data: bytes) -> None:
        if self.beginning is None:
            self.place.write(data)
            return
        self.held += data
        if len(self.held) >= _HEAD_BYTES:
            self._store()

    def _store(self) -> None:
        """Begin the file with the bytes held. If they cannot be its first ones, raise ExchangeError and keep what was stored."""
        version, held = self.beginning or Version(), self.held
        if held and (strange := self._strangeness(held[:_HEAD_BYTES], version.content_type)):
            begins = one_line(redacted(held[: 4 * _HEAD_BYTES].decode(errors="replace"))[:_SHOWN])
            raise _StrangeBodyError(f'{strange}: it begins "{begins}"', sent=True)
        is_page = version.content_type in _NO_MEDIA and self.output.kind not in _ANY_TYPE_KINDS
        self.place.restart(evolve(version, content_type=None) if is_page else version)
        self.beginning, self.held = None, b""
        self.place.write(held)

    def _strangeness(self, first: bytes, content_type: str | None) -> str | None:
        """Return why a body with these first bytes cannot be the file; None if it can. They count more than its content type."""
        kind = self.output.kind
        strange = f"the first bytes of the answer are not of a file of this kind ({kind})"
        if self.is_encoded:
            is_file, strange = is_known_format(first), _ENCODED
        elif kind in _ANY_TYPE_KINDS:
            is_file = kind != "file" or ending(self.url) is not None or content_type not in _NO_TYPES or not is_text(first)
        elif content_type in _NO_MEDIA:
            is_file, strange = is_known_format(first), f"the server answered {content_type} in place of the {kind} file"
        else:
            is_file = may_be_medium(first) and not (kind in _NEVER_PICTURES and is_picture(first))
        return None if is_file else strange

    def _find_gap(self, broken_off: _Setback | None) -> _Setback | None:
        """Return why the file is not complete; None if it is."""
        size, total = self.place.size, self.place.version.total
        if self.size_at_end is not None and size > self.size_at_end:
            return _Setback("the server sent more bytes than it announced", "start over")
        if size and size == total:
            return None
        if broken_off is None and total and size < total:
            return _Setback(f"the body ended after {size} of {total} bytes")
        return broken_off or (None if size else _Setback("the file is empty"))

    def report(self, *, is_end: bool = False) -> None:
        """Report the progress a few times a second, and at the end."""
        moment = self.source.monotonic()
        if self.source.on_progress is None or (not is_end and moment - self.reported < REPORT_SECONDS):
            return
        self.reported = moment
        received, elapsed = self.place.size, moment - self.began
        self.began_with = min(self.began_with, received)  # less if the file was begun again
        rate = (received - self.began_with) / elapsed if elapsed > 0 else None
        total = received if is_end else self.place.version.total
        self.source.on_progress(DownloadProgress(self.source.ref, self.output.kind, received, total, rate))

    def _recover(self, setback: _Setback) -> Flow[None]:
        """Do what may help before the next try. Raises DownloadError if nothing is left to do."""
        if self.place.size > self.largest_size:
            self.largest_size = self.place.size
            self.stalled_since = yield from Now()
            self.failures, self.refreshes, self.last_logged = 0, 0, None
        match setback.cure:
            case "send the key":
                self.needs_key = True
            case "refresh the URL":
                yield from self._renew(setback)
            case "start over":
                self.place.restart(Version())
                if self.started_over:
                    yield from self._wait(setback)
                self.started_over = True
            case "wait":
                yield from self._wait(setback)

    def _wait(self, setback: _Setback) -> Flow[None]:
        self.failures += 1
        moment, budget = (yield from Now()), self.options.retry.budget
        seconds = self.options.retry.pause(self.failures, (yield from Chance()), setback.retry_after)
        is_over = self.failures >= self.options.tries or moment + seconds > self.stalled_since + budget
        if is_over and not self._may_be_late(setback, moment + seconds):
            self._give_up(setback)
        if setback.detail != self.last_logged:
            self.last_logged = setback.detail
            log_trouble(f"{self._file} cannot be downloaded now", setback.detail, self.stalled_since + budget - moment)
        yield from Pause(seconds)

    def _may_be_late(self, setback: _Setback, moment: float) -> bool:
        """Return whether the file of a task that has just ended may only not be in the storage yet."""
        is_answer = setback.cause is None or isinstance(setback.cause, _StrangeBodyError)  # and not a failed connection
        is_missing = setback.cure == "refresh the URL" or (is_answer and not self.place.size)
        return is_missing and moment < self.stalled_since + self.source.late_share() * self.options.retry.budget

    def _renew(self, setback: _Setback) -> Flow[None]:
        """Take a fresh URL: at once the first time, after a pause if a fresh one did not work."""
        if self.refreshes >= MOST_REFRESHES and not self._may_be_late(setback, (yield from Now())):
            self._give_up(setback)
        if self.refreshes:
            yield from self._wait(setback)
        self.refreshes += 1
        fresh, failure = None, None
        try:
            fresh = same_output((yield from self.source.refresh()), self.output, self.index)
        except (errors.ViduError, ExchangeError) as error:
            failure = error
        if fresh is not None:
            self.url, self.needs_key = fresh.url, False
        elif not self._may_be_late(setback, (yield from Now())):
            why = f"failed: {str(failure).rstrip('.')}" if failure else "returned none"
            detail = f"has no working URL ({setback.detail}), and the poll for a fresh one {why}. The task stays paid."
            raise errors.ResultExpiredError(f"{self._file} {detail}", self.source.ref) from failure

    def _give_up(self, setback: _Setback) -> Never:
        kept = f"{self.place.kept()} The task stays paid."
        if setback.cure == "refresh the URL":
            detail = f"has no working URL ({setback.detail}), fresh ones included. {kept}"
            raise errors.ResultExpiredError(f"{self._file} {detail}", self.source.ref) from setback.cause
        tries = "1 failed try" if self.failures == 1 else f"{self.failures} failed tries in a row"
        detail = f"could not be downloaded: {setback.detail} ({tries}). {kept}"
        raise errors.DownloadIncompleteError(f"{self._file} {detail}", self.source.ref) from setback.cause

    @property
    def _file(self) -> str:
        kind = "" if self.output.kind == "file" else f"{self.output.kind} "
        return f"The {kind}file of {self.source.ref} ({shown_url(self.url)})"


def _location_of(head: Reply) -> str:
    """Return where an answer redirects to; empty for any other answer."""
    return head.headers.get("location", "").strip() if head.status in _REDIRECTS else ""


def _version_of(headers: Mapping[str, str]) -> Version:
    etag = headers.get("etag", "").strip()
    date = headers.get("last-modified", "").strip()
    validators = ((etag, _STRONG_ETAG), (date, _DATE))
    validator = next((text for text, form in validators if form.fullmatch(text)), None)
    length = headers.get("content-length", "").strip()
    total = int(length) if _LENGTH.fullmatch(length) else None
    content_type = headers.get("content-type", "").partition(";")[0].strip().lower() or None
    return Version(validator, total, content_type)


def _range_of(headers: Mapping[str, str], begin: int) -> tuple[int, int] | tuple[None, None]:
    """Return the end of a part that begins at `begin`, and the size of the whole file; None for any other part."""
    part = _CONTENT_RANGE.fullmatch(headers.get("content-range", "").strip())
    first, last, total = map(int, part.groups()) if part else (-1, -1, -1)
    return (last + 1, total) if first == begin <= last < total else (None, None)


def _continues(known: Version, headers: Mapping[str, str], total: int) -> bool:
    """Return whether a part is of the known version or does not say which: some servers ignore If-Range."""
    name = "etag" if (known.validator or "").startswith('"') else "last-modified"
    return known.total in (None, total) and headers.get(name, known.validator or "").strip() == known.validator
