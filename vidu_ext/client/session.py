"""The state of one client, and the flows of its tasks and files, which the blocking and the awaited client share.

Those of submits are in submits.py. Modules that not every client needs are imported inside functions: it halves the time to the
first client.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from vidu_ext.flows.call import call_flow, status_flow
from vidu_ext.flows.claims import Claims
from vidu_ext.flows.drift_watch import DriftWatch
from vidu_ext.flows.durations import Durations
from vidu_ext.flows.effects import Flow
from vidu_ext.flows.sightings import Sightings
from vidu_ext.providers import PROVIDERS, provider_named
from vidu_ext.values.checks import check_callbacks
from vidu_ext.values.errors import CallError, ConfigurationError, ResponseUnreadableError, one_line
from vidu_ext.values.spelling import joined
from vidu_ext.values.tasks import TaskRef, check_id

from .account_choice import AccountChoice
from .arguments import check_kind

if TYPE_CHECKING:
    from vidu_ext.flows.destination import Target
    from vidu_ext.flows.download import Downloaded, DownloadOptions, OnProgress, Source
    from vidu_ext.flows.poll import PollQueue
    from vidu_ext.providers.base import StoredSubject
    from vidu_ext.providers.records import Balance, TaskFilter
    from vidu_ext.values.exchange import Call, Reply
    from vidu_ext.values.tasks import Json, Output, OutputKind, Snapshot

    from .account_choice import Keys, Prefer
    from .notices import TaskNotices
    from .settings import Settings

T = TypeVar("T")
ReadPage: TypeAlias = "Callable[[str, Sequence[str]], Flow[tuple[Sequence[T], str | None]]]"
"""Reads the last of some pages of a list, or the first page if there are none, at an account. Returns the next page, too."""


class Session:
    """The choice of accounts of one client, its settings, and what it remembers of its tasks."""

    def __init__(
        self,
        keys: Keys,
        *,
        prefer: Prefer,
        settings: Settings,
        chance: Callable[[], float],
        now: Callable[[], float],
    ) -> None:
        self.choice: Final = AccountChoice(keys, prefer=prefer, health=settings.health, now=now)
        self.settings: Final = settings
        self.claims: Final = Claims()
        self.sightings: Final = Sightings()
        self.watch: Final = DriftWatch(lambda account: self.choice.provider(account).contract, settings.on_drift)
        self.durations: Final = Durations()
        self.notices: TaskNotices | None = None
        """Of a client with callbacks."""
        self._chance = chance
        self.now: Final = now

    def ref(self, task: object) -> TaskRef:
        """Return the reference of a handle, a reference or its text. Raises ConfigurationError if its account is unknown."""
        if isinstance(task, str):
            task = TaskRef.parse(task)
        ref = task if isinstance(task, TaskRef) else getattr(task, "ref", None)
        if not isinstance(ref, TaskRef):
            raise ConfigurationError(
                f"a task must be a handle, its reference or the reference as text, not {type(task).__name__}."
            )
        self.choice.provider(ref.account)
        check_id("the id of a task", ref.task_id)
        return ref

    def queue(self, account: str) -> PollQueue:
        from vidu_ext.flows.poll import PollQueue

        return PollQueue(
            account,
            self.choice.provider(account),
            poll=self.settings.poll,
            retry=self.settings.retry,
            chance=self._chance,
            sightings=self.sightings,
            notices=self.notices,
            durations=self.durations,
        )

    # -- tasks and files ------------------------------------------------------------------------------------------------

    def status(self, ref: TaskRef) -> Flow[Snapshot]:
        """Ask for the state of a task, again after passing failures."""
        provider = self.choice.provider(ref.account)
        call = provider.status_call(ref)
        reply = yield from call_flow(ref.account, provider, call, retry=self.settings.retry)
        snapshot = provider.read_status(ref, reply)
        if snapshot is None:
            raise ResponseUnreadableError(
                ref.account, call.operation, "the answer has no state", status=reply.status, raw=reply.content
            )
        self._saw(snapshot, reply)
        return self.sightings.with_charge(snapshot)

    def _saw(self, snapshot: Snapshot, reply: Reply) -> None:
        self.sightings.saw(snapshot, reply, self.now())

    def fresh_outputs(self, ref: TaskRef) -> Flow[tuple[Output, ...]]:
        """Poll a task for its files with newly signed URLs; none if the poll fails."""
        snapshot = yield from status_flow(ref.account, self.choice.provider(ref.account), ref, on_snapshot=self._saw)
        return snapshot.outputs if snapshot else ()

    def download(
        self,
        snapshot: Snapshot,
        target: Target,
        *,
        kind: OutputKind | None,
        options: DownloadOptions | None,
        on_progress: OnProgress | None,
    ) -> Flow[Downloaded]:
        from vidu_ext.flows.download import choose, download_flow

        source = self._source(snapshot, on_progress)
        return download_flow(source, choose(snapshot.outputs, kind), target, options=_options_of(options))

    def download_all(
        self,
        snapshot: Snapshot,
        folder: str | os.PathLike[str],
        *,
        options: DownloadOptions | None,
        on_progress: OnProgress | None,
    ) -> Flow[tuple[Downloaded, ...]]:
        from vidu_ext.flows.download import download_all_flow

        return download_all_flow(self._source(snapshot, on_progress), snapshot.outputs, folder, options=_options_of(options))

    def _source(self, snapshot: Snapshot, on_progress: OnProgress | None) -> Source:
        """Return the source of a task's files. Raises what a wait would if the task has no result."""
        from vidu_ext.flows.download import Source
        from vidu_ext.flows.poll import check_result
        from vidu_ext.transport.part_file import destination

        check_callbacks(are_awaited=False, on_progress=on_progress)
        check_result(snapshot)
        ref = snapshot.ref
        host = self.choice.endpoints[ref.account].host
        return Source(
            ref=ref,
            destination=destination,
            refresh=lambda: self.fresh_outputs(ref),
            account_host=host,
            key_hosts=(host, *self.choice.provider(ref.account).key_hosts),
            late_share=lambda: self.sightings.late_share(ref, self.now()),
            on_progress=on_progress,
            monotonic=self.now,
        )

    def cancel(self, ref: TaskRef) -> Flow[Snapshot]:
        provider = self.choice.provider(ref.account)
        call = self._require(provider.cancel_call(ref), ref.account, "cancel a task", "The task keeps running and is charged")
        try:
            yield from call_flow(ref.account, provider, call, retry=self.settings.retry)
        except CallError as error:
            is_refused = error.status is not None and error.status < 500
            snapshot = (yield from status_flow(ref.account, provider, ref)) if is_refused else None
            after = "if the task exists, it keeps running and is charged"
            if snapshot is not None and snapshot.state.is_final:
                after = f"the task has ended as {one_line(snapshot.word)}"
            detail = f"{error.detail.rstrip('.')}; {after}"
            raise CallError(error.account, error.operation, detail, status=error.status, code=error.code) from error
        return (yield from self.status(ref))

    # -- account --------------------------------------------------------------------------------------------------------

    def credits(self, account: str) -> Flow[tuple[Balance, ...]]:
        provider = self.choice.provider(account)
        call = self._require(provider.credits_call(), account, "read the credits left", "Look at its console")
        return (yield from self.read(account, call, provider.balances))

    def tasks_page(
        self, account: str, wanted: TaskFilter | None, pages: Sequence[str]
    ) -> Flow[tuple[tuple[Snapshot, ...], str | None]]:
        """Return the tasks of the last of `pages`, or of the first page if there are none yet, and the next page."""
        from vidu_ext.providers.records import TaskFilter

        chosen = TaskFilter() if wanted is None else wanted
        check_kind("wanted", chosen, TaskFilter)
        provider = self.choice.provider(account)
        listing = provider.tasks_call(chosen, pages[-1] if pages else None)
        call = self._require(listing, account, "list tasks", "Keep the references of your tasks")
        _check_new(pages, account, call)
        return (yield from self.read(account, call, partial(provider.tasks_page, account)))

    def subjects_page(self, account: str, pages: Sequence[str]) -> Flow[tuple[Sequence[StoredSubject], str | None]]:
        """Return the subjects of the last of `pages` and the next page, as in `tasks_page`."""
        provider = self.choice.provider(account)
        call = provider.subjects_call(pages[-1] if pages else None)
        if call is None:
            able = [name for name in PROVIDERS if provider_named(name).subjects_call(None) is not None]
            raise ConfigurationError(
                f"{account} is an account of {provider.name}, which stores no subjects. They are stored at {joined(able)}."
            )
        _check_new(pages, account, call)
        return (yield from self.read(account, call, provider.subjects_page))

    @staticmethod
    def _require(call: Call | None, account: str, what: str, advice: str) -> Call:
        if call is None:
            raise CallError(account, f"the request to {what}", f"this provider documents no way to {what}. {advice}")
        return call

    def read(self, account: str, call: Call, read: Callable[[Json], T | None]) -> Flow[T]:
        """Return what `read` finds in the answer to a call. Raises ResponseUnreadableError if it finds nothing."""
        reply = yield from call_flow(account, self.choice.provider(account), call, retry=self.settings.retry)
        value = read(reply.json())
        if value is None:
            detail = "the answer is not what the spec says"
            raise ResponseUnreadableError(account, call.operation, detail, status=reply.status, raw=reply.content)
        return value


def _check_new(pages: Sequence[str], account: str, call: Call) -> None:
    """Raise CallError if the last of the pages was read before."""
    if pages and pages[-1] in pages[:-1]:
        detail = f"after {len(pages)} pages the list leads back to one that was read, so it would never end"
        raise CallError(account, call.operation, detail)


def _options_of(options: DownloadOptions | None) -> DownloadOptions:
    """Return the options of a download, by default the usual ones. Raises ConfigurationError for anything else."""
    from vidu_ext.flows.download import DownloadOptions

    chosen = DownloadOptions() if options is None else options
    check_kind("options", chosen, DownloadOptions)
    return chosen
