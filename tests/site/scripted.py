"""夏木在线: a site that shows nothing without scripts. One application serves all of its pages.

Its list loads more by a button and pages by 下一页, its articles come in XHR JSON, its 文库 viewer loads pages when
they come into view. Three pages misbehave: one never ends loading, one asks for a private address, one hangs its tab.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field

from tests.site.reply import Ready, Reply
from tests.site.story import Story, news, report
from tests.site.website import NOT_FOUND, Bases

PRIVATE = "http://169.254.169.254/latest/meta-data/iam"
_BLOCKS = 5  # paragraphs that one answer of the viewer brings

SHELL = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>夏木在线</title>
<link rel="stylesheet" href="/static/app.css"><script src="/static/app.js" defer></script></head>
<body><div id="app"></div><noscript>请启用JavaScript以访问本站。</noscript></body></html>"""

APP = r"""
const app = document.getElementById('app');
const add = (parent, tag, text, attributes) => {
  const element = document.createElement(tag);
  if (text) element.textContent = text;
  Object.assign(element, attributes || {});
  parent.appendChild(element);
  return element;
};
const get = url => fetch(url).then(answer => answer.json());
const path = location.pathname;
add(add(app, 'header'), 'a', '夏木在线', {href: '/'});
const main = add(app, 'main');

function list() {
  const items = add(main, 'ul', '', {className: 'news-list'});
  let page = 0;
  const more = add(main, 'button', '加载更多');
  const load = () => get('/api/list?page=' + (++page)).then(answer => {
    for (const item of answer.items) add(add(items, 'li'), 'a', item.title, {href: item.url});
    if (answer.last) more.remove();
  });
  more.onclick = load;
  load();
}

function turned() {
  const items = add(main, 'ul', '', {className: 'doc-list'});
  let page = 0;
  const next = add(main, 'a', '下一页', {href: 'javascript:;'});
  const load = () => get('/api/docs?page=' + (++page)).then(answer => {
    items.replaceChildren();
    for (const item of answer.items) add(add(items, 'li'), 'a', item.title, {href: item.url});
    if (answer.last) next.remove();
  });
  next.onclick = load;
  load();
}

function article(number) {
  get('/api/article/' + number).then(answer => {
    document.title = answer.title + '_夏木在线';
    const box = add(main, 'article');
    add(box, 'h1', answer.title);
    add(box, 'div', '发布时间：' + answer.time + '　来源：' + answer.source, {className: 'info'});
    const body = add(box, 'div', '', {className: 'article-content'});
    for (const line of answer.content) add(body, 'p', line);
    if (answer.hang) fetch('/api/hang');
    if (answer.ask) fetch(answer.ask).then(reply => reply.text()).then(text => add(body, 'p', text));
    if (answer.spin) setTimeout(() => { while (true) {} }, 0);
    new Image().src = '/static/ad.png';
  });
}

function viewer(number) {
  get('/api/doc/' + number).then(facts => {
    document.title = facts.title + ' - 夏木文库';
    add(main, 'h1', facts.title);
    const reader = add(main, 'div', '', {id: 'reader', className: 'doc-content'});
    const seen = new IntersectionObserver(entries => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        seen.unobserve(entry.target);
        get('/api/doc/' + number + '?page=' + entry.target.dataset.page).then(answer => {
          entry.target.style.minHeight = '';
          for (const line of answer.content) add(entry.target, 'p', line);
        });
      }
    });
    for (let page = 1; page <= facts.pages; page++) {
      const place = add(reader, 'div', '', {className: 'page'});
      place.dataset.page = page;
      place.style.minHeight = '1100px';
      seen.observe(place);
    }
  });
}

const route = path.match(/^\/(news|doc)\/(\d+)\.html$/);
if (route) (route[1] === 'news' ? article : viewer)(route[2]);
else if (path === '/docs/') turned();
else list();
"""


