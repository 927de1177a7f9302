"""The reference of the admin API, made from the table of routes: the OpenAPI 3.1 document, and a page to read.

``python -m core.admin.reference docs/reference`` writes both; a test holds them to the table.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from core.admin.answers import JSON, PROBLEM, STATUSES
from core.admin.handlers import API_VERSION
from core.admin.limits import PER_ACCESS
from core.admin.routes import ROUTES, Parameter, Route
from core.admin.schemas import SCHEMAS
from core.api.text import SENTENCES
from core.errors import Failure

JSON_NAME: Final = "admin-api.json"
PAGE_NAME: Final = "admin-api.md"

_ABOUT = (
    "Read-only access to a Lucid appliance, over its onion address. It never gives away a key, a picture, what was "
    "typed, a title, a file's name or an entry of a trail. Each call is written down before it is answered."
)
_HEAD_TEXT = "As GET, without the body."


def openapi() -> dict[str, Any]:
    """Make the OpenAPI document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Lucid admin API",
            "version": API_VERSION,
            "description": _ABOUT,
            "license": {"name": "GPL-3.0-or-later", "identifier": "GPL-3.0-or-later"},
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": {
            route.path: {"get": _operation(route), "head": _operation(route, is_head=True)}
            for route in ROUTES
        },
        "components": {
            "schemas": SCHEMAS,
            "headers": _headers(),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The token of an access, as `lucid access grant` shows it once.",
                }
            },
        },
    }


@lru_cache(maxsize=1)
def openapi_json() -> bytes:
    """Write the OpenAPI document as it is sent: without a space too many, since Tor is slow."""
    return json.dumps(openapi(), separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def _operation(route: Route, *, is_head: bool = False) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": f"{route.name}_head" if is_head else route.name,
        "summary": route.summary,
        "description": _HEAD_TEXT if is_head else f"{route.text}{_scope_text(route)}",
        "responses": {
            "200": _found(route, is_head=is_head),
            **_unchanged(route),
            **{
                str(int(status)): _failed(status, failures, is_head=is_head)
                for status, failures in route.statuses().items()
            },
        },
    }
    if route.parameters:
        operation["parameters"] = [_parameter(each) for each in route.parameters]
    if not route.needs_token:
        operation["security"] = []
    return operation


def _scope_text(route: Route) -> str:
    return f" Scope: `{route.scope.value}`." if route.scope is not None else ""


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.place == "path",
        "description": parameter.text,
        "schema": parameter.schema,
    }


def _found(route: Route, *, is_head: bool) -> dict[str, Any]:
    headers = _header_refs("Cache-Control", "Lucid-Api-Version")
    if route.has_tag:
        headers |= _header_refs("ETag")
    found: dict[str, Any] = {"description": route.summary, "headers": headers}
    if not is_head:
        found["content"] = {route.content_type: _content(route)}
    return found


def _content(route: Route) -> dict[str, Any]:
    if route.answer:
        return {"schema": {"$ref": f"#/components/schemas/{route.answer}"}}
    if route.content_type == JSON:
        return {"schema": {"type": "object"}}
    return {}  # OpenAPI 3.1: octets, or text, without a shape


def _unchanged(route: Route) -> dict[str, Any]:
    if not route.has_tag:
        return {}
    return {"304": {"description": "What If-None-Match names is what there is."}}


def _failed(
    status: HTTPStatus, failures: tuple[type[Failure], ...], *, is_head: bool
) -> dict[str, Any]:
    headers = _header_refs("Cache-Control", "Lucid-Api-Version")
    if status is HTTPStatus.TOO_MANY_REQUESTS:
        headers |= _header_refs("Retry-After")
    if status is HTTPStatus.UNAUTHORIZED:
        headers |= _header_refs("WWW-Authenticate")
    codes = ", ".join(f"`{failure.code}`" for failure in failures)
    failed: dict[str, Any] = {"description": f"{status.phrase}: {codes}.", "headers": headers}
    if not is_head:
        failed["content"] = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return failed


