"""`vidu contract`: compare specs, clients, servers and answers. The checks themselves are in vidu_ext.contract."""

from __future__ import annotations

from typing import Final

import typer

from vidu_ext.cli.options import command

from . import check, diff, fuzz, live, record, replay

app: Final = typer.Typer(
    name="contract",
    help="Compare specs, clients, servers and answers. With --json each command prints one document.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

for _module in (check, live, fuzz, record, replay, diff):
    command(app, _module.__name__.rpartition(".")[2])(_module.run)
