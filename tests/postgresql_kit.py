"""A PostgreSQL server of a test's own, which can be stopped, started again and made to cut its connections."""

from __future__ import annotations

import os
import pwd
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
    """`address` is that of its database, as of FRONTIER_URL. It listens in `door`, a folder: a port may be taken."""

    tools: Path
    data: Path
    door: Path
    user: str | None
    process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        return f"postgresql+psycopg://crawler@/postgres?host={self.door}"

    def start(self) -> None:
        """Returns when it takes connections."""
        command = [str(self.tools / "postgres"), "-D", str(self.data), "-k", str(self.door), "-h", ""]
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
def postgresql(folder: Path) -> Iterator[PostgreSQL]:
    """A running server below `folder`, gone afterwards. It refuses to run as root: then it runs as nobody."""
    pytest.importorskip("psycopg")
    tools = shutil.which("initdb") or next(map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")), None)
    if tools is None:
        pytest.skip("PostgreSQL is not here: apt-get install postgresql")
    data = folder / "data"
    data.mkdir()
    as_root = os.geteuid() == 0
    if as_root:
        nobody = pwd.getpwnam("nobody")
        os.chown(data, nobody.pw_uid, nobody.pw_gid)
        for parent in data.parents:  # pytest's folders are root's alone
            if parent == Path(tempfile.gettempdir()) or parent.stat().st_mode & 0o001:
                break
            parent.chmod(0o711)
    with tempfile.TemporaryDirectory(prefix="pg-") as door:  # a socket's path is short
        os.chmod(door, 0o777)
        yield from _running(PostgreSQL(Path(tools).resolve().parent, data, Path(door), "nobody" if as_root else None))


def _running(server: PostgreSQL) -> Iterator[PostgreSQL]:
    run = [str(server.tools / "initdb"), "-D", str(server.data), "-U", "crawler", "-A", "trust", "--no-sync"]
    subprocess.run(run, check=True, user=server.user, cwd="/", capture_output=True)
    server.start()
    try:
        yield server
    finally:
        server.stop()
