"""Accounts: a key at a provider with a base URL; passed, or read from the environment.

No message here contains a key or a whole URL: a key in the wrong place must not get into a log.
"""

from __future__ import annotations

import logging
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final
from urllib.parse import urlsplit

from attrs import Attribute, Factory, field, frozen
from vidu_clients.words import Provider

from vidu_ext.values.checks import count, sequence
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.remedy import Remedy
from vidu_ext.values.spelling import joined
from vidu_ext.values.tasks import BYTE_ORDER_MARK, is_account_name

from . import PROVIDERS, check_provider

logger: Final = logging.getLogger("vidu_ext")

REQUESTS_AT_ONCE: Final = 8
"""Default of the requests that an account has in flight at once. More of them take CPU without gain."""

_VISIBLE_ASCII: Final = re.compile(r"[!-~]+")
_HOST_NAME: Final = re.compile(r"[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?\.?")
_LABEL: Final = r"__[A-Z0-9]+(_[A-Z0-9]+)*"


def _strip(text: str | None) -> str:
    return text.strip().removeprefix(BYTE_ORDER_MARK) if isinstance(text, str) else ""


def _address(text: str | None) -> str | None:
    return _strip(text).rstrip("/") or None


def _check_provider(_instance: object, _attribute: Attribute[str], value: object) -> None:
    check_provider(value)


def _check_name(instance: Account, _attribute: Attribute[str], value: object) -> None:
    if not isinstance(value, str) or not is_account_name(value):
        raise ConfigurationError(
            f"{str(value)[:40]!r} cannot name an account. A name is made of lower-case letters, digits, '.', '_' and '-',"
            " and begins with a letter or digit; it is the first part of every task reference."
        )
    if value in PROVIDERS and value != instance.provider:
        raise ConfigurationError(f"an account at {instance.provider} cannot be called {value}: that is another provider's name.")


def _check_key(instance: Account, _attribute: Attribute[str], value: str) -> None:
    for is_wrong, problem in (
        (not value, "is empty or not text."),
        (" " in value, "contains a blank. Give the key alone, without a word like 'Token' or 'Bearer' before it."),
        (value.startswith(("'", '"')), "begins with a quotation mark. Give the key without quotation marks."),
        (not _VISIBLE_ASCII.fullmatch(value), "contains a line break, a control character or a character outside ASCII."),
    ):
        if is_wrong:
            raise ConfigurationError(f"the key of account {instance.name} {problem}")


def _check_address(instance: Account, _attribute: Attribute[str | None], value: str | None) -> None:
    if value is None:
        return
    its = f"the base URL of account {instance.name}"
    if fault := _fault_of_address(value):
        raise ConfigurationError(f"{its} {fault}.")
    host = urlsplit(value).hostname or ""
    if urlsplit(value).scheme == "http" and not instance.allow_insecure and not _is_loopback(host):
        insecure = f"{its} is plain http and would send the key unencrypted to {host}."
        raise ConfigurationError(insecure, remedy=Remedy(action="allow-insecure"))


def _check_count(instance: Account, attribute: Attribute[int], value: object) -> None:
    count(f"{attribute.name} of account {instance.name}", value)


@frozen(kw_only=True)
class Account:
    """A key at a provider, under a name that is part of task references.

    Accounts are compared without their keys, so that a key can be replaced and a printed difference shows none. Raises
    ConfigurationError for wrong values.
    """

    provider: Provider = field(validator=_check_provider)
    name: str = field(default=Factory(lambda account: account.provider, takes_self=True), validator=_check_name)
    """By default the provider's name. References to its tasks begin with it: keep it as long as you keep them."""
    allow_insecure: bool = False
    """Whether `base_url` may be plain http on another machine. The key is then sent unencrypted."""
    key: str = field(converter=_strip, validator=_check_key, repr=False, eq=False)
    """The bare key, as the provider's console shows it."""
    base_url: str | None = field(default=None, converter=_address, validator=_check_address)
    """Replaces the provider's first server, without a slash at the end."""
    max_in_flight: int = field(default=REQUESTS_AT_ONCE, validator=_check_count)
    """Most requests in flight at once."""

    @property
    def server(self) -> str:
        """The URL for calls: `base_url`, or the first server of the provider's spec, which is read when first needed."""
        if self.base_url is not None:
            return self.base_url
        from vidu_ext.spec.contract import contract_of

        return contract_of(self.provider).server()


def accounts(
    keys: Mapping[str, str] | Sequence[Account] | None = None, environ: Mapping[str, str] = os.environ
) -> tuple[Account, ...]:
    """Return the accounts to use, at least one, with unique names, in the order given.

    `keys` is a mapping from provider to key, or a sequence of accounts; None reads the keys from the environment. The base
    URLs of the environment apply to a mapping too; accounts are used unchanged. Raises ConfigurationError.
    """
    configured = _read_accounts(keys, environ)
    if not configured:
        names = joined([key_variable(provider) for provider in PROVIDERS], last=" or ")
        raise ConfigurationError(
            f"no account is configured. Set one of {names}, or pass keys={{'{PROVIDERS[0]}': ...}}, or a sequence of Account."
        )
    repeated = [name for name, times in Counter(account.name for account in configured).items() if times > 1]
    if repeated:
        raise ConfigurationError(
            f"several accounts are called {joined(repeated)}. Give each Account a name of its own: a task reference must"
            " say which account took the task."
        )
    return configured


