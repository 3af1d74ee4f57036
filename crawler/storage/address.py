"""What names an object in a store, and what is known of one. Without pyarrow: most folders are no buckets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.language import message


class BucketError(OSError):
    """The store does not do what was asked of it; one line, without credentials. `lasting`: asking again is no use."""

    def __init__(self, message: str, *, lasting: bool = False) -> None:
        super().__init__(message)
        self.lasting = lasting


class AddressError(ValueError):
    """No URL of an object store; the message is one line for the operator."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Size in bytes and time of the last change (nanoseconds since 1970, the server's clock) of an object."""

    size: int
    changed: int


def is_url(setting: str) -> bool:
    """Whether a setting or an argument names something else than a local path."""
    return "://" in setting


def bucket_and_key(url: str) -> tuple[str, str]:
    """ "s3://bucket/prefix/" -> ("bucket", "prefix"). Raises AddressError."""
    try:
        parts = urlsplit(url)
    except ValueError as error:  # s3://[
        raise AddressError(message("{url}: s3://BUCKET/PREFIX is needed", url=url)) from error
    if parts.scheme != "s3":
        raise AddressError(message("{url}: s3://BUCKET/PREFIX or a local folder is needed", url=url))
    if parts.username or parts.password:
        raise AddressError(message("s3://…@…: no credentials in a URL; AWS_ACCESS_KEY_ID or AWS_PROFILE names them"))
    key = parts.path.strip("/")
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", parts.netloc):
        raise AddressError(
            message(
                "{url}: s3://BUCKET/PREFIX is needed, and {bucket!r} is no name of a bucket",
                url=url,
                bucket=parts.netloc,
            )
        )
    if parts.query or parts.fragment or any(part in ("", ".", "..") for part in key.split("/") if key):
        raise AddressError(message("{url}: s3://BUCKET/PREFIX is needed", url=url))
    return parts.netloc, key
