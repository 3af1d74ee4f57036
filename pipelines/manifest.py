"""Public name of the manifest of a run, where it was before the dataset became a folder."""

from pipelines.dataset.manifest import Manifest, load_manifests

__all__ = ["Manifest", "load_manifests"]
