"""Names of authors without a label: "本报记者 王乐文 方 敏", "石佳/中国青年报", "(作者系市直工委副书记 王文生)"."""

from __future__ import annotations

import re

from crawler.extract.dates import find_dates
from crawler.extract.labelled import ORGANISATION, Byline
from crawler.extract.labels import ROLE

_REPORTERS = re.compile(
    r"^[\s(（【\[■◎●]*(?P<org>[^\s，。：:；]{0,16}?)(?:特约|见习|实习|首席|本报|本网|通讯|全媒体)*(?:记者|記者|评论员|評論員|特约撰稿人|撰稿人)[\s：:/·|｜丨]*(?P<names>(?=[\u4e00-\u9fff\s]{2})[\u4e00-\u9fff·]{1,4}(?:[\s、，,]+[\u4e00-\u9fff·]{1,4}){0,7}(?:\s*(?:通讯员|实习生)\s*[\u4e00-\u9fff·]{2,4}(?:[\s、]+[\u4e00-\u9fff·]{1,4}){0,4})?)[\s)）】\]]*$"
)
_SIGNATURE = re.compile(r"^[（(]\s*(?:本文)?作者(?:系|为|是)?[：:]?\s*(?P<who>[^（）()。]{2,40})[）)]\s*$")
_BY_SLASH = re.compile(r"^(?P<author>[\u4e00-\u9fff·]{2,4})\s*[/／]\s*(?P<source>[\u4e00-\u9fffA-Za-z]{2,14})$")
# "陳端武／綜合外電" names what the report is based on where others name the paper.
_FROM_WHERE = re.compile(r"(?:外電|外电|報導|报道|編譯|编译|整理)$")
# Bylines of papers in Taiwan: "聯合報 / 記者曹悅華／即時報導", "記者王小明／台北報導".
_REPORTED = re.compile(
    r"^[〔（(【]?(?:(?P<source>[\u4e00-\u9fffA-Za-z]{2,10}?)\s*[/／]?\s*)?(?:特派|特約)?[記记]者\s*(?P<names>[\u4e00-\u9fff、· ]{2,16}?)\s*[/／][^，。]{0,8}[報报][導导][〕）)】]?$"
)
_PEN = re.compile(
    r"^(?:《[^》]{1,12}》)\s*作者\s+(?P<names>[\u4e00-\u9fff·]{2,4})$|^文\s*[/／|丨︱]\s*(?P<pen>[^\s，。：]{2,12})$"
)
# "每经记者 王小明    每经编辑 李大钊", "界面新闻记者 | 王小明", "新京报 记者 王小明 编辑 李大钊 校对 赵大"
_BY_SPACES = re.compile(
    r"^(?:[^\s，。：:]{0,8}\s)?[^\s，。：:]{0,8}记者\s*[|｜/丨]?\s*(?P<author>[\u4e00-\u9fff·]{2,4}(?:[\s、]+(?!\S*(?:编辑|校对|摄影))[\u4e00-\u9fff·]{2,4}){0,4})"
    r"\s+[^\s，。：:]{0,6}编辑\s*[|｜/丨]?\s*(?P<editor>[\u4e00-\u9fff·]{2,4})(?:\s+\S{0,6}(?:校对|审核|摄影|视觉|责编)\s*[\u4e00-\u9fff·]{2,4})*\s*$"
)
_NOT_NAME = re.compile(r"摄影|拍摄|摄$|制图|报道|综合|整理|实习生|通讯员|编译")
_HELPER = re.compile(r"(?<=\s)(?:通讯员|实习生)(?=\s)")


_NAME = re.compile(r"[\u4e00-\u9fff·]{2,4}$")
_SINGLE = re.compile(r"[\u4e00-\u9fff]$")
_CALLING = re.compile(
    r"^.{0,16}?(?:记者|記者|通讯员|通訊員|特约撰稿人?|评论员|評論員|实习生|見習|见习)[\s：:]*|^文\s*[/／]?\s*图?[\s：:/／]+|^文字[\s：:]+"
)
_HELPERS = re.compile(r"^(?:特约|实习|见习|本报)*(?:记者|記者|通讯员|通訊員|实习生)(?=.)")
# What stands among the names and is none: "（记者卢敏 整合）".
_WORK = frozenset(
    [
        "记者",
        "記者",
        "通讯员",
        "通訊員",
        "实习生",
        "整合",
        "综合",
        "報導",
        "报道",
        "报导",
        "综合报道",
        "摄影报道",
        "采写",
        "撰文",
        "文",
        "图",
        "文图",
        "编译",
        "整理",
        "特约记者",
        "本报记者",
    ]
)
_PICTURE = re.compile(r"摄$|攝$|摄影$|攝影$|拍摄|供图|制图|漫画|图片|视频|翻译|朗读")
# "新华社北京5月9日电（记者卢敏）", "本报讯（记者 卢敏 通讯员陶小江）": the bracket comes before the first sentence ends.
_DATELINE = re.compile(r"^[^。！？（(]{0,40}[讯訊电電息导導道]\s*[（(]\s*(?P<who>[^（）()。]{2,60})[）)]")
_AT_END = re.compile(r"[（(]\s*(?P<who>[^（）()。，]{4,40})\s*[）)]\s*$")
_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉龚程邢裴陆荣翁荀羊惠甄曲封芮储靳汲段富巫焦巴牧隗山谷车侯宓蓬全班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶司黎薄印宿白怀蒲从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳姬申扶堵冉宰郦雍桑桂濮牛寿通边扈燕冀浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧利蔚越隆师巩聂晁勾敖融冷辛阚那简饶空曾关蒯相查后荆红游竺权盖益桓公欧阳司马诸葛易肖闫代覃"
)


