"""What schemathesis does not know by itself."""

import ast
import threading

import schemathesis

_parse = ast.parse
_parsing = threading.Lock()


def parse_alone(*args, **kwargs):
    """One at a time: Python before 3.11.8 fails where threads parse at once (python/cpython#106905)."""
    with _parsing:
        return _parse(*args, **kwargs)


ast.parse = parse_alone


@schemathesis.serializer("application/offset+octet-stream")
def part_of_upload(ctx, value):
    """The bytes as they are."""
    return value if isinstance(value, bytes) else str(value).encode()


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """This version cannot hold answers to `prefixItems`: each place may be any of the kinds that a list has."""
    loosen(raw_schema)


def loosen(schema):
    if isinstance(schema, dict):
        if "prefixItems" in schema:
            schema["items"] = {"anyOf": schema.pop("prefixItems")}
        for one in schema.values():
            loosen(one)
    elif isinstance(schema, list):
        for one in schema:
            loosen(one)
