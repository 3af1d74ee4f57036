"""A site file tried on its pages, and one drafted from a site's own pages."""