def read_unlabelled_signature(first: list[str], last: str, byline: Byline) -> None:
    """Set the author from the names of reporters in the text, where none is labelled: behind the dateline of one of the
    `first` lines ("本报讯（记者卢敏）") or at the end of the `last` ("（总台记者 卢敏）", "（卢敏 陶小江）").
    """
    if byline.author is not None:
        return
    for text in first:
        dateline = _DATELINE.match(text)
        if dateline and _CALLING.match(dateline["who"]):
            byline.author = _called(dateline["who"])
            return
    signed = _AT_END.search(last[-60:])
    if signed is None:
        return
    if _CALLING.match(signed["who"]):
        byline.author = _called(signed["who"])
    elif (names := _names(signed["who"])) and all(name[0] in _SURNAMES for name in names.split()) and " " in names:
        byline.author = names


def _called(who: str) -> str | None:
    """The names behind "总台记者"; a name without a space before it has a surname: "记者证也带着" names nobody."""
    called = _CALLING.match(who)
    rest = who[called.end() :] if called else who
    glued = called is not None and called[0][-1] in "者员員人生"
    return _names(rest) if rest and (not glued or rest[0] in _SURNAMES) else None


def _names(text: str) -> str | None:
    """The names in `text`, separated by spaces; None when it has something else, or says who took the pictures."""
    if _PICTURE.search(text.strip()):
        return None
    names: list[str] = []
    half = ""  # "方 敏" is one name
    for word in re.split(r"[\s、，,；;/／]+", text.strip()):
        name = _HELPERS.sub("", word)
        if name in _WORK or not name:
            continue
        if _SINGLE.match(name):
            names += [half + name] if half else []
            half = "" if half else name
        elif _NAME.match(name) and not half:
            names.append(name)
        else:
            return None
    return None if half or not names or len(names) > 12 else " ".join(names)


def read_reporters(text: str, byline: Byline, *, pen: bool = True) -> None:
    """Set the author from a line that names reporters only: "本报记者 王乐文 方 敏", "半月谈记者 史卫燕".

    With `pen`, "文/张三" counts as well.
    """
    both = _BY_SPACES.match(text) if "编辑" in text and len(text) <= 60 else None
    if both:
        byline.author = both["author"]
        byline.editor = both["editor"]
        return
    if byline.author is None and len(text) <= 40:
        match = _REPORTERS.match(text)
        if match and not _NOT_NAME.search(_HELPER.sub("", text)):
            byline.author = match["names"].strip()
            return
        dates = find_dates(text) if "报" in text or "報" in text else ()
        reported = _REPORTED.match(text[dates[0].span[1] :].strip() if dates and dates[0].span[0] == 0 else text)
        if reported:
            byline.author = reported["names"]
            byline.source = byline.source or reported["source"]
            return
        signed = _PEN.match(text)
        if signed and (pen or signed["names"]):
            byline.author = signed["names"] or signed["pen"]


def read_slash(text: str, byline: Byline) -> None:
    """Set author and source from a line of name and paper: "石佳/中国青年报"."""
    match = _BY_SLASH.match(text)
    if match is None or match["author"] in ROLE or byline.author is not None:
        return
    if _FROM_WHERE.search(match["source"]):
        byline.author = match["author"]
    elif ORGANISATION.search(match["source"]):
        byline.author = match["author"]
        byline.source = byline.source or match["source"]


def read_signature(text: str, byline: Byline) -> None:
    """Set the author from a signature, whose last word is the name: "(作者系市直工委副书记 王文生)"."""
    if byline.author is None:
        match = _SIGNATURE.match(text)
        if match:
            words = match["who"].split()
            byline.author = words[-1] if len(words) > 1 or len(words[-1]) <= 4 else None
