"""The skins, portals before CMSs (a portal's page may be made with one), each in a file of its own."""

from __future__ import annotations

from crawler.extract.dom import Document
from crawler.extract.templates import (
    baijiahao,
    cctv,
    china_com_cn,
    dedecms,
    discuz,
    doc_family,
    dochub,
    docin,
    docs360,
    empirecms,
    gmw,
    ifeng,
    jcms,
    netease,
    people,
    phpcms,
    qidian,
    renrendoc,
    sina,
    siteserver,
    siteweaver,
    sohu,
    southcn,
    tencent,
    thepaper,
    toutiao,
    trs,
    visionsite,
    wechat,
    wordpress,
    xinhua,
    youth,
)
from crawler.extract.templates.skin import Skin

SKINS: tuple[Skin, ...] = (
    wechat.SKIN,
    toutiao.SKIN,
    baijiahao.SKIN,
    sina.SKIN,
    netease.SKIN,
    sohu.SKIN,
    ifeng.SKIN,
    tencent.SKIN,
    people.SKIN,
    xinhua.SKIN,
    thepaper.SKIN,
    gmw.SKIN,
    youth.SKIN,
    china_com_cn.SKIN,
    southcn.SKIN,
    cctv.SKIN,
    doc_family.SKIN,
    renrendoc.SKIN,
    dochub.SKIN,
    docs360.SKIN,
    docin.SKIN,
    qidian.SKIN,
    jcms.SKIN,
    visionsite.SKIN,
    siteserver.SKIN,
    trs.SKIN,
    siteweaver.SKIN,
    phpcms.SKIN,
    empirecms.SKIN,
    discuz.SKIN,
    wordpress.SKIN,
    dedecms.SKIN,
)


def recognise(doc: Document) -> Skin | None:
    """The first skin that says yes; None for a page of no known skin."""
    return next((skin for skin in SKINS if skin.recognise(doc)), None)
