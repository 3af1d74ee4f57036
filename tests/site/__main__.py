"""python -m tests.site [--port N] [--scaled COUNT] [--sites FOLDER]: serves and prints the addresses."""

from __future__ import annotations

import argparse
import contextlib
import threading
from pathlib import Path

from tests.site.scaled import Scaled
from tests.site.server import serve
from tests.site.webs import OUTLINES


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.site", description=__doc__)
    parser.add_argument(
        "--port", type=int, default=0, help="port of the first site, the others follow; 0: any free ones"
    )
    parser.add_argument("--scaled", type=int, metavar="COUNT", help="one generated site of COUNT articles instead")
    parser.add_argument("--sites", type=Path, metavar="FOLDER", help="write the sites' TOML files there")
    options = parser.parse_args()
    plans = [Scaled(options.scaled)] if options.scaled else [*OUTLINES.values()]
    ports = [options.port + place if options.port else 0 for place in range(len(plans))]
    with contextlib.suppress(KeyboardInterrupt), serve(*plans, ports=ports) as web:
        for name, base in web.items():
            print(f"{name}\t{base}/", flush=True)
        if options.sites:
            print(f"sites\t{web.write_sites(options.sites)}", flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
