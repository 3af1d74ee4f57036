"""The known CMS skins. skins.py is their table."""

from crawler.extract.templates.recognition import recognise
from crawler.extract.templates.skin import Skin
from crawler.extract.templates.skins import SKINS

__all__ = ["SKINS", "Skin", "recognise"]
