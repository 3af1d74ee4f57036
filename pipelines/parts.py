"""Public name of the writer of Parquet parts, where it was before the dataset became a folder."""

from pipelines.dataset.part import Part
from pipelines.dataset.parts import PartWriter

__all__ = ["Part", "PartWriter"]
