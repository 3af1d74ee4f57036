"""The dataset on disk: schema, parts, manifests, locks, and every way in which a manifest takes the place of others."""
