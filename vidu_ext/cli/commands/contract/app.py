"""`vidu contract`: compare specs, clients, servers and answers. The checks themselves are in vidu_ext.contract."""

from __future__ import annotations

from typing import Final

import typer

from vidu_ext.cli.options import command

from .answers import run_live, run_record, run_replay
from .fuzz import run_fuzz
from .specs import run_check, run_diff

app: Final = typer.Typer(
    name="contract",
    help="Compare specs, clients, servers and answers. With --json each command prints one document.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

for _command in (run_check, run_live, run_fuzz, run_record, run_replay, run_diff):
    command(app, _command.__name__.removeprefix("run_"), _command)
