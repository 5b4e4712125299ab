"""Completion of options and arguments in the shell. Errors are ignored: a completion has no place to show them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from vidu_ext.providers import PROVIDERS

if TYPE_CHECKING:
    from vidu_ext.spec.contract import Contract


def accounts(incomplete: str) -> list[str]:
    """Return configured accounts and all providers."""
    names: list[str] = []
    with suppress(Exception):
        from .config import load

        names = [entry.account.name for entry in load().entries]
    return _matching([*names, *PROVIDERS], incomplete)


def providers(incomplete: str) -> list[str]:
    return _matching(PROVIDERS, incomplete)


def models(incomplete: str) -> list[str]:
    """Return the models of all providers."""
    return _matching((model for contract, operation in _operations() for model in contract.models(operation)), incomplete)


def operations(incomplete: str) -> list[str]:
    return _matching((operation for _, operation in _operations()), incomplete)


def resolutions(incomplete: str) -> list[str]:
    limits = [contract.limits(operation, None).get("resolution") for contract, operation in _operations()]
    return _matching((str(choice) for limit in limits if limit is not None for choice in limit.choices or ()), incomplete)


def _operations() -> Iterator[tuple[Contract, str]]:
    from vidu_ext.spec.contract import contract_of

    return ((contract, operation) for contract in map(contract_of, PROVIDERS) for operation in contract.operations)


def references(incomplete: str) -> list[str]:
    """Return the tasks in the store of orders."""
    refs: list[str] = []
    with suppress(Exception):
        from vidu_ext.transport.orders import OrderStore

        refs = [str(order.ref) for order in OrderStore().orders() if order.ref is not None]
    return _matching(refs, incomplete)


def batches(incomplete: str) -> list[str]:
    """Return the batches of the database of this folder."""
    from .batch_file import rows_of_batches

    return _matching((name for (name,) in rows_of_batches("SELECT name FROM vidu_batches")), incomplete)


def guide_pages(incomplete: str) -> list[str]:
    from importlib.resources import files

    folder = files("vidu_ext").joinpath("guide")
    pages = [path.name.removesuffix(".md") for path in folder.iterdir() if path.name.endswith(".md")]
    examples = [path.name for path in folder.joinpath("examples").iterdir() if path.is_file()]
    return _matching([*pages, *(f"examples/{name}" for name in examples)], incomplete)


def _matching(names: Iterable[str], incomplete: str) -> list[str]:
    return sorted({name for name in names if name.startswith(incomplete)})
