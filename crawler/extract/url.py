"""The canonical URL of an article and what is derived from it.

No function raises: what is not an absolute http or https URL with a valid host gives an empty or unchanged result,
because hrefs of template sites contain anything.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import idna

DEFAULT_PORTS = {"http": 80, "https": 443}

# Parameters that never select content on these sites, in lower case. One that selects content on some site is not
# listed: two URLs for one article cost a duplicate, one URL for two articles loses an article.
SESSION_NAMES = frozenset({"phpsessid", "jsessionid", "sessionid", "session_id", "cfid", "cftoken", "sessid"})
TRACKING_NAMES = frozenset(
    {
        *("spm", "scm", "from", "share_token", "share_from", "hsid", "nsid", "refer_scene", "log_from"),
        *("isappinstalled", "nsukey", "wxshare_count", "wx_share"),  # appended by WeChat
        *("hmsr", "hmpl", "hmcu", "hmkw", "hmci", "bd_vid"),  # 百度统计
        *("gclid", "fbclid", "msclkid", "yclid"),
    }
)
TRACKING_PREFIXES = ("utm_", "aspsessionid", "tj_")

_SESSION_SEGMENT = re.compile(r";(?:jsessionid|phpsessid|sessionid)=[^/;]*", re.IGNORECASE)
# "sid" is a session in Discuz (sid=aB3xY9) and Oracle portals, but a story number elsewhere (sid=4711).
_SESSION_SID = re.compile(r"(?=.*[a-z])(?=.*\d)[a-z\d]{6,}\Z", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9._-]+\Z|\[[0-9a-f:.]+\]\Z")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
# Not that of %u4F5C, which JavaScript's escape() writes and old servers (ASP) read: "%25u4F5C" they do not.
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_ILLEGAL_IN_PATH = re.compile(r"[^A-Za-z0-9\-._~!$&'()*+,;=:@/%]")
_ILLEGAL_IN_QUERY = re.compile(r"[^A-Za-z0-9\-._~!$&'()*+,;=:@/%?\[\]|]")
_CONTROLS = re.compile(r"[\t\r\n]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


class _Parts(NamedTuple):
    scheme: str
    host: str  # with ":port" where the port is not the scheme's own
    path: str
    query: str


@lru_cache(maxsize=256)  # a crawl asks for the same URL many times
def canonical_url(url: str) -> str:
    """The form under which an article is known; `canonical_url(canonical_url(u)) == canonical_url(u)`.

    RFC 3986 section 6.2.2 (case, percent-encoding, dot segments) and 6.2.3 (default port, empty path); user name,
    fragment, session ids and tracking parameters are dropped; parameters are sorted by name, those of one name keep
    their order and their bytes (`%C4%E3` stays GBK). http and https stay apart. It is not what a request asks for: servers may
    depend on the order of parameters.
    What is no http(s) URL comes back stripped of white space, otherwise unchanged.
    """
    parts = _split(url)
    if parts is None:
        return url.strip()
    path = _remove_dot_segments(_SESSION_SEGMENT.sub("", _escape(parts.path, _ILLEGAL_IN_PATH, "utf-8"))) or "/"
    query = _escape(parts.query, _ILLEGAL_IN_QUERY, "utf-8")
    pairs = [pair for pair in query.split("&") if pair and not _is_noise(pair)]
    pairs.sort(key=lambda pair: pair.partition("=")[0])
    return f"{parts.scheme}://{parts.host}{path}" + (f"?{'&'.join(pairs)}" if pairs else "")


def article_id(url: str) -> str:
    """32 hex digits: the first half of SHA-256 over the canonical URL in UTF-8."""
    return hashlib.sha256(canonical_url(url).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def host_of(url: str) -> str:
    """Host in lower case and IDNA, with ":port" where it is not the scheme's own; "" when `url` is no http(s) URL."""
    parts = _split(url)
    return parts.host if parts else ""


