"""Links of a list to further pages of the same list: 下一页, never 下一篇."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from crawler.extract.links import Link
from crawler.extract.url import canonical_url

# 下一页 下页 后一页 下一頁 > >> » next 尾页 末页 2 [2] 第2页, as the whole text of the link: so 下一篇：… never is one.
_TEXT = re.compile(
    r"[\s\[【(<«]*(?:下一?[页頁]|[后後]一?[页頁]|[次尾末][页頁]|最[后後末]一?[页頁]|next(?:\s+page)?|"
    r"第?\s*\d{1,5}\s*[页頁]?|[>»›→]{1,3})[\s\]】)>»›]*\Z",
    re.IGNORECASE,
)
_PARAMETERS = frozenset(
    {"page", "p", "pn", "pg", "pageno", "pagenum", "pageindex", "page_no", "pageid", "paged", "start"}
)
_EXTENSION = re.compile(r"\.(?:s?html?|aspx?|php|jsp|jhtml|do)\Z", re.IGNORECASE)
_NUMBER_AT_END = re.compile(r"(?:[_-]?p(?:age)?[_-]?|[_-])?\d+\Z", re.IGNORECASE)
_PAGE_FOLDER = re.compile(r"(?<=/)(?:page[/_-]|p)?\d{1,5}\Z", re.IGNORECASE)
_FIRST = frozenset({"", "index", "default", "list", "main"})


def more_pages(url: str, links: Iterable[Link]) -> list[str]:
    """The links of the list page `url` that look like page numbers or 下一页 and point into the same list."""
    first = canonical_url(url)
    named = (link.url for link in links if link.rel == "next" or _TEXT.match(link.text))
    return [url for url in named if same_list(first, canonical_url(url))]


def same_list(first: str, other: str) -> bool:
    """Whether two URLs differ in a page number only.

    `/news/` or `/news/index.html` and `/news/index_2.html`, `/news/list_1_2.html`, `/news/2.html`, `/news/2/`,
    `/news/?page=2`; `/c-12.html` and `/c-12-p2.html`; `/news/list_1_2.html` and `/news/list_1_3.html`.
    """
    a, b = urlsplit(first), urlsplit(other)
    if a.netloc != b.netloc or first == other:
        return False
    if a.path == b.path:
        return _without_page(a.query) == _without_page(b.query)
    if a.query != b.query:
        return False
    return _list_of(a.path) == _list_of(b.path) or _is_page_of(a.path, b.path)


def _without_page(query: str) -> list[str]:
    return sorted(pair for pair in query.split("&") if pair and pair.partition("=")[0].lower() not in _PARAMETERS)


def _list_of(path: str) -> tuple[str, str]:
    """Folder and stem without its page number; index and the folder itself are one."""
    folder, _, stem = path.rpartition("/")
    if not stem:
        folder, stem = _PAGE_FOLDER.sub("", path.rstrip("/")).rstrip("/"), ""
    stem = _NUMBER_AT_END.sub("", _EXTENSION.sub("", stem)).lower()
    return folder, "" if stem in _FIRST else stem


def _is_page_of(path: str, other: str) -> bool:
    """`other` is a page of the list whose first page is `path`: its stem begins with the first one's."""
    folder, _, stem = path.rpartition("/")
    other_folder, _, other_stem = other.rpartition("/")
    stem, other_stem = _EXTENSION.sub("", stem).lower(), _EXTENSION.sub("", other_stem).lower()
    if folder != other_folder:
        return False
    if stem in _FIRST:  # DedeCMS: the first page is /news/, the second /news/list_1_2.html
        return re.fullmatch(r"(?:list|index|default|page)?(?:[_-]?\d+)+", other_stem) is not None
    return other_stem.startswith(stem) and _NUMBER_AT_END.fullmatch(other_stem[len(stem) :]) is not None
