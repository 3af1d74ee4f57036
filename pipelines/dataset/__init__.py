"""The dataset on disk: schema, parts, manifests, locks, and every way in which a manifest takes the place of others.

For those who write one of their own: a row of an article, and the schemas of the two kinds of parts.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipelines.dataset.schema import REJECT_SCHEMA, SCHEMA, reject_row, row

__all__ = ["REJECT_SCHEMA", "SCHEMA", "reject_row", "row"]


def __getattr__(name: str) -> Any:
    # When it is asked for: whoever imports a module of this folder imports this one, and the schema needs pyarrow.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from pipelines.dataset import schema  # noqa: PLC0415

    return getattr(schema, name)
