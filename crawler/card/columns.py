"""What each column of the dataset means, in one sentence: the card and the Croissant file both say it."""

from __future__ import annotations

import pyarrow as pa

MEANING = {
    "id": "The article's permanent identifier: 32 hex digits of SHA-256 over its canonical URL.",
    "url": "Where it was fetched, after redirects.",
    "canonical_url": "The URL without what does not tell pages apart.",
    "site": "The site's name in the crawler.",
    "family": "fanwen (model essays), news, or wenku (document sharing).",
    "template": "The CMS skin that was recognised, or generic.",
    "title": "The title, not repeated in the text.",
    "text": "The article, one paragraph a line.",
    "lead": "导语, 摘要, 内容简介.",
    "published": "As printed, in ISO form, with the precision printed; China time.",
    "published_at": "The same as an instant.",
    "source": "来源: who published it first.",
    "author": "作者.",
    "editor": "责任编辑.",
    "category": "The breadcrumb, without the site's name.",
    "keywords": "What the page's metadata says.",
    "page_count": "Web pages joined into the row.",
    "parts": "Pieces of the text (part) and attachments, as character offsets.",
    "document": "What a document-sharing page says about its file.",
    "notices": "Copyright, licence and reprint notices found, verbatim.",
    "removed": "Every span that a cleaning rule took out, so that it can be put back at its offset.",
    "truncated": "The page shows only a part of the document, or a page of the article is missing.",
    "language": "zh.",
    "script": "Hans, Hant or mixed.",
    "charset": "The encoding that decoded the page.",
    "quality": "Signals to filter by; nothing was dropped for them.",
    "text_digest": "SHA-256 of the text.",
    "signature": "MinHash of the text.",
    "duplicate_of": "The id of the article with the same text that was there first.",
    "near_duplicate_of": "The id of an article with nearly the same text.",
    "similarity": "Of the text to that of duplicate_of (1) or near_duplicate_of, 0 to 1.",
    "fetched_at": "When the first page was fetched.",
    "captures": "Where each web page lies in the WARC archive.",
    "run_id": "The run that made the row.",
    "rules_version": "The version of the extraction and cleaning rules, and the site profile where there was one.",
}


def type_name(kind: pa.DataType) -> str:
    """As a reader would write it: "list<string>", "struct<kind, title, start, end>"."""
    if pa.types.is_list(kind):
        return f"list<{type_name(kind.value_type)}>"
    if pa.types.is_struct(kind):
        return f"struct<{', '.join(kind.field(i).name for i in range(kind.num_fields))}>"
    return str(kind)
