"""`vidu contract fuzz`: check a server against the spec of a provider with generated requests."""

from __future__ import annotations

import os

import typer
from attrs import evolve

from vidu_ext.cli.clients import load_configuration, settings_of
from vidu_ext.cli.completion import providers
from vidu_ext.cli.config import Configuration
from vidu_ext.cli.exits import Exit
from vidu_ext.cli.failures import report_failure
from vidu_ext.cli.output import Printer
from vidu_ext.cli.progress import Progress
from vidu_ext.contract import fuzz, live
from vidu_ext.providers import provider_named
from vidu_ext.providers.accounts import Account, address_variable
from vidu_ext.values.errors import ConfigurationError


def run_fuzz(
    output: Printer,
    *,
    url: str = typer.Option(..., help="Base URL of a mirror, a proxy or an emulator."),
    provider: str = typer.Option(..., help="The provider whose spec it follows.", autocompletion=providers),
    key_env: str | None = typer.Option(None, metavar="NAME", help="Variable with the key, if no account has this base URL."),
    may_spend: bool = typer.Option(
        False, "--may-spend", help="Also create tasks, which may be paid. Not needed for an emulator."
    ),
    examples: int = typer.Option(20, min=1, help="Cases of each operation in each phase."),
    seconds: float = typer.Option(600.0, min=1, help="Maximum duration of the run."),
    seed: int | None = typer.Option(None, help="Repeats a run; default: a random one, which is printed."),
    phases: str = typer.Option("examples,coverage,fuzzing,stateful", help="Of: examples,coverage,fuzzing,stateful."),
) -> int:
    """Run schemathesis with our configuration against a server that claims to be a provider. Ends with 12 if it differs.

    \b
      vidu emulator --own-keys-only --rate 1000 &
      eval "$(vidu emulator --print-env)"
      vidu contract fuzz --provider vidu --url "$VIDU_BASE_URL"
    """
    provider_named(provider)
    chosen = tuple(phases.split(","))
    if not set(chosen) <= set(fuzz.PHASES):
        raise ConfigurationError(f"takes {', '.join(fuzz.PHASES)}, separated by commas.", option="--phases")
    fuzz.check_target(provider, url)
    configuration = load_configuration(output)
    key = _key(configuration, provider, url, key_env)
    output.hide([key])
    account = Account(provider=provider, key=key, base_url=url, allow_insecure=True)
    wrong_key = evolve(account, name="wrong-key", key="another-key-that-is-none")
    with Progress(output, doing=f"asking {url}"):
        check, check_of_wrong_key = live.check_accounts([account, wrong_key], settings_of(configuration), newest=0)
    standing = "foreign" if check.standing == "asked" and not check.is_recognised else check.standing
    if standing != "asked":
        return _report_standing(output, standing, provider, url, check.calls[0].failure)
    is_emulated = fuzz.is_emulator(url)
    creates = may_spend or is_emulated
    if is_emulated and check_of_wrong_key.standing != "key refused":
        raise ConfigurationError(f"the emulator at {url} takes any key. Start it with `vidu emulator --own-keys-only`.")
    if not creates:
        output.warn(f"{url} is not an emulator, so only operations that read are called; --may-spend adds tasks")
    budget = fuzz.Budget(examples=examples, seconds=seconds, phases=chosen, seed=seed)
    try:
        with Progress(output, doing="sending generated requests"):
            ended = fuzz.run(provider, url, key, budget, creates=creates)
    except fuzz.FuzzError as error:
        return report_failure(output, "FuzzError", str(error), Exit.NOT_ANSWERED)
    output.text(ended.report)
    output.document({
        "provider": provider, "url": url, "held": ended.is_clean, "seed": ended.seed, "creates": creates,
        "cases": ended.result.get("test_cases"), "failures": ended.result.get("failures"), "errors": ended.result.get("errors"),
    })  # fmt: skip
    return Exit.OK if ended.is_clean else Exit.DRIFT


def _key(configuration: Configuration, provider: str, url: str, key_env: str | None) -> str:
    """Return the key for a server: of the named variable, or of the account with this address. No other key is sent there."""
    if key_env is not None:
        if key := os.environ.get(key_env, "").strip():
            return key
        raise ConfigurationError(f"names {key_env!r}, which is not set.", option="--key-env")
    for account in (entry.account for entry in configuration.entries):
        if account.provider == provider and account.server == url.rstrip("/"):
            return account.key
    raise ConfigurationError(
        f"no account of {provider} has the base URL {url}, and no other key is sent there."
        f" Set {address_variable(provider)} to it, or name the variable that holds its key with --key-env."
    )


def _report_standing(output: Printer, standing: str, provider: str, url: str, failure: str) -> Exit:
    text, code = {
        "not reached": (f"{url} is not reached: {failure}", Exit.NOT_SENT),
        "key refused": (f"{url} refuses the key, and would refuse every generated request", Exit.REFUSED),
        "foreign": (f"{url} does not answer as {provider}; give the base URL, without a path of the API", Exit.FOREIGN),
    }[standing]
    return report_failure(output, code.name, f"{text}. No request was generated.", code)
