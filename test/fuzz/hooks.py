"""What schemathesis does not know by itself."""

import schemathesis


@schemathesis.serializer("application/offset+octet-stream")
def part_of_upload(ctx, value):
    """The bytes as they are."""
    return value if isinstance(value, bytes) else str(value).encode()
