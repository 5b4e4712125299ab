"""The accounts and defaults of the command, from the environment and from a file.

Precedence: an option of the command, a variable of the environment, the file, the default of the package.
An account of the environment replaces the account of the same name in the file, and an address in the environment
(`VIDU_BASE_URL`) applies to every account of its provider, those of the file included: a command that is pointed at a
local server must not spend money elsewhere. No message of this module shows a value of the file.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias, cast

from attrs import evolve, field, frozen

from vidu_ext.providers import PROVIDERS
from vidu_ext.providers.accounts import Account, accounts, accounts_from_environment, key_variable
from vidu_ext.transport.orders import user_folder
from vidu_ext.values.checks import seconds
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.json import text_of_file
from vidu_ext.values.spelling import nearest
from vidu_ext.values.urls import path_of

_SHOWN_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,19}")
"""Names of entries that messages show: a longer name may be a key in the wrong place."""
_SHOWN_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")
"""Names of variables that messages show, for the same reason."""

_Types: TypeAlias = type | tuple[type, ...]
_ENTRIES: Final = ("accounts", "prefer", "defaults")
_NUMBER: Final = (int, float)
_ACCOUNT: Final[Mapping[str, _Types]] = {
    **dict.fromkeys(("provider", "name", "key", "key_env", "base_url"), str), "max_in_flight": int, "allow_insecure": bool,
}  # fmt: skip
_DEFAULTS: Final[Mapping[str, _Types]] = {
    **dict.fromkeys(("model", "output"), str), **dict.fromkeys(("timeout", "interval", "retry_for"), _NUMBER),
}  # fmt: skip
_KINDS: Final[Mapping[_Types, str]] = {
    str: "text in quotation marks", int: "a whole number", bool: "true or false", _NUMBER: "a number",
}  # fmt: skip


@frozen(kw_only=True)
class Defaults:
    """The configured values of options that are left out."""

    model: str | None = None
    output: str | None = None
    timeout: float | None = None
    """Seconds."""
    interval: float | None = None
    """Seconds between two polls of the state of a task."""
    retry_for: float | None = None
    """Seconds for which a busy provider is asked again."""


@frozen(eq=False, repr=False)
class AccountEntry:
    """An account, and the file or variable that configures it."""

    account: Account
    source: str
    """As users read it."""


@frozen(kw_only=True, eq=False, repr=False)
class Configuration:
    """Everything that is configured."""

    path: Path
    """The configuration file, which need not exist."""
    is_read: bool = False
    entries: tuple[AccountEntry, ...] = ()
    prefer: tuple[str, ...] = ()
    defaults: Defaults = field(factory=Defaults)
    warnings: tuple[str, ...] = ()

    def accounts(self) -> tuple[Account, ...]:
        """Return the accounts, at least one. Raises ConfigurationError that says where to configure one."""
        if not self.entries:
            names = ", ".join(key_variable(provider) for provider in PROVIDERS)
            raise ConfigurationError(f"no account is configured. Set one of {names}, or write accounts into {self.path}.")
        return tuple(entry.account for entry in self.entries)


def load(environ: Mapping[str, str] = os.environ) -> Configuration:
    """Load what environment and file configure, possibly no account. Raises ConfigurationError that names the wrong entry.

    The file is $VIDU_CONFIG, or the default of the platform.
    """
    named = environ.get("VIDU_CONFIG", "").strip()
    path = Path(path_of(named)) if named else user_folder(environ, "XDG_CONFIG_HOME", ".config") / "vidu" / "config.toml"
    content = _document(path, is_named=bool(named))
    document, place = content or {}, str(path)
    _check_names(document, _ENTRIES, place)
    defaults = _defaults(document.get("defaults", {}), f"{place}, [defaults]")
    of_file = tuple(_accounts_of_file(document.get("accounts", []), path, environ))
    try:
        if of_file:
            accounts([entry.account for entry in of_file])
    except ConfigurationError as error:  # two of one name
        raise ConfigurationError(f"{place}: {error.summary}") from None
    of_environment = _accounts_of_environment(environ)
    of_both = [of_environment.pop(entry.account.name, entry) for entry in of_file]
    return Configuration(
        path=path,
        is_read=content is not None,
        entries=(*of_both, *of_environment.values()),
        prefer=_names(document.get("prefer", []), place),
        defaults=defaults,
        warnings=tuple(_warnings(path, document)),
    )


def _document(path: Path, *, is_named: bool) -> dict[str, object] | None:
    """Return the entries of the file; None if there is no file and VIDU_CONFIG does not name it."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        if not is_named:
            return None
        raise ConfigurationError(f"VIDU_CONFIG names {path}, which does not exist.") from None
    except (OSError, ValueError) as error:
        detail = error.strerror if isinstance(error, OSError) else None
        raise ConfigurationError(f"the configuration file {path} cannot be read: {detail or error}.") from None
    import tomllib  # most commands find no file

    try:
        return tomllib.loads(text_of_file(content))
    except tomllib.TOMLDecodeError as error:
        position = re.search(r" \(at [^()]*\)", str(error))  # the rest of the message shows a value
        where = position[0] if position else ""
        raise ConfigurationError(f'{path} is not valid TOML{where}. It is made of lines such as provider = "vidu".') from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path} is not text in UTF-8: save it as UTF-8.") from None
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"the configuration file {path} cannot be read: {error}.") from None


