"""What a frontier in PostgreSQL costs as it grows: python -m bench.frontier_growth [--millions 1 5] [--partitions 16]

For each size: bytes a URL (table and indexes), URLs claimed and settled a second by one worker, the seconds of a vacuum
after a tenth of the table was visited, and of `scrapy frontier status`. Rows are made by the server: URLs of 60
characters, a tenth pending, the rest visited and with a record. Then the same table partitioned by the hash of the host
(`--partitions`), for which the key is unique in each partition only: what that would bring. And how long a look for
free hosts takes where there are 20,000 of them with five URLs each.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from sqlalchemy import Engine, create_engine, text

from crawler.frontier.database import open_database
from crawler.frontier.lease import take_hosts
from crawler.frontier.status import status_lines
from tests.frontier_kit import done, frontier
from tests.postgresql_kit import PostgreSQL, postgresql

HOSTS = 2_000
SMALL_HOSTS = 20_000
CLAIMS = 4_000
_FILL_HOSTS = """
    INSERT INTO host (site, host) SELECT 's', 'h' || n || '.test' FROM generate_series(1, {hosts}) AS n
"""
_FILL_SMALL = """
    INSERT INTO url (key, host_id, url, site, family, role, state, depth, priority, barren, chain, round, met,
        discovered)
    SELECT md5(n::text), 1 + n % {hosts}, 'https://h' || n, 's', 'news', 'article', 'pending', 2, 0, 0, false, 1, 1,
        1.8e9
    FROM generate_series(0, {hosts} * 5 - 1) AS n
"""
_FILL = """
    INSERT INTO {table} (id, key, host_id, url, site, family, role, state, depth, priority, barren, chain, round, met,
        discovered, fetched, next_due, run, etag, last_modified, last_record_id, record_id, warc_file, "offset", length,
        payload_digest, captured_at)
    SELECT n, md5(n::text), 1 + n % {hosts},
        'https://www.h' || n % {hosts} || '.test/news/2026/11/' || n || '.html', 's', 'news', 'article',
        CASE WHEN n / {hosts} % 10 = 0 THEN 'pending' ELSE 'done' END, 2, 0, 0, false, 1, 1, 1.8e9,
        CASE WHEN n / {hosts} % 10 > 0 THEN 1.8e9 END, CASE WHEN n / {hosts} % 10 > 0 THEN 1.9e9 END,
        '20261120T074500Z-news-3f9a2c', '"' || md5(n::text) || '"', 'Fri, 20 Nov 2026 07:45:00 GMT',
        '<urn:uuid:' || md5(n::text) || '>', '<urn:uuid:' || md5(n::text) || '>',
        'news-20261120074500000-00000-3f9a2c.warc.gz', n * 20000::bigint, 20000, 'sha1:' || md5(n::text), 1.8e9
    FROM generate_series({first}, {last}) AS n
"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.frontier_growth", description=__doc__)
    parser.add_argument("--millions", type=float, nargs="+", default=[1, 5])
    parser.add_argument("--partitions", type=int, default=16)
    args = parser.parse_args()
    with postgresql() as server:
        open_database(server.address).dispose()
        engine = create_engine(server.address, isolation_level="AUTOCOMMIT")
        _run(engine, _FILL_HOSTS.format(hosts=HOSTS))
        there = 0
        for millions in args.millions:
            there = _grow(engine, "url", there, int(millions * 1_000_000))
            _measure(server, engine, there)
        _partitioned(engine, there, args.partitions)
        _small_hosts(engine)
        engine.dispose()
    return 0


def _grow(engine: Engine, table: str, there: int, wanted: int) -> int:
    with _timed(f"{wanted - there:,} rows into {table}"):
        for first in range(there + 1, wanted + 1, 500_000):
            last = min(first + 499_999, wanted)
            _run(engine, _FILL.format(table=table, hosts=HOSTS, first=first, last=last))
    _run(engine, f"ANALYZE {table}")
    return wanted


