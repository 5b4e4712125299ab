"""The arguments and options that several commands share: references of tasks, accounts, and kinds of files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias, cast, get_args

import typer

from vidu_ext.values.errors import ConfigurationError

from .clients import load_configuration, query_client
from .completion import accounts, kinds, references
from .failures import for_each
from .output import Printer
from .progress import Progress

if TYPE_CHECKING:
    from vidu_ext.client.vidu import Vidu
    from vidu_ext.values.tasks import OutputKind, TaskRef

Reference: TypeAlias = Annotated[str, typer.Argument(metavar="REF", show_default=False, autocompletion=references)]
_REFERENCES: Final = "References, such as vidu:940107923630096384."
References: TypeAlias = Annotated[
    list[str], typer.Argument(metavar="REF...", help=_REFERENCES, show_default=False, autocompletion=references)
]
_ACCOUNT: Final = "Use only this account. Default: every account whose provider supports this command."
AccountName: TypeAlias = Annotated[
    str | None, typer.Option("--account", "-a", metavar="NAME", help=_ACCOUNT, autocompletion=accounts)
]
_KIND: Final = "The file of this kind (video, image, audio, cover, ...); else the main one."
Kind: TypeAlias = Annotated[str | None, typer.Option("--kind", metavar="KIND", help=_KIND, autocompletion=kinds)]
AllowPrivateHosts: TypeAlias = Annotated[
    bool,
    typer.Option("--allow-private-hosts", help="Fetch also from addresses like 10.1.2.3 and localhost, if you trust them."),
]


def parse_references(vidu: Vidu, refs: Sequence[str]) -> list[TaskRef]:
    """Parse references and drop duplicates. Raises ConfigurationError for an invalid one, before anything is sent."""
    return list(dict.fromkeys(vidu.task(text).ref for text in refs))


def parse_kind(kind: str | None) -> OutputKind | None:
    """Return the kind of file that --kind names. Raises ConfigurationError for another word."""
    from vidu_ext.values.tasks import OutputKind

    if kind is not None and kind not in get_args(OutputKind):
        raise ConfigurationError(f"--kind {kind}: choose one of {', '.join(get_args(OutputKind))}.")
    return cast("OutputKind | None", kind)


def run_for_accounts(
    output: Printer, account: str | None, supports: Callable[[str], bool], action: Callable[[Vidu, str], None]
) -> int:
    """Run the action for the named account, or for every account whose provider supports it. Returns the exit code."""
    configuration = load_configuration(output)
    configured = {one.name: one.provider for one in configuration.accounts()}
    names = [name for name, provider in configured.items() if supports(provider)] if account is None else [account]
    if not names:
        raise ConfigurationError(
            f"none of the configured accounts ({', '.join(configured)}) has a provider that documents this."
            " `vidu providers` shows what each provider can do."
        )
    with query_client(configuration) as vidu, Progress(output, doing="asking, no answer yet"):
        return for_each(output, names, lambda name: action(vidu, name), kind="account")
