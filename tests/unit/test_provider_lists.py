"""A provider is named in one spec and in a handful of lists. A list that does not know it fails far away, or nowhere."""

from __future__ import annotations

from collections.abc import Collection
from importlib.resources import files
from typing import Final

import pytest

from vidu_ext import providers

SPECS: Final = {place.name for place in files("vidu_clients").iterdir() if place.joinpath("openapi.json").is_file()}

LISTS: Final[dict[str, Collection[object]]] = {
    "vidu_ext/providers/__init__.py": providers.PROVIDERS,
}


@pytest.mark.parametrize("place", LISTS)
def test_list_of_providers_lacks_one_that_has_a_spec(place: str) -> None:
    missing = sorted(SPECS - {str(name) for name in LISTS[place]})
    assert not missing, f"{place} does not name {', '.join(missing)}, which openapi/ has a spec of"


@pytest.mark.parametrize("place", LISTS)
def test_list_of_providers_names_one_that_has_no_spec(place: str) -> None:
    unknown = sorted({str(name) for name in LISTS[place]} - SPECS)
    assert not unknown, f"{place} names {', '.join(unknown)}, which openapi/ has no spec of"


@pytest.mark.parametrize("name", providers.PROVIDERS)
def test_name_in_the_list_leads_to_another_adapter(name: str) -> None:
    assert providers.provider_named(name).name == name
