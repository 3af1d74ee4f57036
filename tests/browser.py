"""A real browser without a window: Chromium as Debian has it."""

from __future__ import annotations

import shutil
import struct
import subprocess
import tempfile
import zlib
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or ""
needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed (apt-get install chromium)")


def chromium(url: str, *options: str, width: int = 1280, height: int = 2400, dark: bool = False) -> str:
    """Load `url`, then do what `options` say (--dump-dom, --screenshot=FILE); what it wrote to standard output.

    No process of it is left, and it asks nobody but `url`'s host: what it does of its own accord is switched off.
    """
    with tempfile.TemporaryDirectory(prefix="chromium-") as profile:
        done = subprocess.run(
            [
                CHROMIUM,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                f"--user-data-dir={profile}",
                f"--window-size={width},{height}",
                f"--blink-settings=preferredColorScheme={0 if dark else 1}",
                *options,
                url,
            ],
            capture_output=True,
            text=True,
            timeout=300,
            check=True,
        )
    return done.stdout


def screenshot(url: str, file: Path, *, width: int = 1280, height: int = 2400, dark: bool = False) -> Path:
    chromium(url, f"--screenshot={file}", width=width, height=height, dark=dark)
    return file


def colours(png: Path) -> set[tuple[int, int, int]]:
    """Every colour of a screenshot. Enough of PNG for what Chromium writes: 8 bits, RGB or RGBA, not interlaced."""
    raw = png.read_bytes()
    width, height, depth, kind = struct.unpack(">IIBB", raw[16:26])
    size = {2: 3, 6: 4}[kind]
    assert depth == 8
    packed, at = b"", 8
    while at < len(raw):
        (length,) = struct.unpack(">I", raw[at : at + 4])
        if raw[at + 4 : at + 8] == b"IDAT":
            packed += raw[at + 8 : at + 8 + length]
        at += length + 12
    flat = zlib.decompress(packed)
    stride = width * size
    above = bytearray(stride)
    found: set[tuple[int, int, int]] = set()
    for row in range(height):
        start = row * (stride + 1)
        line = bytearray(flat[start + 1 : start + 1 + stride])
        _unfilter(flat[start], line, above, size)
        found.update(zip(line[0::size], line[1::size], line[2::size], strict=True))
        above = line
    return found


def _unfilter(kind: int, line: bytearray, above: bytearray, size: int) -> None:
    for i in range(len(line)) if kind else ():
        a = line[i - size] if i >= size else 0
        b = above[i]
        c = above[i - size] if i >= size else 0
        if kind == 4:
            p = a + b - c
            guess = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
        else:
            guess = (0, a, b, (a + b) // 2)[kind]
        line[i] = (line[i] + guess) & 255
