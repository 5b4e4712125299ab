"""OpenAPI documents that users name: files, or the installed spec of a provider."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final, cast

from vidu_ext.providers import PROVIDERS
from vidu_ext.spec.contract import contract_of
from vidu_ext.values.errors import ConfigurationError, MissingExtraError
from vidu_ext.values.installed import install_command
from vidu_ext.values.json import as_object, text_of_file
from vidu_ext.values.tasks import Json, Object

_VERSIONS: Final = ("3.0", "3.1")


def read_document(source: str) -> Object:
    """Read the OpenAPI document in a JSON or YAML file, or the installed one of a provider. Raises ConfigurationError."""
    path = Path(source)
    if source in PROVIDERS and not path.exists():  # a file wins over a provider of the same name
        return contract_of(source).spec.root
    try:
        value = _parse(text_of_file(path.read_bytes()))
    except ImportError:
        raise MissingExtraError(f"{path} is not JSON, and YAML needs pyyaml: {install_command('contract')}") from None
    except FileNotFoundError:
        raise ConfigurationError(f"{path} does not exist. Name a file, or one of {', '.join(PROVIDERS)}.") from None
    except (OSError, ValueError, RecursionError) as error:  # ValueError for a path with a NUL too
        reason = error.strerror if isinstance(error, OSError) else None
        raise ConfigurationError(f"{path} cannot be read: {reason or error}.") from None
    if not isinstance(value, dict) or not str(value.get("openapi")).startswith(_VERSIONS) or not as_object(value.get("paths")):
        raise ConfigurationError(f"{source} is not an OpenAPI document of version {' or '.join(_VERSIONS)} with paths.")
    return value


def _parse(text: str) -> Json:
    """Parse JSON, or else YAML. Raises ValueError, RecursionError, and ImportError without PyYAML."""
    try:
        return cast("Json", json.loads(text))
    except (ValueError, RecursionError):
        import yaml  # type: ignore[import-untyped]  # PyYAML ships no types
    try:
        # through JSON: keys become texts (statuses such as 200), and values that JSON lacks (dates, NaN) are refused
        return cast("Json", json.loads(json.dumps(yaml.safe_load(text), allow_nan=False)))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" (line {mark.line + 1})" if mark is not None else ""
        raise ValueError(f"it is neither valid JSON nor valid YAML{place}") from None
    except (TypeError, ValueError):
        raise ValueError("it contains values that JSON cannot express, such as dates or NaN") from None
