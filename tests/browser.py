"""A real browser without a window: Chromium as Debian has it."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
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
                f"--user-data-dir={profile}",
                f"--window-size={width},{height}",
                f"--blink-settings=preferredColorScheme={0 if dark else 1}",
                *options,
                url,
            ],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
    return done.stdout


def screenshot(url: str, file: Path, *, width: int = 1280, height: int = 2400, dark: bool = False) -> Path:
    chromium(url, f"--screenshot={file}", width=width, height=height, dark=dark)
    return file
