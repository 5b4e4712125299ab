"""Accounts: keys never leak, unsafe base URLs are refused, and the environment is read as documented."""

from __future__ import annotations

import pickle
import traceback
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

import pytest

from vidu_ext.providers import PROVIDERS
from vidu_ext.providers.accounts import Account, accounts, accounts_from_environment
from vidu_ext.values.errors import ConfigurationError

SECRET = "vda_940107923630096384_secret"  # noqa: S105


def vidu_account(base_url: str | None = None, *, allow_insecure: bool = False) -> Account:
    return Account(provider="vidu", key=SECRET, base_url=base_url, allow_insecure=allow_insecure)


def whole_trace(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))


@pytest.mark.parametrize("name", ["VIDU_API_KEY_EU", "VIDU_API_KEY__studio"])
def test_variable_that_is_nearly_one_for_a_key_is_reported_without_its_value(name: str, caplog: pytest.LogCaptureFixture) -> None:
    assert accounts_from_environment({name: SECRET, "VIDU_API_KEYS": SECRET, "VIDU_API_KEY__EU": SECRET, name[:4]: SECRET})
    assert [record.getMessage().partition(":")[0] for record in caplog.records] == [f"{name} is not read"]
    assert SECRET not in caplog.text


# -- one account ----------------------------------------------------------------------------------------------------------


def test_repr_and_text_of_an_account_show_no_key() -> None:
    assert SECRET not in repr(vidu_account())
    assert SECRET not in str([vidu_account()])


@pytest.mark.parametrize("around", [" {}\r\n", "\ufeff{}\n"])
def test_key_is_stripped_of_blanks_line_ends_and_a_byte_order_mark(around: str) -> None:
    assert Account(provider="vidu", key=around.format(SECRET)).key == SECRET


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("", "empty"),
        (cast("str", None), "not text"),
        (f"Bearer {SECRET}", "without a word like 'Token' or 'Bearer'"),
        (f'"{SECRET}"', "quotation mark"),
        *((f"{SECRET}{odd}x", "line break") for odd in ("\r\n", "\0", "é")),
    ],
)
def test_key_that_no_header_can_carry_is_refused_and_not_shown(key: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words) as caught:
        Account(provider="vidu", key=key)
    assert "account vidu" in str(caught.value)
    assert SECRET not in whole_trace(caught.value)


def test_error_for_a_mistyped_provider_names_the_nearest_and_all_but_never_a_key() -> None:
    with pytest.raises(ConfigurationError, match=r"'zenlayr' is not a provider\. Did you mean 'zenlayer'\?") as caught:
        Account(provider="zenlayr", key=SECRET)
    assert all(name in str(caught.value) for name in PROVIDERS)
    with pytest.raises(ConfigurationError, match="the name given is not a provider") as caught:
        accounts({SECRET: "vidu"}, {})
    assert SECRET not in whole_trace(caught.value)


WRONG: Final[list[tuple[dict[str, Any], str]]] = [
    *(({"provider": provider}, "is not a provider") for provider in ("", "VIDU!", None, ["vidu"])),
    *(({"name": name}, "cannot name an account") for name in ("", "Studio", "two words", "vidu:1", "vidu/x", "-x", None)),
    ({"provider": "comfy", "name": "vidu"}, "another provider's name"),
    *(({"max_in_flight": number}, "max_in_flight of account vidu") for number in (0, -1, True, 2.5, "8", None)),
]


@pytest.mark.parametrize(("members", "words"), WRONG, ids=str)
def test_wrong_member_of_an_account_is_refused(members: dict[str, Any], words: str) -> None:
    """A name is the first part of every task reference."""
    account: dict[str, Any] = {"provider": "vidu", "key": SECRET, **members}
    with pytest.raises(ConfigurationError, match=words):
        Account(**account)


def test_unpickled_account_has_its_key() -> None:
    unpickled: Account = pickle.loads(pickle.dumps(vidu_account()))  # noqa: S301
    assert (unpickled, unpickled.key) == (vidu_account(), SECRET)


# -- addresses ------------------------------------------------------------------------------------------------------------


def test_base_url_replaces_the_first_server_of_the_spec() -> None:
    assert vidu_account().server == "https://api.vidu.com"
    assert vidu_account("https://api.vidu.cn/").server == "https://api.vidu.cn"
    assert vidu_account(" https://proxy.example:8443/vidu// ").server == "https://proxy.example:8443/vidu"


@pytest.mark.parametrize(
    "url", ["http://localhost:8080", "http://vidu.localhost", "http://127.0.0.1:1", "http://127.8.8.8", "http://[::1]:8080/v1"]
)
def test_plain_http_to_this_machine_is_allowed(url: str) -> None:
    assert vidu_account(url).server == url


