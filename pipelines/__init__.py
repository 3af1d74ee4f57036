"""Articles -> rows: cleaning, quality, duplicates, and the Parquet dataset."""

import crawler  # noqa: F401  its finder knows the compiled modules of this package, too
