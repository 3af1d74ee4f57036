"""A real object store on loopback (SeaweedFS), and a proxy in front of it that fails as networks and servers do."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

import pyarrow.fs as pf

OWNER, OWNER_SECRET = "AKIAOFTHEOWNER000000", "the-owners-secret"
KEY, SECRET = "AKIAOFTHETESTS000000", "a-secret-that-no-log-may-show"
READER, READER_SECRET = "AKIAOFTHEREADER00000", "another-secret"
BUCKET = "archive"
_WEED = Path(sys.executable).with_name("weed")
_FAULTS = ("none", "errors", "slow", "cut", "down")


@dataclass(slots=True)
class ObjectStore:
    """`endpoint` of a running server with the bucket BUCKET."""

    endpoint: str

    def environment(self, endpoint: str | None = None, key: str = KEY, secret: str = SECRET) -> dict[str, str]:
        """What a process needs to find it."""
        return {
            "AWS_ENDPOINT_URL": endpoint or self.endpoint,
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def filesystem(self) -> pf.S3FileSystem:
        """A look from outside."""
        return pf.S3FileSystem(
            access_key=OWNER,
            secret_key=OWNER_SECRET,
            endpoint_override=self.endpoint.removeprefix("http://"),
            scheme="http",
            region="us-east-1",
            allow_bucket_creation=True,
        )

    def names(self, prefix: str) -> set[str]:
        """All objects below BUCKET/prefix, by the rest of their keys."""
        top = f"{BUCKET}/{prefix}"
        found = self.filesystem().get_file_info(pf.FileSelector(top, recursive=True, allow_not_found=True))
        return {each.path.removeprefix(f"{top}/") for each in found if each.type == pf.FileType.File}


@contextmanager
def object_store(folder: Path) -> Iterator[ObjectStore]:
    """A server of its own, gone afterwards."""
    server, store = _start(folder)
    try:
        yield store
    finally:
        server.kill()  # what it holds is nobody's
        server.wait()


def _start(folder: Path) -> tuple[subprocess.Popen[bytes], ObjectStore]:
    """A port that is free when it is looked for may be another's when the server takes it: then others are tried."""
    identities = [
        _identity("owner", OWNER, OWNER_SECRET, ["Admin", "Read", "Write", "List"]),
        _identity("writer", KEY, SECRET, ["Read", "Write", "List"]),
        _identity("reader", READER, READER_SECRET, ["Read", "List"]),
    ]
    config, log = folder / "s3.json", folder / "weed.log"
    config.write_text(json.dumps({"identities": identities}), "utf-8")
    for number in range(5):
        master, volume, filer, s3, *grpc = _free_ports(8)
        words = {
            "dir": str(folder / f"data{number}"),
            "ip": "127.0.0.1",
            "ip.bind": "127.0.0.1",
            "master.port": master,
            "master.port.grpc": grpc[0],
            "master.volumeSizeLimitMB": 64,
            "volume.port": volume,
            "volume.port.grpc": grpc[1],
            "volume.max": 200,
            "filer.port": filer,
            "filer.port.grpc": grpc[2],
            "s3.port": s3,
            "s3.port.grpc": grpc[3],
            # Two servers at once would meet at the ports of what nobody needs here.
            "s3.port.iceberg": 0,
            "s3.port.lance": 0,
            "master.telemetry": "false",
            "s3.config": str(config),
        }
        (folder / f"data{number}").mkdir()
        command = [str(_WEED), "server", "-filer", "-s3", *(f"-{name}={value}" for name, value in words.items())]
        with log.open("wb") as file:
            server = subprocess.Popen(command, cwd=folder, stdout=file, stderr=file)
        store = ObjectStore(f"http://127.0.0.1:{s3}")
        if _has_bucket(store, server):
            return server, store
        server.kill()
        server.wait()
    raise RuntimeError(log.read_text("utf-8", "replace"))


def _has_bucket(store: ObjectStore, server: subprocess.Popen[bytes]) -> bool:
    """Whether the server came so far; false: it has ended, or does not come."""
    deadline = time.monotonic() + 300
    while server.poll() is None and time.monotonic() < deadline:
        try:
            store.filesystem().create_dir(BUCKET)
            with store.filesystem().open_output_stream(f"{BUCKET}/started") as file:  # volumes can be written, too
                file.write(b"1")
        except OSError:
            continue
        return True
    return False


def _identity(name: str, key: str, secret: str, actions: list[str]) -> Mapping[str, object]:
    return {"name": name, "credentials": [{"accessKey": key, "secretKey": secret}], "actions": actions}


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


@dataclass(slots=True)
class Proxy:
    """Connections to the store through a door that can be made to fail. `fault` is one of _FAULTS:

    "errors": every second request is answered with 503; "slow": `rate` bytes a second; "cut": connections, until
    `cuts` were, end after `cut_at` bytes in either direction; "down": connections are refused as soon as they are made.
    """

    store: ObjectStore
    fault: str = "none"
    connections: int = 0
    failures: int = 0
    rate: int = 300_000
    cut_at: int = 30_000
    cuts: int = 2
    sent: int = 0  # bytes to the store
    _server: socket.socket = field(default_factory=socket.socket)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._server.getsockname()[1]}"

    def serve(self) -> None:
        self._server.bind(("127.0.0.1", 0))
        self._server.listen(64)
        Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._server.close()

    def _accept(self) -> None:
        while True:
            try:
                client = self._server.accept()[0]
            except OSError:
                return
            self.connections += 1
            Thread(target=self._connection, args=(client, self.connections), daemon=True).start()

    def _connection(self, client: socket.socket, number: int) -> None:
        with client, suppress(OSError):
            if self.fault == "down":
                self.failures += 1
                return
            if self.fault == "errors" and number % 2:
                self.failures += 1
                client.recv(1 << 16)
                client.sendall(b"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                return
            host, _, port = self.store.endpoint.removeprefix("http://").partition(":")
            with socket.create_connection((host, int(port))) as server:
                left = self.cut_at if self.fault == "cut" and self.failures < self.cuts else None
                threads = [
                    Thread(target=self._copy, args=(*pair, left, is_up), daemon=True)
                    for *pair, is_up in ((client, server, True), (server, client, False))
                ]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()

    def _copy(self, source: socket.socket, target: socket.socket, left: int | None, is_up: bool) -> None:
        with suppress(OSError):
            while piece := source.recv(1 << 16):
                if self.fault == "down" or (left is not None and left < len(piece)):
                    self.failures += 1
                    break
                if left is not None:
                    left -= len(piece)
                if self.fault == "slow":
                    time.sleep(len(piece) / self.rate)
                target.sendall(piece)
                if is_up:
                    self.sent += len(piece)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextmanager
def proxy(store: ObjectStore) -> Iterator[Proxy]:
    made = Proxy(store)
    made.serve()
    try:
        yield made
    finally:
        made.close()