@pytest.mark.parametrize(
    "url",
    [
        "http://api.vidu.com", "http://10.0.0.1", "http://localhost.evil.example", "http://127.0.0.1.nip.io",
        "http://[::2]", "HTTP://x",
    ],
)  # fmt: skip
def test_plain_http_to_another_machine_needs_allow_insecure(url: str) -> None:
    with pytest.raises(ConfigurationError, match="unencrypted"):
        vidu_account(url)
    assert vidu_account(url, allow_insecure=True).server == url


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("api.vidu.com", "must begin with https://"),
        ("https://user:word@api.vidu.com", "user name or password"),
        ("https://api.vidu.com/?key=1", "query"),
        ("https://api.vidu.com/#", "fragment"),
        ("https://", "must begin with https://|has no valid host"),
        ("https://:443", "has no valid host"),
        ("https://api.vidu.com:99999", "cannot be read"),
        ("https://api.vidu.com\\.evil.example", "backslash"),
        ("https://api.vidu.com/a b", "blank"),
        ("https://api.vidü.com", "outside ASCII"),
    ],
)
def test_unsafe_base_url_is_refused(url: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words) as caught:
        vidu_account(url)
    assert "base URL of account vidu" in str(caught.value)


def test_secret_in_a_base_url_is_not_shown() -> None:
    for url in (SECRET, f"https://user:{SECRET}@api.vidu.com", f"https://api.vidu.com/?key={SECRET}"):
        with pytest.raises(ConfigurationError) as caught:
            vidu_account(url)
        assert SECRET not in whole_trace(caught.value)


# -- the environment ------------------------------------------------------------------------------------------------------


def test_each_provider_has_its_own_variables_and_accounts_are_in_the_order_of_the_list() -> None:
    names = sorted(PROVIDERS)
    environ = {f"{name.upper()}_API_KEY": f"key-{name}" for name in names}
    environ |= {f"{name.upper()}_BASE_URL": f"https://{name}.example" for name in names}
    read = [(account.name, account.provider, account.key, account.base_url) for account in accounts_from_environment(environ)]
    assert read == [(name, name, f"key-{name}", f"https://{name}.example") for name in PROVIDERS]


def test_label_makes_another_account_with_the_base_url_of_its_provider_unless_it_has_its_own() -> None:
    environ = {
        "VIDU_API_KEY__STUDIO_2": "b", "VIDU_API_KEY": "a", "VIDU_API_KEY__CHINA": "c", "SKILLS_VIDEO_API_KEY__X": "d",
        "VIDU_BASE_URL": "http://localhost:8080", "VIDU_BASE_URL__CHINA": "https://api.vidu.cn", "VIDU_BASE_URL__STUDIO_2": " ",
    }  # fmt: skip
    read = [(account.name, account.provider, account.key, account.base_url) for account in accounts_from_environment(environ)]
    assert read == [
        ("vidu", "vidu", "a", "http://localhost:8080"),
        ("vidu-china", "vidu", "c", "https://api.vidu.cn"),
        ("vidu-studio-2", "vidu", "b", "http://localhost:8080"),
        ("skills_video-x", "skills_video", "d", None),
    ]


def test_similar_or_blank_variables_make_no_account() -> None:
    names = ["VIDU_API_KEY_FILE", "VIDU_API_KEY_", "VIDU_API_KEY__", "VIDU_API_KEY__a", "vidu_api_key", "X_VIDU_API_KEY"]
    assert accounts_from_environment({**dict.fromkeys(names, SECRET), "VIDU_API_KEY": "\n"}) == ()
    assert accounts_from_environment({"VIDU_API_KEY": "a", "VIDU_BASE_URL": " "})[0].base_url is None


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"VIDU_API_KEY__STUDIO": SECRET, "VIDU_BASE_URL": "http://vidu.example"}, "VIDU_API_KEY__STUDIO and VIDU_BASE_URL"),
        ({"COMFY_API_KEY": f"Token {SECRET}"}, r"blank.*It was read from COMFY_API_KEY\.$"),
    ],
)
def test_error_for_a_wrong_value_in_the_environment_names_its_variables(environ: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words) as caught:
        accounts_from_environment(environ)
    assert SECRET not in whole_trace(caught.value)


# -- all accounts ---------------------------------------------------------------------------------------------------------


def test_passed_keys_replace_those_of_the_environment_but_not_its_base_urls() -> None:
    environ = {"VIDU_API_KEY": "spent elsewhere", "COMFY_API_KEY": "c", "VIDU_BASE_URL": "http://localhost:1"}
    (only,) = accounts({"vidu": "mine"}, environ)
    assert (only.name, only.key, only.base_url) == ("vidu", "mine", "http://localhost:1")


@pytest.mark.parametrize("nothing", [None, {}, (), []])
def test_error_for_no_key_names_the_variables_to_set(nothing: Mapping[str, str] | Sequence[Account] | None) -> None:
    with pytest.raises(ConfigurationError, match="no account is configured") as caught:
        accounts(nothing, {})
    variables = [f"{provider.upper()}_API_KEY" for provider in PROVIDERS]
    assert f"Set one of {', '.join(variables[:-1])} or {variables[-1]}, or pass keys=" in str(caught.value)


def test_two_accounts_with_one_name_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="several accounts are called vidu"):
        accounts([Account(provider="vidu", key="a"), Account(provider="vidu", key="b")], {})


@pytest.mark.parametrize(
    "keys", [SECRET, SECRET.encode(), vidu_account(), iter([vidu_account()]), 1, [vidu_account(), SECRET], [None]]
)
def test_value_that_is_not_keys_is_refused_and_not_shown(keys: object) -> None:
    with pytest.raises(ConfigurationError, match="of type") as caught:
        accounts(cast("Sequence[Account]", keys), {})
    assert SECRET not in whole_trace(caught.value)