@dataclass(frozen=True, slots=True)
class Scripted:
    """The plan of the site. `articles`, `documents`: how many; `trouble`: with the pages that misbehave."""

    articles: int = 10
    documents: int = 6
    trouble: bool = True
    spins: bool = True  # the page that hangs its tab is among them
    render: str = "auto"
    name: str = "xiamu"
    a_page: int = 4  # links that one answer of the list brings

    def _troubles(self) -> tuple[int, ...]:
        return (9001, 9002, 9003) if self.spins else (9001, 9002)

    def build(self, bases: Bases) -> ScriptedSite:
        rng = random.Random(self.name)
        site = ScriptedSite(self.name, bases[self.name], self.render)
        numbers = [*range(1001, 1001 + self.articles), *(self._troubles() if self.trouble else ())]
        stories = {number: news(rng) for number in numbers}
        for number, story in stories.items():
            extra = {9001: {"hang": True}, 9002: {"ask": PRIVATE}, 9003: {"spin": True}}.get(number, {})
            site.article(number, story, extra)
        documents = {number: report(rng, 18) for number in range(501, 501 + self.documents)}
        for number, story in documents.items():
            site.document(number, story)
        for path, folder, some in (("/api/list", "news", stories), ("/api/docs", "doc", documents)):
            links = [(f"/{folder}/{number}.html", each.title) for number, each in some.items()]
            site.pages(path, links, self.a_page)
        return site


@dataclass(slots=True)
class ScriptedSite:
    """`truths`: title and paragraphs by URL; `hung`: the page whose tab does not come back; `silent`: not answered."""

    name: str
    base: str
    render: str
    truths: dict[str, tuple[str, str]] = field(default_factory=dict)
    hung: str = ""
    silent: str = ""
    _routes: dict[str, Ready] = field(default_factory=dict)

    @property
    def toml(self) -> str:
        return (
            'family = "news"\n'
            f"domains = [{json.dumps(self.base.removeprefix('http://'))}]\n"
            f"seeds = [{json.dumps(self.base + '/')}, {json.dumps(self.base + '/docs/')}]\n"
            "article = ['^/(news|doc)/\\d+\\.html$']\n"
            f'render = "{self.render}"\n'
        )

    def answer(self, target: str) -> Ready:
        if target in ("/api/hang", self.silent):
            return _Silent.of(Reply())
        if target == "/static/app.js":
            return Ready.of(Reply(APP.encode(), "application/javascript; charset=utf-8"))
        if target == "/static/app.css":
            return Ready.of(Reply(b"main { width: 800px }", "text/css"))
        if target in ("/", "/docs/") or target.startswith(("/news/", "/doc/")):
            return Ready.of(Reply(SHELL.encode(), "text/html; charset=utf-8", gzip=True))
        return self._routes.get(target) or NOT_FOUND

    def article(self, number: int, story: Story, extra: dict[str, object]) -> None:
        url = f"{self.base}/news/{number}.html"
        self._json(
            f"/api/article/{number}",
            {"title": story.title, "time": "2026-03-08 09:30", "source": "夏木在线", "content": story.paragraphs}
            | extra,
        )
        if "spin" in extra:
            self.hung = url
        else:
            self.truths[url] = (story.title, "\n".join(story.paragraphs))

    def document(self, number: int, story: Story) -> None:
        lines = story.paragraphs
        pages = [lines[at : at + _BLOCKS] for at in range(0, len(lines), _BLOCKS)]
        self._json(f"/api/doc/{number}", {"title": story.title, "pages": len(pages)})
        for page, some in enumerate(pages, 1):
            self._json(f"/api/doc/{number}?page={page}", {"content": some})
        self.truths[f"{self.base}/doc/{number}.html"] = (story.title, "\n".join(lines))

    def pages(self, path: str, links: list[tuple[str, str]], a_page: int) -> None:
        for page, at in enumerate(range(0, len(links), a_page), 1):
            items = [{"url": url, "title": title} for url, title in links[at : at + a_page]]
            self._json(f"{path}?page={page}", {"items": items, "last": at + a_page >= len(links)})

    def _json(self, path: str, value: object) -> None:
        body = json.dumps(value, ensure_ascii=False).encode()
        self._routes[path] = Ready.of(Reply(body, "application/json; charset=utf-8"))


class _Silent(Ready):
    """Nothing: the connection stays open."""

    def answer(self, method: bytes, headers: dict[bytes, bytes]) -> bytes:
        return b""