def _headers() -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "Cache-Control": {"schema": text | {"const": "no-store"}, "required": True},
        "Lucid-Api-Version": {"schema": text | {"const": API_VERSION}, "required": True},
        "ETag": {"schema": text | {"pattern": '^"[0-9a-f-]+"$'}, "required": True},
        "Retry-After": {
            "description": "In how many seconds to call again.",
            "schema": text | {"pattern": "^[1-9][0-9]*$"},
            "required": True,
        },
        "WWW-Authenticate": {"schema": text | {"pattern": "^Bearer "}, "required": True},
    }


def _header_refs(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


# --- the page --------------------------------------------------------------------------------


def reference_page() -> str:
    """Write the reference for people."""
    return "\n".join(
        [*_beginning(), *(line for route in ROUTES for line in _place(route)), *_end()]
    )


def _beginning() -> Iterator[str]:
    yield "# The admin API"
    yield ""
    yield f"{_ABOUT} How to get an access and call it: [Reading from afar](../guides/reading-from-afar.md)."
    yield ""
    yield f"This page and [{JSON_NAME}]({JSON_NAME}) (OpenAPI 3.1) are made from the table in `core/admin/routes.py`."
    yield ""
    yield "- Methods: GET and HEAD. Anything else is 405; a body is 413; a place that is not listed here is 404."
    yield "- The token goes into the header `Authorization: Bearer TOKEN`, never into the address."
    yield (
        f"- At most {PER_ACCESS.per_minute} calls a minute with a token, and {PER_ACCESS.burst} at once; "
        "then 429 with `Retry-After`."
    )
    yield "- Failures are problem documents (RFC 9457) with a stable `code` and a `next_step`."
    yield "- Times are UTC in milliseconds since 1970; hashes and keys are lower-case hex."
    yield ""


def _place(route: Route) -> Iterator[str]:
    yield f"## `GET {route.path}`"
    yield ""
    yield route.text
    yield ""
    if not route.needs_token:
        yield "- Needs no token."
    else:
        scope = "any token" if route.scope is None else f"scope `{route.scope.value}`"
        yield f"- Needs {scope}."
    for each in route.parameters:
        yield f"- `{each.name}` ({each.place}): {each.text} {_bounds(each)}".rstrip()
    yield f"- Answers `{route.content_type}`{_shape(route)}."
    for status, failures in route.statuses().items():
        codes = ", ".join(f"`{failure.code}`" for failure in failures)
        yield f"- {int(status)}: {codes}."
    yield ""


def _bounds(parameter: Parameter) -> str:
    schema = parameter.schema
    if schema["type"] == "integer":
        usual = f", {schema['default']} unless told" if "default" in schema else ""
        return f"From {schema['minimum']} to {schema['maximum']}{usual}."
    if "enum" in schema:
        return "One of " + ", ".join(f"`{each}`" for each in schema["enum"]) + "."
    return ""


def _shape(route: Route) -> str:
    if not route.answer:
        return ""
    shape = SCHEMAS[route.answer]
    members = ", ".join(f"`{name}`" for name in shape["properties"])
    tag = ", with an `ETag`" if route.has_tag else ""
    return f": {members}{tag}"


def _end() -> Iterator[str]:
    yield "## Failures"
    yield ""
    yield "| Code | Status | What it says | Next step |"
    yield "|---|---|---|---|"
    for failure, status in STATUSES.items():
        sentence = SENTENCES[failure.code]
        yield f"| `{failure.code}` | {int(status)} | {sentence.what} | {sentence.next_step} |"
    yield ""


def write_reference(directory: Path) -> None:
    """Write both documents into a directory."""
    directory.mkdir(parents=True, exist_ok=True)
    document = json.dumps(openapi(), indent=2, ensure_ascii=False)
    (directory / JSON_NAME).write_text(document + "\n", encoding="utf-8")
    (directory / PAGE_NAME).write_text(reference_page(), encoding="utf-8")


if __name__ == "__main__":
    write_reference(Path(sys.argv[1]))
