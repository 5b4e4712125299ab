"""Accounts and defaults from a file: what wins over what, what is refused, and that no key of it is ever shown."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from cli_running import Completed, Shell
from server import Server

KEY = "key-in-the-file-0123456789"
BIRD = ("generate", "a bird", "-m", "viduq3-turbo", "--no-wait")


def accounts_of(done: Completed) -> dict[str, tuple[str, str]]:
    """Return where the key of each account comes from, and its address, as `vidu providers --json` lists them."""
    accounts = done.document["accounts"]
    assert isinstance(accounts, list)
    return {str(row["account"]): (str(row["key_from"]), str(row["base_url"])) for row in accounts if isinstance(row, dict)}


def test_account_and_defaults_of_the_file_are_used(tmp_path: Path) -> None:
    with Server(account="studio", key=KEY) as server:
        shell = Shell(tmp_path)
        shell.write_config(f"""
            [defaults]
            model = "viduq3-turbo"
            output = "{tmp_path}/films"
            interval = 0.01

            [[accounts]]
            provider = "vidu"
            name = "studio"
            key = "{KEY}"
            base_url = "{server.url}"
        """)
        done = shell.run("generate", "a bird")
        assert (done.code, done.err.count("warning")) == (0, 0), done
        assert done.lines == [f"studio:{server.paid[0].id}", f"{tmp_path}/films/{server.paid[0].id}.mp4"]
        assert server.paid[0].body["model"] == "viduq3-turbo"
        assert accounts_of(shell.run("providers", "--json")) == {"studio": (str(shell.config), server.url)}


def test_environment_wins_over_the_file(tmp_path: Path) -> None:
    with Server() as server, Server("comfy") as other:
        shell = Shell(tmp_path, [server])
        shell.write_config(f"""
            [[accounts]]
            provider = "comfy"
            key_env = "MY_COMFY"
            base_url = "{other.url}"
            [[accounts]]
            provider = "vidu"
            key = "{KEY}"
            base_url = "http://127.0.0.1:9"
        """)
        shell.variables["MY_COMFY"] = other.key
        accounts = accounts_of(shell.run("providers", "--json"))
        assert accounts == {"comfy": (f"MY_COMFY ({shell.config})", other.url), "vidu": ("VIDU_API_KEY", server.url)}
        assert list(accounts) == ["comfy", "vidu"], "the order of the file"
        assert shell.run(*BIRD).out == f"comfy:{other.paid[0].id}\n"


def test_base_url_of_the_environment_replaces_that_of_an_account_of_the_file(tmp_path: Path) -> None:
    with Server(account="studio", key=KEY) as server:
        shell = Shell(tmp_path, variables={"VIDU_BASE_URL": server.url})
        shell.write_config(f'[[accounts]]\nprovider = "vidu"\nname = "studio"\nkey = "{KEY}"\nbase_url = "https://api.vidu.com"')
        assert shell.run(*BIRD).code == 0
        assert len(server.paid) == 1


WRONG = {
    "unknown entry": (f'acounts = "{KEY}"', "the entry 'acounts' is not known. Did you mean 'accounts'?"),
    "unknown member": ('[[accounts]]\nprovider = "vidu"\nkey = "k"\nurl = "x"', "[[accounts]] number 1: the entry 'url'"),
    "key as a name": (f'[[accounts]]\n{KEY} = "vidu"', "an entry, not shown as it may be a key, is not known"),
    "no key": ('[[accounts]]\nprovider = "vidu"', "[[accounts]] number 1: exactly one of key and key_env is needed"),
    "variable that is not set": ('[[accounts]]\nprovider = "vidu"\nkey_env = "NOT_SET"', "key_env: NOT_SET is not set"),
    "no provider": (f'[[accounts]]\nkey = "{KEY}"', "provider is missing"),
    "unknown provider": (f'[[accounts]]\nprovider = "vudi"\nkey = "{KEY}"', "'vudi' is not a provider"),
    "key as a provider": (f'[[accounts]]\nprovider = "{KEY}"\nkey = "x"', "the name given is not a provider"),
    "key with a word": (f'[[accounts]]\nprovider = "vidu"\nkey = "Token {KEY}"', "Give the key alone"),
    "wrong kind": ('[[accounts]]\nprovider = "vidu"\nkey = "k"\nmax_in_flight = "9"', "max_in_flight must be a whole number"),
    "true for a number": ("[defaults]\ntimeout = true", "timeout must be a number"),
    "one table for many": (f'[accounts]\nprovider = "vidu"\nkey = "{KEY}"', "in double brackets"),
    "no TOML": (f"[[accounts]]\nkey = {KEY}", "is not valid TOML (at line 2"),
    "quotation marks of a word processor": ("[[accounts]]\nprovider = \u201cvidu\u201d", 'lines such as provider = "vidu"'),
    "lists without end": (f"accounts = {'[' * 5_000}", "cannot be read: maximum recursion depth"),
    "two accounts of a name": (f'[[accounts]]\nprovider = "vidu"\nkey = "{KEY}"\n' * 2, "several accounts are called vidu"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_entry_is_named(name: str, tmp_path: Path) -> None:
    text, says = WRONG[name]
    shell = Shell(tmp_path)
    shell.write_config(text)
    done = shell.run(*BIRD)
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1), done
    assert says in done.err
    assert str(shell.config) in done.err
    assert KEY not in done.err
    assert shell.run("providers").code == 2
    assert KEY not in shell.run("--debug", *BIRD, "--json").out


def test_named_file_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    done = Shell(tmp_path, variables={"VIDU_CONFIG": str(tmp_path / "my.toml")}).run(*BIRD)
    assert (done.code, "VIDU_CONFIG names" in done.err) == (2, True), done


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_mark_before_the_configuration_is_ignored(encoding: str, tmp_path: Path) -> None:
    """Some editors write one; once, the file was then no valid TOML. PowerShell writes UTF-16 into files."""
    shell = Shell(tmp_path, variables={"STUDIO_KEY": KEY})
    shell.write_config("")
    text = '[[accounts]]\nprovider = "vidu"\nname = "studio"\nkey_env = "STUDIO_KEY"\n'
    shell.config.write_text(text, encoding=encoding)
    assert list(accounts_of(shell.run("providers", "--json"))) == ["studio"]


def test_file_that_is_not_text_or_not_a_file_is_an_error(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.write_config("")
    shell.config.write_bytes(b"\xff\xfe\xff")
    assert "is not text in UTF-8: save it as UTF-8" in shell.run(*BIRD).err
    shell.config.unlink()
    shell.config.mkdir()
    assert "cannot be read" in shell.run(*BIRD).err


@pytest.mark.skipif(os.name != "posix", reason="modes of files are those of POSIX")
def test_file_with_keys_that_others_can_read_causes_a_warning(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    text = f'[[accounts]]\nprovider = "vidu"\nkey = "{KEY}"'
    shell.write_config(text, mode=0o644)
    done = shell.run("providers")
    assert done.code == 0
    assert f"warning: {shell.config} holds keys and can be read by others (mode 644): chmod 600" in done.err
    shell.write_config(text, mode=0o600)
    assert "warning" not in shell.run("providers").err
    shell.write_config('[[accounts]]\nprovider = "vidu"\nkey_env = "K"', mode=0o644)
    shell.variables["K"] = KEY
    assert "warning" not in shell.run("providers").err


@pytest.mark.parametrize(
    "arguments", [("providers",), ("providers", "--json"), ("route", "a bird", "-m", "viduq3-turbo"), ("credits",)]
)
def test_key_of_an_account_is_not_shown(arguments: tuple[str, ...], tmp_path: Path) -> None:
    with Server(key=KEY) as server:
        done = Shell(tmp_path, [server]).run("--debug", *arguments)
        assert done.code == 0, done
        assert KEY not in done.out + done.err


def test_configured_key_in_place_of_another_argument_is_not_shown(tmp_path: Path) -> None:
    with Server(key=KEY) as server:
        shell = Shell(tmp_path, [server])
        for arguments in (["status", KEY], ["generate", "x", "-m", "viduq3-turbo", "--account", KEY]):
            done = shell.run(*arguments)
            assert (done.code, KEY in done.err, "<key>" in done.err) == (2, False, True), done
            assert KEY not in shell.run(*arguments, "--json").out
