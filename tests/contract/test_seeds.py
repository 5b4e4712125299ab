"""The answers in the five documents from which the specs were written are examples of the specs.

Their addresses, members, states, models and parameters are rows of the second reading, which test_readings.py compares.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, cast

import pytest
from documents import as_list, as_object
from specs import ENDPOINTS, endpoint_named, same
from yaml_files import parse_yaml

SEEDS: Final = cast("list[dict[str, Any]]", parse_yaml(Path(__file__).with_name("seeds.yaml")))


def id_of(seed: dict[str, Any]) -> str:
    return f"{seed['file'][:3]}-{seed['provider']}"


def test_operations_name_the_seeds_that_are_stored_here() -> None:
    named = {
        (endpoint.document.name, endpoint.operation.id, str(source))
        for endpoint in ENDPOINTS
        for source in as_list(endpoint.operation.value["x-source"])
        if str(source).startswith("seeds/")
    }
    held = {(seed["provider"], seed["operation"], f"seeds/{seed['file']}") for seed in SEEDS}
    assert named == held, "write what the seed shows into tests/contract/seeds.yaml, or correct the x-source of the operation"


@pytest.mark.parametrize("seed", [seed for seed in SEEDS if "answers" in seed], ids=id_of)
def test_example_of_a_seed_is_a_documented_example(seed: dict[str, Any]) -> None:
    documented = endpoint_named(seed["provider"], seed["operation"]).answer_examples()
    for status, value in seed["answers"].items():
        assert any(example.status == status and same(example.value, value) for example in documented), status


def test_failed_generation_is_documented_as_its_seed_says() -> None:
    """This seed has no example, but a sentence: when status is FAILED, data is null and code and message are there."""
    (seed,) = (seed for seed in SEEDS if "answers" not in seed)
    answers = [as_object(example.value) for example in endpoint_named(seed["provider"], seed["operation"]).answer_examples()]
    failed = [answer for answer in answers if answer.get("status") == "FAILED"]
    assert failed
    assert all(answer["data"] is None and {"code", "message"} <= answer.keys() for answer in failed)
