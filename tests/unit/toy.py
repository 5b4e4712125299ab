"""The contract of the toy provider: limits and messages are tested on it, so that a changed document breaks none of them."""

from __future__ import annotations

from pathlib import Path
from typing import Final, cast

from yaml_files import parse_yaml

from vidu_ext.spec.contract import Contract
from vidu_ext.values.tasks import Object

TOY: Final = Contract("toy", cast("Object", parse_yaml(Path(__file__).parent.parent / "data" / "toy.yaml")))
