"""A PostgreSQL server of a test's own, which can be stopped, started again and made to cut its connections."""

from __future__ import annotations

import os
import shutil
import signal
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
    """`address` is that of its database, as of FRONTIER_URL. It listens in its folder: a port may be another's."""

    tools: Path
    folder: Path
    user: str | None
    process: subprocess.Popen[str] | None = None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def address(self) -> str:
        return f"postgresql+psycopg://crawler@/postgres?host={self.folder}"

    def start(self) -> None:
        """Returns when it takes connections."""
        command = [str(self.tools / "postgres"), "-D", str(self.data), "-k", str(self.folder), "-h", ""]
        self.process = subprocess.Popen(command, user=self.user, cwd="/", stderr=subprocess.PIPE, text=True)
        assert self.process.stderr is not None
        said = []
        for line in self.process.stderr:
            said.append(line)
            if "ready to accept connections" in line:
                return
        raise RuntimeError("".join(said))

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
    """A running server, gone afterwards. It refuses to run as root: then it runs as nobody.

    Not in a folder of pytest's: those are root's alone, again with every pytest that starts.
    """
    pytest.importorskip("psycopg")
    tools = shutil.which("initdb") or next(map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")), None)
    if tools is None:
        pytest.skip("PostgreSQL is not here: apt-get install postgresql")
    user = "nobody" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        if user:
            shutil.chown(folder, user)
        server = PostgreSQL(Path(tools).resolve().parent, Path(folder), user)
        run = [str(server.tools / "initdb"), "-D", str(server.data), "-U", "crawler", "-A", "trust", "--no-sync"]
        subprocess.run(run, check=True, user=user, cwd="/", capture_output=True)
        server.start()
        try:
            yield server
        finally:
            server.stop()
