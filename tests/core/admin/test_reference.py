"""The reference is that of the table, and the OpenAPI document is one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from core.admin.answers import STATUSES
from core.admin.reference import openapi, openapi_json, reference_page, write_reference
from core.admin.routes import ROUTES, Route
from core.admin.schemas import SCHEMAS
from core.api.access import Scope

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"
WRITE_IT = "python -m core.admin.reference docs/reference"


def test_the_reference_is_fresh(tmp_path: Path) -> None:
    """Both documents in docs/reference are what the table gives today."""
    write_reference(tmp_path)
    for made in tmp_path.iterdir():
        kept = (REFERENCE / made.name).read_text(encoding="utf-8")
        assert kept == made.read_text(encoding="utf-8"), f"write it anew: {WRITE_IT}"


def test_what_is_sent_is_what_is_described() -> None:
    """The document that the API sends is the one in docs/reference."""
    assert json.loads(openapi_json()) == openapi()
    assert json.loads((REFERENCE / "admin-api.json").read_text(encoding="utf-8")) == openapi()


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_each_shape_is_a_schema(name: str) -> None:
    """Each is valid JSON Schema of the draft that OpenAPI 3.1 takes."""
    Draft202012Validator.check_schema(SCHEMAS[name])


def test_each_scope_opens_something_and_only_reading_is_offered() -> None:
    """Every scope has a place; every place has GET and HEAD and nothing else."""
    assert {route.scope for route in ROUTES if route.scope} == set(Scope)
    for path in openapi()["paths"].values():
        assert set(path) == {"get", "head"}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_each_place_names_its_failures(route: Route) -> None:
    """Every failure has a status, and the page names the place, its scope and its codes."""
    page = reference_page()
    assert f"## `GET {route.path}`" in page
    for failure in route.failures:
        assert failure in STATUSES
        assert f"`{failure.code}`" in page


def test_names_are_used_once() -> None:
    """No two operations have the same ID, and no two places the same path."""
    names = [each["operationId"] for path in openapi()["paths"].values() for each in path.values()]
    assert len(set(names)) == len(names) == 2 * len({route.path for route in ROUTES})
