"""The dataset on disk: schema, parts, manifests, locks, and every way in which a manifest takes the place of others.

For those who write one of their own: a row of an article, and the schemas of the two kinds of parts.
"""

from pipelines.dataset.schema import REJECT_SCHEMA, SCHEMA, reject_row, row

__all__ = ["REJECT_SCHEMA", "SCHEMA", "reject_row", "row"]