def _measure(server: PostgreSQL, engine: Engine, number: int) -> None:
    print(f"{number:,} URLs: {_sizes(engine, 'url', number)}", flush=True)
    front = frontier(server.address, f"worker-{number}", sites=("s",))
    began, claimed = time.monotonic(), 0
    while claimed < CLAIMS and (leased := front.next()) is not None:
        front.visited(done(leased))
        claimed += 1
    front.flush()
    seconds = time.monotonic() - began
    print(f"  {claimed} URLs claimed and settled, {claimed / seconds:.0f} a second", flush=True)
    front.close()
    _run(engine, "UPDATE url SET fetched = fetched + 1, next_due = next_due + 1 WHERE id % 10 = 1")
    with _timed("  vacuum after a tenth was visited"):
        _run(engine, "VACUUM url")
    print(f"  after it: {_sizes(engine, 'url', number)}", flush=True)
    looked = open_database(server.address)
    with _timed("  scrapy frontier status"):
        list(status_lines(looked, time.time()))
    looked.dispose()


def _partitioned(engine: Engine, number: int, partitions: int) -> None:
    _run(engine, "CREATE TABLE parted (LIKE url INCLUDING DEFAULTS) PARTITION BY HASH (host_id)")
    for each in range(partitions):
        values = f"FOR VALUES WITH (MODULUS {partitions}, REMAINDER {each})"
        _run(engine, f"CREATE TABLE parted_{each} PARTITION OF parted {values}")
    _run(engine, "ALTER TABLE parted ADD PRIMARY KEY (host_id, id), ADD UNIQUE (host_id, key)")
    _run(engine, "CREATE INDEX ON parted (host_id, priority DESC, id) WHERE state = 'pending'")
    _grow(engine, "parted", 0, number)
    print(f"{partitions} partitions by host: {_sizes(engine, 'parted', number)}", flush=True)
    for table in ("url", "parted"):
        claim = f"SELECT id FROM {table} WHERE host_id = %s AND state = 'pending' ORDER BY priority DESC, id LIMIT 100"
        with _timed(f"  1,000 claims of a host's next 100 URLs from {table}"), engine.connect() as connection:
            for host in range(1, 1001):
                connection.exec_driver_sql(claim, (host,)).all()
    _run(engine, "UPDATE parted SET fetched = fetched + 1, next_due = next_due + 1 WHERE id % 10 = 1")
    with _timed("  vacuum of one partition, which may be done beside the others"):
        _run(engine, "VACUUM parted_0")


def _small_hosts(engine: Engine) -> None:
    _run(engine, "TRUNCATE url, host RESTART IDENTITY")
    _run(engine, _FILL_HOSTS.format(hosts=SMALL_HOSTS))
    _run(engine, _FILL_SMALL.format(hosts=SMALL_HOSTS))
    for what, drained in (("all open", 0), ("three of four with nothing to fetch", SMALL_HOSTS * 3 // 4)):
        _run(engine, f"UPDATE url SET state = 'done' WHERE host_id <= {drained}")
        _run(engine, "VACUUM ANALYZE")
        seconds = []
        for look in range(1, 51):
            with engine.execution_options(isolation_level="READ COMMITTED").begin() as connection:
                began = time.monotonic()
                take_hosts(connection, "worker", ["s"], float(look), 16)
                seconds.append(time.monotonic() - began)
        _run(engine, "UPDATE host SET owner = NULL, served = 0")
        print(
            f"{SMALL_HOSTS:,} hosts, {what}: 16 of them leased in {1000 * min(seconds):.1f} ms at best, "
            f"{1000 * median(seconds):.1f} in the middle, {1000 * max(seconds):.0f} at first",
            flush=True,
        )


def _sizes(engine: Engine, table: str, number: int) -> str:
    tables = "FROM pg_class WHERE relkind = 'r' AND relname ~ ('^' || :table || '(_[0-9]+)?$')"
    query = f"SELECT sum(pg_table_size(oid)), sum(pg_indexes_size(oid)) {tables}"
    with engine.connect() as connection:
        heap, indexes = connection.execute(text(query), {"table": table}).one()
    return f"{int(heap) / number:.0f} bytes a URL and {int(indexes) / number:.0f} of indexes"


def _run(engine: Engine, statement: str) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql(statement.replace("%", "%%"))


@contextmanager
def _timed(what: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    print(f"{what}: {time.monotonic() - began:.2f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
