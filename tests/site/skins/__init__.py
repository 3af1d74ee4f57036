"""One small file per CMS skin, after what the vendors' stock templates put on a page."""
