"""Which URL next, leased to whom, seen when: one table of URLs that survives kill -9 at any moment.

A *round* is one full visit of a site. It begins when a run starts and the site has nothing pending, nothing leased and
no other live worker; it ends when the site is drained. A run that starts while something is pending (the last one was
killed, stopped, or another machine is at it) takes part in the same round: what was done in it is not fetched again.
In each round lists, feeds, sitemaps and seeds are fetched once; an article only when it is new or due
(`policy.next_visit`).

States of a URL: `pending` -> `leased` -> `done`, `failed` (tried again when `next_due` comes) or `gone` (404, 410,
forbidden by robots.txt). Workers lease hosts, not URLs, so that politeness stays in one process; the leases of a worker
that died are taken over. A URL is final only in the transaction that stores the links found on it (of a long list the
last ones: the others are stored before), and that transaction comes after the fsync of its record: `Frontier.flush`.

    tables, database     what is stored, and how a database is opened
    entry                a URL to visit, leased, visited
    policy, traps        decisions and numbers
    admit, settle, lease, rounds, workers    the SQL, each one step on a connection
    window, frontier     the leased URLs in memory; group commit
    requests, endings    rows <-> Scrapy's requests and responses
    scheduler, middleware, held    the three ends that Scrapy sees; configure makes them from settings
    recover, chains      what a killed run left behind
    exclusion, census, open_work    what others ask: taken down, counted, still to do
"""
