"""reports/index.html: how the crawls went, site by site, as one page without script and network."""
