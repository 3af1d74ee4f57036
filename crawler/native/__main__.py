"""Compile the core, unless that is done."""

from crawler.native.compile import build

print(build())
