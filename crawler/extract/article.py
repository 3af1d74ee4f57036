"""The output of extraction: articles with the columns of schema version 1, or a reject with a reason. Standard library only."""

# Not compiled: mypyc cannot unpickle frozen dataclasses, and outcomes go from process to process.

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any


@dataclass(slots=True)
class TextPart:
    """A piece of the text, text[start:end] in characters. `kind` is "part" for one essay of a compilation ("6则") and
    "attachment" for a second document behind "附送:".
    """

    kind: str
    title: str | None
    start: int
    end: int


@dataclass(slots=True)
class Document:
    """The facts that a 文库 page prints about the file it shows; a fact that is not printed is None."""

    format: str | None = None
    pages: int | None = None
    size_bytes: int | None = None
    id: str | None = None
    price: str | None = None
    uploader: str | None = None
    uploaded: str | None = None


@dataclass(slots=True)
class Removed:
    """A span that the cleaning rule `rule` removed from the body. Its place is offset `at` of the text; spans are put
    back in list order.
    """

    rule: str
    text: str
    at: int


@dataclass(slots=True)
class Capture:
    """The WARC record of one web page of the article. `offset` and `length` are bytes of the .warc.gz file."""

    record_id: str
    warc_file: str
    offset: int
    length: int
    url: str
    payload_digest: str
    fetched_at: datetime

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Capture:
        """From a row's struct, or from what as_json gave. Other keys are ignored; KeyError where one is missing."""
        values = {each.name: stored[each.name] for each in fields(cls)}
        if isinstance(values["fetched_at"], str):
            values["fetched_at"] = datetime.fromisoformat(values["fetched_at"])
        return cls(**values)

    def as_json(self) -> dict[str, Any]:
        """What JSON can hold."""
        return asdict(self) | {"fetched_at": self.fetched_at.isoformat()}


@dataclass(slots=True)
class Quality:
    """Quality signals of a text; nothing is deleted because of them. Definitions and sources: docs/quality.md.

    Extraction fills `pinyin_noise` with the readings of ruby in the text; judging adds to it and fills the rest.
    """

    characters: int = 0
    han_ratio: float = 0.0
    line_punct_ratio: float = 0.0
    dup_line_ratio: float = 0.0
    top_ngram_ratios: list[float] = field(default_factory=list)
    masked: int = 0
    replaced: int = 0
    spun: float | None = None
    pinyin_noise: int = 0


@dataclass(slots=True)
class Article:
    """One article, joined from all its web pages: one row of the dataset. Columns: docs/design.md, "Row"."""

    id: str
    url: str
    canonical_url: str
    site: str
    family: str
    template: str
    title: str
    text: str
    lead: str | None = None
    published: str | None = None
    published_at: datetime | None = None
    source: str | None = None
    author: str | None = None
    editor: str | None = None
    category: list[str] = field(default_factory=list)
    keywords: list[str] = field(default_factory=list)
    page_count: int = 1
    parts: list[TextPart] = field(default_factory=list)
    document: Document | None = None
    notices: list[str] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)
    truncated: bool = False
    language: str | None = None
    script: str | None = None
    charset: str = ""
    quality: Quality = field(default_factory=Quality)
    text_digest: str = ""
    signature: bytes | None = None
    duplicate_of: str | None = None
    near_duplicate_of: str | None = None
    similarity: float | None = None
    fetched_at: datetime | None = None
    captures: list[Capture] = field(default_factory=list)
    run_id: str = ""
    rules_version: str = ""


@dataclass(frozen=True, slots=True)
class Reject:
    """Why a page is not an article. `reason` is one of REASONS; `detail` tells a person what was found."""

    reason: str
    detail: str = ""


REASONS = (
    "not_html",  # an image, an office file, an empty body
    "list_page",  # a channel or a list of links
    "too_short",  # less text than an article has
    "blocked",  # captcha, WAF, "请输入验证码"
    "soft_404",  # 200 with "页面不存在"
    "login_wall",  # the text is not on the page without an account
    "hijacked",  # a mirror site's copy: converted to Traditional characters, pinyin injected
    "not_chinese",
    "http_error",  # status other than 200
    "broken",  # a bug in the extraction: detail holds the exception
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result for one page. `next_page` is the absolute URL of the article's next page, or None.

    `selected`: fields of the article that the selectors of the site's layout found. `covered`: whether its text is in a
    container that the site's profile knows; null where it knows none.
    """

    articles: list[Article] = field(default_factory=list)
    reject: Reject | None = None
    next_page: str | None = None
    selected: tuple[str, ...] = ()
    covered: bool | None = None


@dataclass(frozen=True, slots=True)
class RejectedPage:
    """A page that became no row: one line of the rejects dataset."""

    url: str
    site: str
    family: str
    reject: Reject
    capture: Capture | None = None
