"""What argparse says of a wrong command line, as a Message: its texts are English, and are known by their form."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

from crawler.language import message

_FIELDS = {name: f"{{{name}}}" for name in ("option", "why", "value", "names", "kind", "what")}
_FORMS = (
    message("argument {option}: {why}", **_FIELDS),
    message("invalid choice: {value} (choose from {names})", **_FIELDS),
    message("invalid {kind} value: {value}", **_FIELDS),
    message("expected one argument"),
    message("unrecognized arguments: {names}", **_FIELDS),
    message("the following arguments are required: {names}", **_FIELDS),
    message("ambiguous option: {option} could match {names}", **_FIELDS),
    message("ignored explicit argument {value}", **_FIELDS),
    message("Invalid -s value, use -s NAME=VALUE"),
    message("{value} is no number of processes from 1 to {most}", value="{value}", most="{most}"),
)


def of_argparse(line: str) -> str:
    """The Message that `line` is, also of one within another; a line of another form as it is."""
    for form in _FORMS:
        if found := re.fullmatch("".join(_pattern(form)), line, re.DOTALL):
            return message(form, **{name: of_argparse(value) for name, value in found.groupdict().items()})
    return line


def _pattern(form: str) -> Iterator[str]:
    for text, name, _, _ in string.Formatter().parse(form):
        yield re.escape(text) + (f"(?P<{name}>.+?)" if name else "")
