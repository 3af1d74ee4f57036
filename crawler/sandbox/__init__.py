"""Pages are parsed in a process beside the crawl, each with a deadline and a bound of memory.

The pages come from strangers. What takes too long or kills the process costs that page; the crawl goes on.
"""
