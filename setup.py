"""Wheels bring the core as machine code where it can be compiled; everything else stands in pyproject.toml."""

import os
import shutil
import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.bdist_wheel import bdist_wheel

sys.path.insert(0, str(Path(__file__).resolve().parent))
from crawler.native import built
from crawler.native.compile import build


class Wheel(bdist_wheel):
    """A wheel for this Python and machine with the build of the core in it; a wheel for all with CORE_PLAIN=1, and
    where the core cannot be compiled.
    """

    def finalize_options(self) -> None:
        if not os.environ.get("CORE_PLAIN"):
            print(build())
            built.cache_clear()
        if folder := built():
            self.distribution.has_ext_modules = lambda: True
            self.distribution.package_data["crawler.native"] = [f"builds/{folder.name}/**/*"]
        super().finalize_options()

    def run(self) -> None:
        # What an earlier wheel left there would go into this one, modules that are gone included.
        shutil.rmtree(self.get_finalized_command("build").build_lib, ignore_errors=True)
        super().run()


setup(cmdclass={"bdist_wheel": Wheel})
