"""A web on loopback whose pages change between crawls: what each page answers is given in turn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

Answer = tuple[int, bytes]


def page(name: str, paragraphs: int = 1, further: str = "") -> bytes:
    """Without ETag and Last-Modified, as most of these sites answer; one paragraph is less than 1,024 bytes."""
    text = "临汾市尧都区的{}会议在新闻发布厅举行，会议强调要进一步加强学习，提高认识，把各项工作落到实处。"
    body = "".join(f"<p>{text.format(f'{name}之{n}') * 3}</p>" for n in range(paragraphs))
    link = f"<a href='{further}'>下一页</a>" if further else ""
    head = f"<meta charset=gb2312><title>{name}会议召开</title><h1>{name}会议召开</h1>"
    return f"{head}<div class=content>{body}</div>{link}".encode("gb18030")


@dataclass
class Nights:
    """A web that changes; `answers` of a path are given in turn, the last one for ever. Status 0 hangs up."""

    pages: dict[str, list[Answer]] = field(default_factory=dict)
    port: int = 0
    asked: list[str] = field(default_factory=list)

    def write_sites(self, folder: Path) -> Path:
        """SITES_DIR with one news site."""
        folder.mkdir(exist_ok=True)
        (folder / "local.toml").write_text(
            f"family = 'news'\ndomains = ['127.0.0.1:{self.port}']\nseeds = ['http://127.0.0.1:{self.port}/']\n"
            "article = ['^/a/\\w+\\.html$']\n"
        )
        return folder

    def show(self, **pages: list[Answer]) -> None:
        self.pages.update({f"/a/{name}.html": answers for name, answers in pages.items()})

    def answer(self, path: str) -> Answer:
        self.asked.append(path)
        if path == "/":
            return 200, "".join(f"<a href='{path}'>一篇</a>" for path in self.pages if "_" not in path).encode()
        answers = self.pages.get(path, [(404, b"")])
        return answers.pop(0) if len(answers) > 1 else answers[0]


@contextmanager
def serving() -> Iterator[Nights]:
    """The web on a port of its own until the block ends. The body of a redirect is where it leads."""
    made = Nights()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, body = made.answer(self.path)
            if not status:  # no answer at all
                self.close_connection = True
                return
            self.send_response(status)
            if status == 301:
                self.send_header("Location", body.decode())
            if status == 429:
                self.send_header("Retry-After", "3600")
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield made
        server.shutdown()
        thread.join()
