"""OUTPUT_DIR as the URL of an object store: a bucket, the local files that stand for its objects, and its locks.

Only finished files are objects. What is being written, and whatever needs a real file (SQLite, DuckDB, mmap), lies in a
local folder below SPOOL_DIR; how the two come together: crawler/publish.py for a crawl, crawler/checkout.py for all
other commands.
"""
