"""Scrapy with these settings, in any folder: `chinese-template-crawler crawl …` or `python -m crawler crawl …`."""

import os

from scrapy.cmdline import execute


def main() -> None:
    """Run the command of sys.argv; ends the process with its exit status."""
    os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "crawler.settings")
    execute()


if __name__ == "__main__":
    main()
