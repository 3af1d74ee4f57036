"""The wiring diagram: numbers read in the order of the flow. Only what differs from Scrapy's defaults stands here."""

import os
from pathlib import Path

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parent

BOT_NAME = "crawler"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"  # where `scrapy genspider` puts a spider of your own
COMMANDS_MODULE = "crawler.commands"

# Ours. Each can be set with -s NAME=VALUE.
# A checkout has its own output; an installed crawler writes below the folder that it is started in.
OUTPUT_DIR = str(_CHECKOUT / "output") if (_CHECKOUT / "scrapy.cfg").is_file() else "output"
# Where OUTPUT_DIR=s3://BUCKET/PREFIX: the local folder for what is not finished, or not uploaded yet.
SPOOL_DIR = str(_CHECKOUT / "spool") if (_CHECKOUT / "scrapy.cfg").is_file() else "spool"
SITES_DIR = str(_PACKAGE / "sites")
FRONTIER_URL = None
CONTACT = None  # a mail address or URL for the user agent; without it no public host is crawled
ALLOW_PRIVATE_ADDRESSES = False

# Frontier: which URL next. One table that survives kill -9; SQLite in OUTPUT_DIR/state unless FRONTIER_URL says more.
SCHEDULER = "crawler.frontier.scheduler.FrontierScheduler"
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"  # the table knows what was seen
SPIDER_MIDDLEWARES: dict[str, int | None] = {
    "crawler.frontier.middleware.FrontierMiddleware": 10,  # outermost: a page's end is stored with its links
    # Each is a generator more around every link and article. Depth and length of a URL are the frontier's to judge, for
    # every worker alike. RefererMiddleware stays: without it Scrapy's redirects warn in the log of every crawl.
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
}
FRONTIER_HOSTS = 32  # hosts that one process leases at a time
FRONTIER_LEASE_SECONDS = 120.0  # a process that does not renew its lease for so long loses its hosts to others
RECRAWL_DAYS = [1, 7, 30]  # days after it was first seen when an article is asked for again
# The most that a run takes from a site: {"pages": …, "bytes": …, "seconds": …, "depth": …}. No limit where empty.
SITE_BUDGET: dict[str, float] = {}

# Politeness: set here and nowhere else. A site file can only make it slower.
ROBOTSTXT_OBEY = True
DOWNLOAD_DELAY = 1.0  # seconds between two requests to one host, times 0.5 to 1.5
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CONCURRENT_REQUESTS = 64
AUTOTHROTTLE_ENABLED = True  # never below the delays above
AUTOTHROTTLE_START_DELAY = 1.0
COOKIES_ENABLED = False

# Downloader: from the engine (low) to the wire (high).
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
    "Accept-Encoding": "gzip",  # warcio cannot read bodies in zstd or br back
}
DOWNLOAD_HANDLERS = {
    "http": "crawler.downloader.handler.WireHandler",
    "https": "crawler.downloader.handler.WireHandler",
    "file": None,
    "ftp": None,
    "s3": None,
    "data": None,
}
# Of Scrapy's own what is used: what is switched off by a None beside ours would be imported to find out its name.
# Without robots.txt (takes a server error for a permission), what the handler does (decoding, timeouts), what
# ResponseCounter counts, and what is never sent or used: cookies, credentials, the environment's proxy.
DOWNLOADER_MIDDLEWARES_BASE = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": 50,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": 550,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": 580,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": 600,
    "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": 900,
}
DOWNLOADER_MIDDLEWARES = {
    "crawler.frontier.held.HeldMiddleware": 10,  # answers that a killed run had archived: no robots.txt, no wire
    "crawler.downloader.robots.RobotsMiddleware": 100,
    "crawler.downloader.backoff.BackoffMiddleware": 570,  # outside Scrapy's retries (550)
    "crawler.downloader.archive.ArchiveMiddleware": 950,  # next to the wire: nothing changes a response before it
}
METAREFRESH_ENABLED = False  # it reads response.text; the spiders follow a refresh like any other link
DOWNLOAD_TIMEOUT = 60  # seconds for the whole exchange
DOWNLOAD_MAXSIZE = 32 << 20  # bytes; a longer body is cut and recorded as truncated
DOWNLOAD_WARNSIZE = 0
# Scrapy's own list without what its HTTP/1.1 handler raises, which would be imported for it.
RETRY_EXCEPTIONS = [
    "scrapy.exceptions.CannotResolveHostError",
    "scrapy.exceptions.DownloadConnectionRefusedError",
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.DownloadTimeoutError",
    "scrapy.exceptions.ResponseDataLossError",
    OSError,
]

