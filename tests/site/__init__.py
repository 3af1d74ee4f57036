"""The demo web: three sites of some 300 pages on loopback, each article with the truth about it.

with serve() as web:                     # or serve("lanjiang"), serve(Scaled(3000))
    web["lanjiang"]                      # "http://127.0.0.1:PORT"
    web.write_sites(folder)              # TOML files for SITES_DIR
    web.truth(), web.rejects(), web.hits
"""

from tests.site.server import Web, serve

__all__ = ["Web", "serve"]
