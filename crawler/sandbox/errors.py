"""Why a page has no result."""

from __future__ import annotations


class PageBrokenError(Exception):
    """The page took too long or ended the process. The message is the detail of its reject."""


class SandboxClosedError(Exception):
    """The crawl ends and waits for no page any more. Nothing has been found out about this one."""