def accounts_from_environment(environ: Mapping[str, str] = os.environ) -> tuple[Account, ...]:
    """Return the accounts whose keys are in the environment, possibly none.

    `VIDU_API_KEY` makes the account `vidu`, with the base URL in `VIDU_BASE_URL` if it is set; the same with `COMFY_`,
    `ZENLAYER_` and `SKILLS_VIDEO_`. A label after two underscores makes a further account: `VIDU_API_KEY__STUDIO` makes
    `vidu-studio`, with the base URL in `VIDU_BASE_URL__STUDIO` or else in `VIDU_BASE_URL`. An empty or blank variable counts
    as not set. The order is that of the providers, then of the labels.
    """
    found: list[Account] = []
    for provider in PROVIDERS:
        for ending in _endings(key_variable(provider), environ):
            variable = key_variable(provider) + ending
            name = provider + ending.replace("__", "-", 1).replace("_", "-").lower()
            address_variable, address = _address_from(environ, provider, ending)
            try:
                found.append(Account(provider=provider, name=name, key=environ[variable], base_url=address))
            except ConfigurationError as error:
                read = f"{variable} and {address_variable}" if address else variable
                raise ConfigurationError(f"{error.summary} It was read from {read}.", remedy=error.remedy) from error
    return tuple(found)


def _endings(variable: str, environ: Mapping[str, str]) -> list[str]:
    """Return the endings of the variables that hold keys: nothing for the plain one, `__LABEL` for the others.

    Logs a warning for each that looks like one of them: with its account missing, others would be paid.
    """
    endings: list[str] = []
    for name in sorted(name for name, value in environ.items() if name.startswith(variable) and value.strip()):
        ending = name.removeprefix(variable)
        if not ending or re.fullmatch(_LABEL, ending):
            endings.append(ending)
        elif ending.startswith("_"):
            logger.warning(
                "%s is not read: a label has two underscores before it, and capitals, as in %s__STUDIO", name, variable
            )
    return endings


def _address_from(environ: Mapping[str, str], provider: str, ending: str = "") -> tuple[str, str | None]:
    """Return the variable that holds the base URL of an account, and the URL.

    The plain variable applies to every account of the provider: with it set to a local server, a second account must not
    continue to spend money.
    """
    plain = address_variable(provider)
    own = plain + ending
    variable = own if _address(environ.get(own)) else plain
    return variable, _address(environ.get(variable))


def _read_accounts(keys: Mapping[str, str] | Sequence[Account] | None, environ: Mapping[str, str]) -> tuple[Account, ...]:
    if keys is None:
        return accounts_from_environment(environ)
    if isinstance(keys, Mapping):
        return tuple(_of_mapping(keys, environ))
    return tuple(map(_account, sequence("keys", keys, f"a mapping like {{'{PROVIDERS[0]}': key}} or a sequence of Account")))


def _of_mapping(keys: Mapping[str, str], environ: Mapping[str, str]) -> Iterator[Account]:
    for provider, key in keys.items():
        address = _address_from(environ, provider)[1] if provider in PROVIDERS else None
        yield Account(provider=provider, key=key, base_url=address)


def _account(value: object) -> Account:
    if isinstance(value, Account):
        return value
    raise ConfigurationError(f"a sequence of accounts contains a value of type {type(value).__name__}.")


def _fault_of_address(text: str) -> str | None:
    """Return what is wrong with a base URL, for a message after its name; None if it is valid."""
    if _VISIBLE_ASCII.fullmatch(text) is None or "\\" in text:
        return "contains a blank, a backslash, a control character or a character outside ASCII"
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "is not a URL: its host or port cannot be read"
    is_host = isinstance(_ip(host), IPv6Address) if "[" in parts.netloc else _HOST_NAME.fullmatch(host)
    problems = (
        (parts.scheme not in ("http", "https"), "must begin with https://"),
        ("@" in parts.netloc, "must not contain a user name or password"),
        ("?" in text or "#" in text, "must not have a query or a fragment"),
        (not is_host, "has no valid host"),
    )
    return next((problem for is_wrong, problem in problems if is_wrong), None)


def _is_loopback(host: str) -> bool:
    address = _ip(host)
    return host == "localhost" or host.endswith(".localhost") if address is None else address.is_loopback


def _ip(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def key_variable(provider: str) -> str:
    """Return the environment variable for the key of a provider: `VIDU_API_KEY`."""
    return f"{provider.upper()}_API_KEY"


def address_variable(provider: str) -> str:
    """Return the environment variable for the base URL of a provider: `VIDU_BASE_URL`."""
    return f"{provider.upper()}_BASE_URL"