def _defaults(value: object, place: str) -> Defaults:
    values = _table(value, place, _DEFAULTS)
    for name in ("timeout", "interval", "retry_for"):
        if name in values:
            seconds(f"{name} in {place}", values[name])
    return Defaults(**cast("dict[str, str]", values))  # type: ignore[arg-type]  # _table has checked the types


def _names(value: object, place: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in cast("list[object]", value)):
        raise ConfigurationError(f"{place}: prefer must be a list of names of accounts or providers.")
    return tuple(cast("list[str]", value))


def _accounts_of_file(value: object, path: Path, environ: Mapping[str, str]) -> Iterator[AccountEntry]:
    if not isinstance(value, list):
        raise ConfigurationError(f"{path}: accounts are written as [[accounts]], in double brackets, each with its own entries.")
    for number, entry in enumerate(cast("list[object]", value), start=1):
        place = f"{path}, [[accounts]] number {number}"
        members = dict(_table(entry, place, _ACCOUNT))
        try:
            yield _account(members, path, environ)
        except ConfigurationError as error:
            raise ConfigurationError(f"{place}: {error.summary}", remedy=error.remedy) from None


def _account(members: dict[str, object], path: Path, environ: Mapping[str, str]) -> AccountEntry:
    if "provider" not in members:
        raise ConfigurationError(f"provider is missing; it is one of {', '.join(PROVIDERS)}.")
    if ("key" in members) == ("key_env" in members):
        raise ConfigurationError("exactly one of key and key_env is needed: the key, or the environment variable that holds it.")
    variable = cast("str | None", members.pop("key_env", None))
    source = str(path)
    if variable is not None:
        shown_name = variable if _SHOWN_VARIABLE.fullmatch(variable) else "the variable named"
        members["key"] = environ.get(variable, "").strip()
        if not members["key"]:
            raise ConfigurationError(f"key_env: {shown_name} is not set.")
        source = f"{shown_name} ({path})"
    account = Account(**cast("dict[str, str]", members))  # type: ignore[arg-type]  # _table has checked the types
    address = accounts({account.provider: account.key}, environ)[0].base_url
    return AccountEntry(evolve(account, base_url=address or account.base_url), source)


def _accounts_of_environment(environ: Mapping[str, str]) -> dict[str, AccountEntry]:
    """Return the accounts of the environment by name, each with the variable that holds its key."""
    of_environment = accounts_from_environment(environ)  # before each is read alone, as this error names all its variables
    variables = [name for provider in PROVIDERS for name in environ if name.startswith(key_variable(provider))]
    sources = {account.name: name for name in variables for account in accounts_from_environment({name: environ[name]})}
    return {account.name: AccountEntry(account, sources[account.name]) for account in of_environment}


def _table(value: object, place: str, known: Mapping[str, _Types]) -> dict[str, object]:
    """Return the entries of a table. Raises ConfigurationError for an unknown entry or a wrong type."""
    if not isinstance(value, dict):
        raise ConfigurationError(f"{place} must be a table of entries.")
    table = cast("dict[str, object]", value)
    _check_names(table, tuple(known), place)
    for name, entry in table.items():
        if not isinstance(entry, known[name]) or (isinstance(entry, bool) and known[name] is not bool):
            raise ConfigurationError(f"{place}: {name} must be {_KINDS[known[name]]}.")
    return table


def _check_names(table: Mapping[str, object], known: Sequence[str], place: str) -> None:
    for name in table:
        if name not in known:
            shown = f"the entry {name!r}" if _SHOWN_NAME.fullmatch(name) else "an entry, not shown as it may be a key,"
            raise ConfigurationError(f"{place}: {shown} is not known.{nearest(name, known)} Known are {', '.join(known)}.")


def _warnings(path: Path, document: Mapping[str, object]) -> Iterator[str]:
    listed = cast("list[dict[str, object]]", document.get("accounts", []))
    if os.name == "posix" and any("key" in entry for entry in listed):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            yield f"{path} holds keys and can be read by others (mode {mode:03o}): chmod 600 {path}"
