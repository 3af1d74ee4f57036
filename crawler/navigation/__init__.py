"""Where a page leads: links of lists, redirects, the further pages of an article. Pure."""
