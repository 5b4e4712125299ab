"""What the shell offers while an option is typed: names of accounts, providers, models, operations. Never an error."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress


def accounts(incomplete: str) -> list[str]:
    """Configured accounts, and all providers."""
    from vidu_ext.providers import PROVIDERS

    names: list[str] = []
    with suppress(Exception):  # a completion has no place to show an error
        from .config import load

        names = [entry.account.name for entry in load().entries]
    return _fitting([*names, *PROVIDERS], incomplete)


def providers(incomplete: str) -> list[str]:
    from vidu_ext.providers import PROVIDERS

    return _fitting(PROVIDERS, incomplete)


def models(incomplete: str) -> list[str]:
    """The models of all providers."""
    return _fitting(_models(), incomplete)


def _models() -> list[str]:
    from vidu_ext.providers import PROVIDERS
    from vidu_ext.spec.contract import contract_of

    contracts = [contract_of(provider) for provider in PROVIDERS]
    return [model for contract in contracts for operation in contract.operations for model in contract.models(operation)]


def operations(incomplete: str) -> list[str]:
    from vidu_ext.providers import PROVIDERS
    from vidu_ext.spec.contract import contract_of

    return _fitting([operation for provider in PROVIDERS for operation in contract_of(provider).operations], incomplete)


def guide_pages(incomplete: str) -> list[str]:
    from importlib.resources import files

    folder = files("vidu_ext").joinpath("guide")
    pages = [path.name.removesuffix(".md") for path in folder.iterdir() if path.name.endswith(".md")]
    examples = [path.name for path in folder.joinpath("examples").iterdir() if path.is_file()]
    return _fitting([*pages, *(f"examples/{name}" for name in examples)], incomplete)


def _fitting(names: Iterable[str], incomplete: str) -> list[str]:
    return sorted({name for name in names if name.startswith(incomplete)})
