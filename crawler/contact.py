"""Who is crawling: the user agent, which names the project, its version and the operator's contact."""

from __future__ import annotations

from crawler import __version__
from crawler.language import message

AGENT = f"chinese-template-crawler/{__version__}"


def user_agent(contact: str | None) -> str:
    """The User-Agent header. Raises ValueError where `contact` is neither a mail address nor a URL."""
    if not contact:
        return AGENT
    if not (contact.isascii() and contact.isprintable() and ("@" in contact or "://" in contact)):
        raise ValueError(message("CONTACT={contact!r}: a mail address or a URL is needed", contact=contact))
    return f"{AGENT} (+{contact})"
