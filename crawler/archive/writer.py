"""Exchanges into archive files: a request, a response or revisit, and a metadata record each."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from crawler.archive import cdxj, head, record
from crawler.archive.exchange import Exchange, Rendered
from crawler.archive.warcfile import WarcFile
from crawler.extract.article import Capture

_SPECIFICATION = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
_IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_UNCHANGED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"

MAX_BYTES = 1 << 30


class WarcWriter:
    """Writes `<prefix>-<UTC time>-<serial>-<run>.warc.gz` files below `folder`; a file begins with its first exchange.

    A file is finished when it has reached `max_bytes` (MAX_BYTES unless given) or, at the next write, is older than
    `max_age` seconds. `info` becomes fields of each warcinfo record: operator, robots, http-header-user-agent,
    description.
    Every method that writes raises ArchiveError; after that the writer takes no more exchanges.
    """

    def __init__(
        self,
        folder: Path,
        *,
        prefix: str,
        run_id: str,
        max_bytes: int | None = None,
        max_age: float | None = None,
        info: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.max_bytes = MAX_BYTES if max_bytes is None else max_bytes
        self.max_age = max_age
        self._prefix = prefix
        self._run_id = run_id
        self._info = dict(info or {})
        self._serial = 0
        self._file: WarcFile | None = None
        self._opened = 0.0
        self._finished: list[Path] = []

    def write(self, exchange: Exchange) -> Capture:
        """Appends the exchange; it is durable after the next `sync`. The capture is that of the response or revisit."""
        if self.max_age is not None and time.monotonic() - self._opened >= self.max_age:
            self._finish()
        file = self._file or self._begin()

        url = record.target_uri(exchange.url)
        date = record.warc_date(exchange.fetched_at)
        request_id, response_id = record.new_id(), record.new_id()
        response_head = head.archived(exchange.response_head)
        payload_digest = record.digest(exchange.body)
        status = head.status_of(response_head)
        profile, original = _revisited(exchange, status, payload_digest)
        if original:
            payload_digest = original.payload_digest

        wire = [("WARC-Target-URI", url)]
        if exchange.ip:
            wire.append(("WARC-IP-Address", exchange.ip))
        wire += [("WARC-Protocol", protocol) for protocol in exchange.protocols]
        if exchange.cipher:
            wire.append(("WARC-Cipher-Suite", exchange.cipher))
        request = record.member(
            "request",
            request_id,
            date,
            [*wire, ("WARC-Concurrent-To", response_id), ("Content-Type", "application/http;msgtype=request")],
            exchange.request,
        )
        fields = [*wire, ("WARC-Concurrent-To", request_id), ("Content-Type", "application/http;msgtype=response")]
        if original or head.tools_agree(response_head):
            fields.append(("WARC-Payload-Digest", payload_digest))
        truncated = exchange.truncated or ("length" if profile == _IDENTICAL else None)
        if truncated:
            fields.append(("WARC-Truncated", truncated))
        if original:
            fields += _references(original, profile)
            response = record.member("revisit", response_id, date, fields, response_head)
        else:
            response = record.member("response", response_id, date, fields, response_head, exchange.body)
        members = [request, response]
        if exchange.metadata:
            members.append(_metadata(exchange.metadata, response_id, url, date))

        capture = Capture(
            record_id=response_id,
            warc_file=file.path.name,
            offset=file.size + len(request),
            length=len(response),
            url=url,
            payload_digest=payload_digest,
            fetched_at=exchange.fetched_at.astimezone(UTC),
        )
        content_type = head.value_of(head.headers_of(response_head), "content-type")
        file.append(
            *members,
            line=cdxj.line(capture, status=status, content_type=content_type, revisit=original is not None),
        )
        if file.size >= self.max_bytes:
            self._finish()
        return capture

    def write_rendered(self, rendered: Rendered) -> Capture:
        """Appends a conversion record with its metadata; the capture is that of the conversion."""
        file = self._file or self._begin()
        served = rendered.served
        record_id, date = record.new_id(), record.warc_date(rendered.rendered_at)
        payload_digest = record.digest(rendered.html)
        fields = [
            ("WARC-Target-URI", served.url),
            ("WARC-Refers-To", served.record_id),
            ("WARC-Refers-To-Target-URI", served.url),
            ("WARC-Refers-To-Date", record.warc_date(served.fetched_at)),
            ("Content-Type", "text/html; charset=utf-8"),
        ]
        if rendered.truncated:
            fields.append(("WARC-Truncated", rendered.truncated))
        conversion = record.member("conversion", record_id, date, fields, rendered.html)
        capture = Capture(
            record_id=record_id,
            warc_file=file.path.name,
            offset=file.size,
            length=len(conversion),
            url=served.url,
            payload_digest=payload_digest,
            fetched_at=rendered.rendered_at.astimezone(UTC),
        )
        metadata = _metadata(rendered.metadata, record_id, served.url, date)
        file.append(conversion, metadata, line=cdxj.line(capture, status=200, content_type="text/html", revisit=False))
        if file.size >= self.max_bytes:
            self._finish()
        return capture

    def sync(self) -> None:
        """Returns when everything written so far is on the disk."""
        if self._file:
            self._file.sync()

    def close(self) -> list[Path]:
        """Finishes the open file; all files that this writer has finished, in order."""
        self._finish()
        return list(self._finished)

    def _begin(self) -> WarcFile:
        for path in self._names():
            try:
                file = WarcFile(path)
            except FileExistsError:  # another run drew the same name: the next serial is free
                continue
            break
        now = record.warc_date(datetime.now(UTC))
        fields = {
            "software": "chinese-template-crawler",
            "format": "WARC File Format 1.1",
            "conformsTo": _SPECIFICATION,
            "isPartOf": self._run_id,
            **self._info,
        }
        headers = [("WARC-Filename", path.name), ("Content-Type", "application/warc-fields")]
        self._file = file
        self._opened = time.monotonic()
        file.append(record.member("warcinfo", record.new_id(), now, headers, record.warc_fields(fields.items())))
        return file

    def _names(self) -> Iterator[Path]:
        run = self._run_id.rsplit("-", 1)[-1]
        while True:
            now = datetime.now(UTC)
            stamp = f"{now:%Y%m%d%H%M%S}{now.microsecond // 1000:03}"
            yield self.folder / f"{self._prefix}-{stamp}-{self._serial:05}-{run}.warc.gz"
            self._serial += 1

    def _finish(self) -> None:
        if self._file:
            self._finished.append(self._file.finish())
            self._file = None
            self._serial += 1


def _revisited(exchange: Exchange, status: int, digest: str) -> tuple[str, Capture | None]:
    """The profile of the revisit that the exchange is, and of what; or none.

    Whatever the size of the body, also where the record is no smaller for it: it is by the revisit that re-extraction
    knows, as the crawl did, that the page is as it was and gives no new row.
    """
    if exchange.known and status == 304:
        return _UNCHANGED, exchange.known
    if exchange.known and 200 <= status < 300 and digest == exchange.known.payload_digest:
        return _IDENTICAL, exchange.known
    return "", None


def _references(original: Capture, profile: str) -> list[tuple[str, str]]:
    """File and offset are Heritrix's extension: with them a payload is found without an index."""
    return [
        ("WARC-Profile", profile),
        ("WARC-Refers-To", original.record_id),
        ("WARC-Refers-To-Target-URI", original.url),
        ("WARC-Refers-To-Date", record.warc_date(original.fetched_at)),
        ("WARC-Refers-To-Filename", original.warc_file),
        ("WARC-Refers-To-File-Offset", str(original.offset)),
    ]


def _metadata(metadata: record.Fields, response_id: str, url: str, date: str) -> bytes:
    fields = [
        ("WARC-Target-URI", url),
        ("WARC-Concurrent-To", response_id),
        ("WARC-Refers-To", response_id),
        ("Content-Type", "application/warc-fields"),
    ]
    return record.member("metadata", record.new_id(), date, fields, record.warc_fields(metadata))
