"""The tools of the MCP server. Each returns a document, a line for the model with its meaning, and the files it wrote."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Annotated, Any, Final, TypeAlias

from anyio import to_thread
from attrs import frozen
from pydantic import Field

from vidu_ext.cli.commands.route import plan_route
from vidu_ext.cli.config import Configuration
from vidu_ext.cli.formats import balance_document, credits_of, file_document, price_members, snapshot_document
from vidu_ext.cli.request_options import RequestOptions, ceiling_of, is_address, request_of
from vidu_ext.client.async_vidu import AsyncTask, AsyncTaskResult, AsyncVidu
from vidu_ext.flows.download import DownloadOptions, Overwrite
from vidu_ext.providers import provider_named
from vidu_ext.values.errors import (
    CallError,
    ConfigurationError,
    InvalidRequestError,
    NoProviderError,
    TaskFailedError,
    ViduError,
    WaitTimeoutError,
)
from vidu_ext.values.orders import fingerprint_of
from vidu_ext.values.price import Price
from vidu_ext.values.requests import Request
from vidu_ext.values.tasks import Object, OutputKind, Snapshot, TaskState
from vidu_ext.values.urls import path_of

from .spending import Spending

WAIT_SECONDS: Final = 45.0
"""Default of `wait`. Many clients give up a call after a minute."""
MOST_WAIT_SECONDS: Final = 600.0

TaskId = Annotated[str, Field(description="The id of the task, which is its reference: vidu:940107923630096384.")]
Once = Annotated[
    str | None,
    Field(description="A key for the order. The same key is the same task and pays once; another key orders another take."),
]
Members = Annotated[
    dict[str, Any] | None, Field(description="Other members of the provider's request by name, such as {'style': 'anime'}.")
]
Ceiling = Annotated[
    str | float | None,
    Field(description="Refuse what costs more: 60 for credits, 0.50usd for dollars. Cannot exceed the server's."),
]


Report: TypeAlias = Callable[[float, float, str], Awaitable[None]]
"""Sends a progress notification: seconds waited, which grow as the protocol demands, seconds at most, and the state."""


@frozen
class ToolAnswer:
    """The answer of a tool: a line for the model, the document, and the files that were written."""

    line: str
    document: Mapping[str, object]
    files: tuple[Path, ...] = ()


@frozen(kw_only=True)
class Permissions:
    """What the operator of the server allows."""

    folder: Path
    """Where files are written, and local pictures are read from. Resolved."""
    at_most: Price | None = None
    """Ceiling of one task."""
    budget: Spending | None = None
    """Budget of all tasks of this folder."""
    allow_private_hosts: bool = False

    @property
    def most(self) -> Price | None:
        """The highest price of one task; None if there is no ceiling, so that nothing may be spent."""
        ceilings = [ceiling for ceiling in (self.at_most, self.budget.most if self.budget else None) if ceiling]
        return min(ceilings, key=lambda ceiling: ceiling.amount, default=None)


@frozen
class Tools:
    """Every public method is a tool. The agent passes the members of `asked` one by one; the server `client` and `report`."""

    vidu: AsyncVidu
    configuration: Configuration
    permissions: Permissions

    async def route(self, asked: RequestOptions, *, options: Members = None, at_most: Ceiling = None) -> ToolAnswer:
        """Return which accounts can serve a request, why the others cannot, and what it costs. Sends nothing, costs nothing."""
        asked, request = self._request(asked, options)
        most = self._ceiling(at_most) if self.permissions.most else ceiling_of(at_most, option="at_most")
        plan = await asyncio.to_thread(plan_route, self.configuration, asked, request, at_most=most)
        if isinstance(plan.refusal, InvalidRequestError):
            raise plan.refusal
        if not plan.order:
            return ToolAnswer("No account can serve this request.", plan.document)
        first = next(line for line in plan.lines if line.account == plan.order[0])
        return ToolAnswer(f"{first.account} would be asked first; its price: {first.words}.", plan.document)

    async def generate(
        self, client: str, asked: RequestOptions, *, options: Members = None, at_most: Ceiling = None, once: Once = None
    ) -> ToolAnswer:
        """Order a video or picture, and return its task at once: wait with `wait`, then `download`.

        Costs money, within the ceilings of this server. The same call again finds the same task and pays nothing; pass
        another `once` for another take.
        """
        most = self._ceiling(at_most)
        asked, request = self._request(asked, options)
        key = once or self._default_key(client, request)
        quote_all = partial(self.vidu.quote, request, account=asked.account, unlisted=asked.unlisted)
        quotes = {quote.account: quote for quote in await asyncio.to_thread(quote_all)}  # reads pictures, which takes time
        task = await self._order(request, asked, key, most, {account: quote.price for account, quote in quotes.items()})
        document: dict[str, object] = {"reference": str(task.ref), "is_new": task.is_new, "estimate": task.estimate}
        document |= price_members(quotes.get(task.ref.account))
        if task.is_new:
            return ToolAnswer(f"{task.ref} is ordered. Wait for it with `wait`, then `download` it.", document)
        with suppress(ViduError):  # the order is known even if its state cannot be read now
            document["state"] = (await self.vidu.status(task.ref)).state.value
        now = f" It is {document['state']}." if "state" in document else ""
        return ToolAnswer(f"Same order as {task.ref}; nothing is paid now. Pass `once` for another take.{now}", document)

    async def _order(
        self, request: Request, asked: RequestOptions, key: str, most: Price, prices: Mapping[str, Any]
    ) -> AsyncTask:
        """Submit a request within the budget. If it is not accepted, the reservation is cancelled and the error raised."""
        budget = self.permissions.budget
        row = None
        if budget is not None:
            # of anyio: a cancelled call waits for its row, and can cancel it; that of asyncio would leave it
            most, row = await to_thread.run_sync(budget.reserve, key, prices.values(), most)
        try:
            task = await self.vidu.submit(request, account=asked.account, unlisted=asked.unlisted, at_most=most, once=key)
        except BaseException as error:
            if budget is not None:
                budget.cancel_reservation(row)
                if isinstance(error, NoProviderError) and not isinstance(error, InvalidRequestError):
                    error.add_note(f"Of the budget of {budget.most}, {budget.spent():g} are spent or set aside.")
            raise
        if budget is not None:
            await asyncio.to_thread(budget.assign, key, str(task.ref), prices.get(task.ref.account))
        return task

    async def status(self, *, task: TaskId) -> ToolAnswer:
        """Return the state of a task, with links to its files once it has succeeded. The links expire."""
        return self._state_answer(await self.vidu.status(task))

    async def wait(
        self,
        *,
        report: Report,
        task: TaskId,
        seconds: Annotated[
            float, Field(description="How long; the task keeps running afterwards.", ge=0, le=MOST_WAIT_SECONDS)
        ] = WAIT_SECONDS,
    ) -> ToolAnswer:
        """Wait until a task has ended, or for some seconds: then return its state. Call it again."""

        began = monotonic()

        async def progress(snapshot: Snapshot) -> None:
            per_cent = f", {snapshot.progress:.0f} %" if snapshot.progress is not None else ""
            await report(monotonic() - began, seconds, f"{snapshot.state.value}{per_cent}")

        try:
            result = await self.vidu.wait(task, timeout=seconds, on_snapshot=progress)
        except WaitTimeoutError as error:
            snapshot = error.snapshot or Snapshot(error.ref, TaskState.UNKNOWN, "", {})
            return ToolAnswer(f"{error.summary} Call `wait` again.", snapshot_document(snapshot))
        except TaskFailedError as error:
            self._record_charge(error.snapshot)
            raise
        return self._state_answer(result.snapshot)

    async def download(
        self,
        *,
        task: TaskId,
        name: Annotated[str | None, Field(description="Name of the file in this server's folder; default: a new name.")] = None,
        kind: Annotated[
            OutputKind | None, Field(description="Which file of the result; default: the video or picture itself.")
        ] = None,
    ) -> ToolAnswer:
        """Fetch a file of a finished task into the folder of this server, and return its path."""
        target = self._target(name)
        overwrite: Overwrite = "replace" if name is None else "refuse"
        private = self.permissions.allow_private_hosts
        choices = DownloadOptions(sha256=True, overwrite=overwrite, allow_private_hosts=private)
        snapshot = await self.vidu.status(task)
        file = await self.vidu.download(AsyncTaskResult(snapshot, self.vidu), target, kind=kind, options=choices)
        self._record_charge(snapshot)
        document = {**snapshot_document(snapshot), "files": [file_document(file)]}
        return ToolAnswer(f"{task} is in {file.path}.", document, (file.path,) if file.path else ())

    async def cancel(self, *, task: TaskId) -> ToolAnswer:
        """Ask the provider to cancel a task. One that already runs may keep running and be charged."""
        return self._state_answer(await self.vidu.cancel(task))

    async def balance(self) -> ToolAnswer:
        """Return what the accounts have left, and what is left of the budget of this server."""
        accounts = self.configuration.accounts()
        names = [account.name for account in accounts if provider_named(account.provider).credits_call() is not None]
        lines: list[str] = []
        rows: list[Object] = []
        for name in names:
            try:
                balances = await self.vidu.credits(account=name)
            except CallError as error:  # says nothing about the other accounts and the budget
                lines.append(f"{name}: {error.summary}")
                continue
            rows += [balance_document(name, balance) for balance in balances]
            lines += [f"{name}: {credits_of(one.credits) or 'not reported'} ({one.kind})" for one in balances]
        document: dict[str, object] = {"accounts": rows}
        if budget := self.permissions.budget:
            spent = await asyncio.to_thread(budget.spent)
            most = budget.most.amount
            document["budget"] = {"unit": budget.unit, "most": most, "spent": spent, "left": most - spent}
        return ToolAnswer("; ".join(lines) or "No account reports a balance.", document)

    # -- what is allowed ----------------------------------------------------------------------------------------------

    def _ceiling(self, asked: str | float | None) -> Price:
        """Return the ceiling of a task. Raises ConfigurationError if the server has none, or one in another unit."""
        most, requested = self.permissions.most, ceiling_of(asked, option="at_most")
        if most is None:
            raise ConfigurationError(
                "this server may not spend money: it was started without a ceiling. Nothing was sent. The person who runs it"
                " can allow it with --at-most (of one task) or --budget (of all), for instance `vidu mcp --at-most 60`."
            )
        if requested is None:
            return most
        if (requested.usd is None) is not (most.usd is None):
            raise ConfigurationError(
                f"at_most: the ceiling of this server is {most}, so write it in the same unit. Nothing was sent."
            )
        return min(requested, most, key=lambda price: price.amount)

    def _request(self, asked: RequestOptions, members: Mapping[str, Any] | None) -> tuple[RequestOptions, Request]:
        """Build the request. Raises ConfigurationError for a local picture outside of the folder."""
        settings = [f"{name}={json.dumps(value)}" for name, value in (members or {}).items()]
        media: dict[str, Any] = {
            **{name: list(map(self._allowed, getattr(asked, name) or ())) for name in ("image", "reference")},
            **{name: self._allowed(medium) for name in ("start", "end") if (medium := getattr(asked, name))},
        }
        asked = dataclasses.replace(asked, settings=settings, **media)
        return asked, request_of(asked, model=self.configuration.defaults.model)

    def _allowed(self, medium: str) -> str:
        """Return an address, or the path of a picture in the folder. Raises ConfigurationError for another path."""
        if is_address(medium):
            return medium
        try:
            path = (self.permissions.folder / path_of(medium)).resolve()
        except (OSError, RuntimeError, ValueError) as error:  # a NUL in it, a link that leads to itself
            raise ConfigurationError(f"{medium!r} is no path of a picture: {error}. Nothing was sent.") from None
        if self.permissions.folder not in path.parents:
            raise ConfigurationError(
                f"{medium} is outside of {self.permissions.folder}, from which alone this server reads. Nothing was sent."
                " Put the file into that folder, or pass its URL."
            )
        if path.exists() and not path.is_file():  # reading a pipe would never end
            raise ConfigurationError(f"{medium} is not a regular file. Nothing was sent.")
        return str(path)

    def _target(self, name: str | None) -> Path:
        """Return the path for a file. Raises ConfigurationError for a name that could lead out of the folder."""
        folder = self.permissions.folder
        if not folder.is_dir():  # the file would take its place
            raise ConfigurationError(f"the folder {folder} of this server is gone. The person who runs it can make it again.")
        if name is None:
            return folder
        is_plain = (
            Path(name).name == name and not any(mark in name for mark in "/\\:\0") and name.strip(". ") and name.isprintable()
        )
        if not is_plain:
            raise ConfigurationError(f"name: {name!r} must be the plain name of a file in {folder}, without a path.")
        return folder / name

    def _default_key(self, client: str, request: Request) -> str:
        """Return the default key of an order: a hash of the request, the client program and the folder, to survive restarts."""
        text = json.dumps([client, str(self.permissions.folder), fingerprint_of(request, None)])
        return f"mcp-{hashlib.sha256(text.encode()).hexdigest()[:32]}"

    def _state_answer(self, snapshot: Snapshot) -> ToolAnswer:
        self._record_charge(snapshot)
        next_step = " Fetch it with `download`." if snapshot.state is TaskState.SUCCEEDED else ""
        return ToolAnswer(f"{snapshot.ref}: {snapshot.state.value}.{next_step}", snapshot_document(snapshot, with_urls=True))

    def _record_charge(self, snapshot: Snapshot | None) -> None:
        """Count the charge of an ended task. A charge of 0 for a result keeps the price: services write 0 for what is not set."""
        if self.permissions.budget is None or snapshot is None or snapshot.credits is None or not snapshot.state.is_final:
            return
        if snapshot.credits or snapshot.state is not TaskState.SUCCEEDED:
            self.permissions.budget.record_charge(str(snapshot.ref), snapshot.credits)