# Articles: extracted beside the crawl, cleaned, judged, compared with all before, written.
# That parse pages beside the crawl, each page with a deadline. One is as fast as the crawl's own process, or a little
# slower: where it has a core of its own a second one helps, and no third.
EXTRACT_PROCESSES = 1 if len(os.sched_getaffinity(0)) < 3 else 2
WARN_ON_GENERATOR_RETURN_VALUE = False  # it reads the source of a callback for every response: a tenth of the time
CONCURRENT_ITEMS = 1  # 100 tasks for every response are 40 % of the time on small pages
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 2_000_000  # bytes of pages that wait to be parsed: each holds 30 generators
ITEM_PIPELINES = {
    "pipelines.stages.CleanPipeline": 100,
    "pipelines.stages.QualityPipeline": 200,
    "pipelines.stages.DedupPipeline": 300,
    "pipelines.stages.DatasetPipeline": 900,
}

# Pages that only a browser shows: for sites whose file says render = "auto" or "always".
RENDER_BROWSER = "/usr/bin/chromium"  # Debian's package chromium
RENDER_TABS = 2  # pages at a time
RENDER_SECONDS = 120.0  # for one page, with all that it asks for at the pace of its hosts
RENDER_REQUESTS = 200  # of one page

# Work on the finished dataset: compact, verify, forget, reextract --diff.
DATASET_MEMORY = None  # megabytes that it may take; None stands for a quarter of the machine's, or of the container's

# Feeds (-o rows.jsonl): rows in the schema's names; see feeds.py.
FEED_EXPORTERS = {
    "jsonlines": "crawler.feeds.RowJsonLines",
    "jsonl": "crawler.feeds.RowJsonLines",
    "jl": "crawler.feeds.RowJsonLines",
    "json": "crawler.feeds.RowJson",
    "csv": "crawler.feeds.RowCsv",
    "xml": "crawler.feeds.RowXml",
}

# What belongs to the crawl as a whole, and what a person sees of it.
RUN = None  # the Run that `scrapy crawl` has begun; for a script's spider it begins by itself
# Of Scrapy's own, as above: without a console and a web server that stay shut, a line a minute (Progress says it) and
# AutoThrottle, which knows one least delay for all hosts.
EXTENSIONS_BASE = {
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.logcount.LogCount": 0,
    "scrapy.extensions.memusage.MemoryUsage": 0,
    "scrapy.extensions.memdebug.MemoryDebugger": 0,
    "scrapy.extensions.closespider.CloseSpider": 0,
    "scrapy.extensions.feedexport.FeedExporter": 0,
    "scrapy.extensions.spiderstate.SpiderState": 0,
}
EXTENSIONS = {
    "crawler.run.CurrentRun": 0,
    "crawler.monitor.errors.ComponentErrors": 0,  # what Scrapy only logs makes the exit status
    "crawler.monitor.progress.Progress": 500,
    "crawler.metrics.Metrics": 500,
    "crawler.downloader.hosts.Hosts": 0,
    "crawler.sandbox.extension.Sandbox": 0,
    "crawler.render.extension.Renderer": 0,  # starts nothing before a page asks for it
    "crawler.downloader.counter.ResponseCounter": 500,
    "crawler.downloader.throttle.Throttle": 0,
    "crawler.downloader.drain.Drain": 0,  # SIGTERM waits for no delay and no hung server
}
# For Prometheus: http://METRICS_HOST:METRICS_PORT/metrics while a crawl runs (0: not), and a file when it has ended.
METRICS_HOST = "127.0.0.1"  # whoever can connect there can read the counts; 0.0.0.0 inside a container
METRICS_PORT = 0
METRICS_FILE = None
UI_LANGUAGE = None  # of what a person reads: en or zh; None stands for the environment's (LANG)
LOG_LEVEL = "INFO"
LOG_VERSIONS: list[str] = []
STATS_CLASS = "crawler.monitor.stats.Stats"
STATS_DUMP = False  # they are in state/runs/<run>.json

# Doors that stay shut.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
