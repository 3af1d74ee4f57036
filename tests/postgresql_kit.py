"""A PostgreSQL server of a test's own, which can be stopped, started again and made to cut its connections."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text


@dataclass(slots=True)
class PostgreSQL:
    """`address` is that of its database, as of FRONTIER_URL."""

    tools: Path
    data: Path
    port: int
    user: str | None
    process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        return f"postgresql+psycopg://crawler@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Returns when it takes connections."""
        command = [str(self.tools / "postgres"), "-D", str(self.data), "-p", str(self.port), "-k", str(self.data)]
        self.process = subprocess.Popen(
            [*command, "-h", "127.0.0.1"], user=self.user, cwd="/", stderr=subprocess.PIPE, text=True
        )
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if "ready to accept connections" in line:
                break

    def stop(self) -> None:
        """As an administrator does it ("fast"): it does not wait for open connections."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.communicate(timeout=300)
            self.process = None

    def cut_connections(self) -> int:
        """End all connections of others; how many there were."""
        engine = create_engine(self.address)
        try:
            with engine.connect() as connection:
                others = "FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename = 'crawler'"
                return int(connection.execute(text(f"SELECT count(pg_terminate_backend(pid)) {others}")).scalar_one())
        finally:
            engine.dispose()


@contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    """A running server, gone afterwards. It refuses to run as root: then it runs as nobody."""
    pytest.importorskip("psycopg")
    tools = shutil.which("initdb") or next(map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")), None)
    if tools is None:
        pytest.skip("PostgreSQL is not here: apt-get install postgresql")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    as_root = os.geteuid() == 0
    # In no folder of a test: pytest's folders are root's alone, and every pytest that starts makes them so again.
    data = Path(tempfile.mkdtemp(prefix="postgresql-"))
    if as_root:
        nobody = pwd.getpwnam("nobody")
        os.chown(data, nobody.pw_uid, nobody.pw_gid)
    server = PostgreSQL(Path(tools).resolve().parent, data, port, "nobody" if as_root else None)
    run = [str(server.tools / "initdb"), "-D", str(data), "-U", "crawler", "-A", "trust", "--no-sync"]
    subprocess.run(run, check=True, user=server.user, cwd="/", capture_output=True)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(data)
