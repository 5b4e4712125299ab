"""Display of batches: a live table while they run, lines of text, or a JSON document."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

from vidu_ext.cli.progress import LiveDisplay

if TYPE_CHECKING:
    from rich.console import RenderableType

    from vidu_ext.cli.output import Printer
    from vidu_ext.durable import Planned
    from vidu_ext.durable.reports import BatchProgress
    from vidu_ext.values.tasks import Json, Object

_COLUMNS: Final = (
    "batch", "account", "jobs", "queued", "in progress", "done", "failed", "unknown", "canceled", "credits", "held",
)  # fmt: skip


class Display(LiveDisplay):
    """Shows the progress of a batch on stderr while the context is open."""

    def __init__(self, output: Printer) -> None:
        super().__init__(output)
        self._last: BatchProgress | None = None

    def show(self, progress: BatchProgress) -> None:
        """Show new progress. Without a terminal, write a line only at first and when jobs fail or become unknown."""
        before, self._last, self._trouble = self._last, progress, None
        is_worse = before is None or any(progress.counts[state] > before.counts[state] for state in ("failed", "unknown"))
        if self._live is None and is_worse:
            self._output.say(progress_line(progress))

    def _state(self) -> str:
        return "starting" if self._last is None else progress_line(self._last)

    def _render(self) -> RenderableType:
        from rich.console import Group
        from rich.table import Table
        from rich.text import Text

        table = Table(*_COLUMNS, box=None, pad_edge=False, header_style="bold")
        if self._last is not None:
            for cells in _rows(self._last):
                table.add_row(*(Text(self._output.clean(cell)) for cell in cells))
        return Group(table, Text(self._output.clean(self._line()), overflow="fold"))


def progress_line(progress: BatchProgress) -> str:
    """Format a batch as one line: totals, throughput, credits, estimated time left, and why jobs are held."""
    from vidu_ext.flows.retry import duration

    counts = progress.counts
    ended = progress.total - progress.open
    parts = [f"{progress.batch}: {ended} of {progress.total} ended"]
    parts += [f"{counts[state]} {state}" for state in ("failed", "unknown", "canceled") if counts[state]]
    parts.append(f"{progress.per_minute:.1f} a minute")
    money = progress.money.get("")
    if money is not None:
        left = "" if money.left is None else f", {money.left:g} left"
        parts.append(f"{money.spent:g} credits spent{left}")
    else:  # credits of different units
        parts.append(" and ".join(f"{one.spent:g} credits of {name}" for name, one in progress.money.items()) + " spent")
    if progress.seconds_left is not None:
        parts.append(f"about {duration(progress.seconds_left)} to go")
    parts += [f"{account}: {why}" for account, why in progress.held.items()]
    return ", ".join(parts)


def cost_line(planned: Planned) -> str:
    """Format the expected cost of the new jobs; '' if no price is known."""
    sums = [f"{amount:g} credits of {provider}" for provider, amount in planned.credits.items() if amount]
    unpriced = [f"{planned.unpriced} without a known price"] if planned.unpriced else []
    return f"; expected: {', '.join([*sums, *unpriced])}" if sums else ""


def print_progress(output: Printer, progress: BatchProgress) -> None:
    """Print a batch as a table or document on stdout, and a summary and warnings on stderr."""
    output.document(_document(progress))
    output.table(_COLUMNS, _rows(progress))
    output.say(progress_line(progress))
    for provider, money in progress.money.items():
        if money.ceiling is not None:
            output.say(
                f"budget {provider or 'total'}: {money.spent:g} of {money.ceiling:g} credits spent, {money.reserved:g} reserved"
            )
    if progress.planned is not None:
        output.warn(
            f"only {progress.total} of {progress.planned} rows were recorded; unless another process is recording them now,"
            f" run the manifest again: {run_again(progress.manifest, progress.batch)}"
        )
    if progress.is_stuck and any("budget" in why for why in progress.held.values()):
        reserved = f" Unknown jobs keep credits reserved until they are settled: {', '.join(progress.unsettled)}."
        output.warn(
            f"the budget is reached: {progress.counts['queued']} jobs stay queued.{reserved if progress.unsettled else ''}"
            f" Raise it with `vidu batch resume {progress.batch} --budget ...`."
        )
    if progress.counts["unknown"]:
        output.warn(
            f"{progress.counts['unknown']} jobs are unknown and may be paid. Check the provider's console, then run"
            f" `vidu batch settle {progress.batch} --key KEY --reference REF` or `--not-paid`."
        )


def run_again(manifest: str, batch: str) -> str:
    """Return the command that records the remaining rows of a manifest."""
    return f"{shlex.join(['vidu', 'batch', 'run', manifest or 'MANIFEST', '--name', batch])} ..., with the same options"


def _document(progress: BatchProgress) -> Object:
    accounts: list[Json] = [
        {"account": share.account, "provider": share.provider, "states": dict(share.counts.items()), "credits": share.spent}
        for share in progress.shares
    ]
    money: Object = {
        provider or "all": {"ceiling": one.ceiling, "reserved": one.reserved, "spent": one.spent, "left": one.left}
        for provider, one in progress.money.items()
    }
    return {
        "batch": progress.batch,
        "folder": progress.folder,
        "jobs": progress.total,
        "planned": progress.total if progress.planned is None else progress.planned,
        "open": progress.open,
        "states": dict(progress.counts.items()),
        "accounts": accounts,
        "credits": money,
        "per_minute": round(progress.per_minute, 2),
        "seconds_left": progress.seconds_left,
        "is_stuck": progress.is_stuck,
        "held": {**progress.held},
        "unsettled": [*progress.unsettled],
    }


def _rows(progress: BatchProgress) -> list[tuple[str, ...]]:
    return [
        (
            progress.batch,
            share.account,
            str(share.total),
            str(share.counts.get("queued", 0)),
            str(share.moving),
            *(str(share.counts.get(state, 0)) for state in ("done", "failed", "unknown", "canceled")),
            f"{share.spent:g}",
            progress.held.get(share.account, ""),
        )
        for share in progress.shares
    ]
