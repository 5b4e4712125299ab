"""The answers in the five documents from which the specs were written are examples of the specs.

Their addresses, members, states, models and parameters are rows of the second reading, which test_readings.py compares.
"""

from __future__ import annotations

import pytest
from documents import as_list, as_object
from seeds import SEEDS, Seed
from specs import ENDPOINTS, endpoint_named, same


def id_of(seed: object) -> str:
    return f"{seed.file[:3]}-{seed.provider}" if isinstance(seed, Seed) else str(seed)


def test_operations_name_the_seeds_that_are_stored_here() -> None:
    named = {
        (endpoint.document.name, endpoint.operation.id, str(source))
        for endpoint in ENDPOINTS
        for source in as_list(endpoint.operation.value["x-source"])
        if str(source).startswith("seeds/")
    }
    held = {(seed.provider, seed.operation, seed.source) for seed in SEEDS}
    assert named == held, (
        f"write what the seed shows of {sorted(named - held) or sorted(held - named)} into tests/contract/seeds.py; if it was not"
        " written from a seed, correct its x-source"
    )


@pytest.mark.parametrize("seed", [seed for seed in SEEDS if seed.answers], ids=id_of)
def test_example_of_a_seed_is_a_documented_example(seed: Seed) -> None:
    documented = endpoint_named(seed.provider, seed.operation).answer_examples()
    for status, value in seed.examples():
        assert any(example.status == status and same(example.value, value) for example in documented), status


def test_failed_generation_is_documented_as_its_seed_says() -> None:
    """This seed has no example, but a sentence: when status is FAILED, data is null and code and message are there."""
    (seed,) = (seed for seed in SEEDS if not seed.answers)
    answers = [as_object(example.value) for example in endpoint_named(seed.provider, seed.operation).answer_examples()]
    failed = [answer for answer in answers if answer.get("status") == "FAILED"]
    assert failed
    assert all(answer["data"] is None and {"code", "message"} <= answer.keys() for answer in failed)
