"""An item pipeline that kills the crawl when a certain article comes, as a bug or the kernel's memory killer would."""

from __future__ import annotations

import os
import signal
from typing import Any

from crawler.extract.article import Article


class Killer:
    def process_item(self, item: Any) -> Any:
        if isinstance(item, Article) and "第1个" in item.title:
            os.kill(os.getpid(), signal.SIGKILL)
        return item
