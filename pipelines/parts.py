"""Public name of the writer of Parquet parts, where it was before the dataset became a folder."""

from pipelines.dataset.parts import Part, PartWriter

__all__ = ["Part", "PartWriter"]