def absolute(base: str, href: str, charset: str = "utf-8") -> str | None:
    """`href` as it stands on the page `base`, made absolute, without fragment; None when it is not http or https.

    This is what a request asks for. As browsers do: backslashes of the path are slashes, line breaks inside are
    dropped, what is percent-encoded stays as it is, characters beyond ASCII go out in UTF-8 in the path and in the
    page's own `charset` in the query (`?kw=作文` on a GBK page is `%D7%F7%CE%C4`).
    """
    href = _CONTROLS.sub("", href.strip())
    path, mark, query = href.partition("#")[0].partition("?")
    path = path.replace("\\", "/")
    try:
        joined = urljoin(base, path + mark + query)
    except ValueError:
        return None
    parts = _split(joined)
    if parts is None:
        return None
    if path and not path.startswith("/") and not _SCHEME.match(path):
        # urljoin drops the empty segments of the base: "c.html" on /a//b.html is /a//c.html.
        parts = parts._replace(path=_remove_dot_segments(_folder(base) + path))
    path = _quote(parts.path, _ILLEGAL_IN_PATH, "utf-8") or "/"
    query = _quote(parts.query, _ILLEGAL_IN_QUERY, charset)
    return f"{parts.scheme}://{parts.host}{path}" + (f"?{query}" if query else "")


def path_and_query(url: str) -> str:
    """What the patterns of a site file are searched in: `/list.php?page=2`; "" when `url` is no http(s) URL."""
    parts = _split(url)
    return (parts.path + (f"?{parts.query}" if parts.query else "")) if parts else ""


def _split(url: str) -> _Parts | None:
    try:
        split = urlsplit(url.strip())
        scheme, host, port = split.scheme.lower(), split.hostname or "", split.port
        if scheme not in DEFAULT_PORTS:
            return None
        if not host.isascii():
            host = idna.encode(host, uts46=True).decode("ascii")
        host = host.rstrip(".")  # only now: IDNA reads "。" as a dot
    except ValueError:  # a bad port, half an IPv6 address, a host that IDNA refuses (idna.IDNAError is a ValueError)
        return None
    host = f"[{host}]" if ":" in host else host.lower()
    if not _HOST.match(host):
        return None
    if port is not None and port != DEFAULT_PORTS[scheme]:
        host = f"{host}:{port}"
    return _Parts(scheme, host, split.path, split.query)


def _folder(url: str) -> str:
    """The path up to its last slash."""
    parts = _split(url)
    return (parts.path.rpartition("/")[0] if parts else "") + "/"


def _escape(text: str, illegal: re.Pattern[str], charset: str) -> str:
    text = _BARE_PERCENT.sub("%25", text)
    text = _ESCAPE.sub(lambda m: _unreserved_or_upper(m[1]), text)
    return _quote(text, illegal, charset)


def _quote(text: str, illegal: re.Pattern[str], charset: str) -> str:
    return illegal.sub(lambda m: "".join(f"%{byte:02X}" for byte in _encode(m[0], charset)), text)


def _unreserved_or_upper(digits: str) -> str:
    character = chr(int(digits, 16))
    return character if character in _UNRESERVED else f"%{digits.upper()}"


def _encode(character: str, charset: str) -> bytes:
    try:
        return character.encode(charset)
    except (UnicodeEncodeError, LookupError):
        return character.encode("utf-8", "surrogatepass")


def _is_noise(pair: str) -> bool:
    name, _, value = pair.partition("=")
    name = name.lower()
    if name in SESSION_NAMES or name in TRACKING_NAMES or name.startswith(TRACKING_PREFIXES):
        return True
    return name == "sid" and _SESSION_SID.match(value) is not None


def _remove_dot_segments(path: str) -> str:
    """RFC 3986 section 5.2.4. Empty segments stay: `/a//b` may be another page than `/a/b`."""
    out: list[str] = []
    segments = path.split("/")
    for segment in segments[1:]:
        if segment == "..":
            if out:
                out.pop()
        elif segment != ".":
            out.append(segment)
    if segments[-1] in (".", "..") and (out or len(segments) > 1):
        out.append("")
    return "/" + "/".join(out)
