"""WordPress themes."""

from __future__ import annotations

from crawler.extract.dom import Document
from crawler.extract.templates.skin import Skin, generator


def recognise(doc: Document) -> bool:
    return "/wp-content/" in doc.loads or "wordpress" in generator(doc)


SKIN = Skin(
    name="wordpress",
    vendor="WordPress themes",
    recognise=recognise,
    body=(".entry-content", ".single-content"),
    drop=(".st-related-posts", ".sharedaddy", ".wp-post-navigation", ".post-copyright"),
)
