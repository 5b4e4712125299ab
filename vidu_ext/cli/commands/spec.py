"""`vidu spec`: the operations of a provider, and what the members of one take."""

from __future__ import annotations

import json

import typer
from attrs import asdict

from vidu_ext.cli.completion import operations, providers
from vidu_ext.cli.exits import Exit
from vidu_ext.cli.output import Printer
from vidu_ext.providers import PROVIDERS, provider_named
from vidu_ext.spec.contract import Contract, contract_of
from vidu_ext.spec.json_schema import json_schema
from vidu_ext.spec.media import MediaRule
from vidu_ext.spec.model_rules import Limit
from vidu_ext.spec.operation import Operation
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.tasks import Object


def run_spec(
    output: Printer,
    provider: str | None = typer.Argument(None, metavar="[PROVIDER]", autocompletion=providers),
    operation: str | None = typer.Argument(None, metavar="[OPERATION]", autocompletion=operations),
    *,
    model: str | None = typer.Option(
        None, "--model", "-m", help="Only what this model takes; without OPERATION, only the operations that take it."
    ),
    schema: bool = typer.Option(
        False, "--json-schema", help="The JSON Schema of a request to OPERATION, with its prices, for other programs."
    ),
) -> int:
    """Show what a provider takes: its operations, or the members of one and their limits for each model."""
    if schema and (provider is None or operation is None):
        raise ConfigurationError(
            "--json-schema needs PROVIDER and OPERATION, such as `vidu spec vidu imageToVideo --json-schema`."
        )
    if provider is None or operation is None:
        names = PROVIDERS if provider is None else [provider_named(provider).name]
        if not sum(_print_operations(output, contract_of(name), model) for name in names):
            raise ConfigurationError(f"no operation of {', '.join(names)} takes the model {model!r}. Without -m, all are listed.")
        return Exit.OK
    contract = provider_named(provider).contract
    if schema:
        document = json_schema(contract, operation, model)
        output.document(document)
        output.text(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        _print_operation(output, contract, contract.operation(operation), model)
    return Exit.OK


def _print_operations(output: Printer, contract: Contract, model: str | None) -> int:
    """Print the operations of a provider, or those that take a model, and return their number."""
    rows: list[tuple[str, ...]] = []
    for operation in contract.operations.values():
        starts_task = operation.poll is not None
        models = contract.models(operation.id)
        if model is not None and model not in models:
            continue
        head = _head(contract, operation)
        output.document({**head, "starts_task": starts_task, "models": [*models]})
        rows.append((*map(str, head.values()), "task" if starts_task else "at once", ", ".join(models)))
    if rows:
        output.table(("provider", "operation", "method", "path", "answers", "models"), rows)
    return len(rows)


def _print_operation(output: Printer, contract: Contract, operation: Operation, model: str | None) -> None:
    groups = _own_limits(contract, operation, model)
    media = {name: rule for name in operation.properties if (rule := contract.media_rule(operation.id, name)) is not None}
    general = contract.limits(operation.id, None)
    output.document({
        **_head(contract, operation), "required": [*operation.required],
        "members": {name: _limit_document(limit, media.get(name)) for name, limit in general.items()},
        "models": {
            name: {member: _limit_document(limit) for member, limit in own.items()} for names, own in groups for name in names
        },
    })  # fmt: skip
    output.text(f"{contract.provider} {operation.id}: {operation.method.upper()} {operation.path}")
    if not general:
        output.summary("It has no request body.")
        return
    sections = [("all", general), *((", ".join(names), own) for names, own in groups)]
    rows = [
        (
            models,
            name,
            "required" if name in operation.required else "",
            _limit_text(limit, _unit(contract, operation, name), media.get(name)),
        )
        for models, limits in (sections if model is None else [(model, contract.limits(operation.id, model))])
        for name, limit in limits.items()
    ]
    output.table(("models", "member", "", "takes"), rows)
    output.summary("What members allow together is not shown here: `vidu route` says whether a request fits.")


def _head(contract: Contract, operation: Operation) -> Object:
    """Return the first members of a document of an operation, which are the first cells of its row too."""
    return {
        "provider": contract.provider, "operation": operation.id, "method": operation.method.upper(), "path": operation.path,
    }  # fmt: skip


def _own_limits(contract: Contract, operation: Operation, model: str | None) -> list[tuple[list[str], dict[str, Limit]]]:
    """Return the limits that differ from the general ones, each with the models that have exactly these limits.

    Raises ConfigurationError for a model that the operation does not take.
    """
    if model is not None:
        contract.check_model(operation.id, model)
    general = contract.limits(operation.id, None)
    groups: list[tuple[list[str], dict[str, Limit]]] = []
    for name in contract.models(operation.id) if model is None else (model,):
        own = {member: limit for member, limit in contract.limits(operation.id, name).items() if limit != general.get(member)}
        same = next((names for names, others in groups if others == own), None)
        if same is not None:
            same.append(name)
        elif own:
            groups.append(([name], own))
    return groups


def _limit_text(limit: Limit, unit: str, rule: MediaRule | None = None) -> str:
    """Format a limit; `unit` is what its numbers count."""
    if not limit.is_accepted:
        return "not taken"
    parts: list[str] = []
    if limit.choices is not None:
        parts.append(", ".join(map(str, limit.choices)))
    elif limit.minimum is not None or limit.maximum is not None:
        parts.append(f"{_range(limit)} {unit}".strip())
    if limit.default is not None:
        parts.append(f"default {json.dumps(limit.default).strip(chr(34))}")
    if rule is not None:
        size = "" if rule.max_bytes is None else f", at most {rule.max_bytes:,} bytes"
        parts.append(f"{rule.kind} ({', '.join(rule.formats) or 'any format'}{size})")
    return "; ".join(parts) or "any"


def _range(limit: Limit) -> str:
    least, most = (None if end is None else f"{end:,.12g}" for end in (limit.minimum, limit.maximum))
    if least is None or most is None:
        return f"at most {most}" if least is None else f"{least} or more"
    return least if least == most else f"{least} to {most}"


def _unit(contract: Contract, operation: Operation, member: str) -> str:
    """Return what the limits of a member count."""
    place = contract.spec.property(operation.body, member) if operation.body is not None else None
    kind = contract.spec.at(place).get("type") if place is not None else None
    return {"string": "characters", "array": "entries"}.get(str(kind), "")


def _limit_document(limit: Limit, rule: MediaRule | None = None) -> Object:
    medium: Object = {"medium": rule.kind, "formats": [*rule.formats], "max_bytes": rule.max_bytes} if rule else {}
    values = asdict(limit, filter=lambda member, value: value is not None and member.name != "is_accepted")
    return {**(values if limit.is_accepted else {"taken": False}), **medium}
