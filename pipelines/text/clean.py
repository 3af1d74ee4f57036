"""Cleaning rules, each with a real line it was made for (`proof`: before and after). What the site says below the text has
no fixed wording: that is site_talk.py.

A rule removes spans of the body and inserts nothing: text + removed = body, character for character. The author's
mistakes and punctuation are not corrected; `**` masks stay.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawler.extract import Article
from crawler.extract.boilerplate import is_credits, is_editor_line
from crawler.extract.profile import LAST_LINES, Profile, digest_of, is_paragraph, mask
from crawler.extract.site_talk import about_rights, site_lines
from crawler.extract.vocabulary import INVISIBLE, PRIVATE_USE
from pipelines.text.pinyin import remove_injected
from pipelines.text.quality import MIN_CHARACTERS
from pipelines.text.structure import restructure, strip_title_at_end, strip_title_lines
from pipelines.text.tracked import TrackedText

_SITE = r"[\w.-]{1,60}\.[a-z]{2,8}"


_LONGEST = 240  # characters: no notice that was seen is longer


@dataclass(frozen=True, slots=True)
class Rule:
    """`pattern` matches what to remove; `where` says in which lines it is tried."""

    name: str
    pattern: re.Pattern[str]
    proof: tuple[str, str]
    # "line": any whole line; "edge": one of the first three or the last eight; "span": anywhere in the text.
    where: str = "line"
    notice: bool = False  # about rights: the span is kept in `notices`


def _line(
    name: str, pattern: str, before: str, after: str = "", *, where: str = "line", notice: bool = False, flags: int = 0
) -> Rule:
    return Rule(name, re.compile(pattern, flags), (before, after), where, notice)


def _span(name: str, pattern: str, before: str, after: str, *, notice: bool = False, flags: int = 0) -> Rule:
    return Rule(name, re.compile(pattern, flags), (before, after), "span", notice)


RULES: tuple[Rule, ...] = (
    Rule("invisible", INVISIBLE, ("党\u200b员", "党员"), "span"),
    Rule("private_use", PRIVATE_USE, ("第一\ue5e5章", "第一章"), "span"),
    _line("replacement", "^[\ufffd\\s]+$", "\ufffd\ufffd\ufffd\ufffd"),
    _span(
        "watermark",
        rf"[（(【\[]\s*(?:转载请?注?明?(?:来自|来源|出处)?|请?(?:继续)?(?:访问|关注|阅读|浏览|搜索)|本文来[自源于]*|文章来[自源]*|更多\S{{0,12}}(?:请|尽在)\S{{0,6}}|内容来[自源]*|来[自源]|原文出处)[^（）()【】\[\]]{{0,40}}?(?:https?://)?{_SITE}/?[^（）()【】\[\]]{{0,20}}[）)】\]]",
        "涌现出了一大批先进典型(转载请注明来自:好范文网http://www.haoword.com/),有效地推动了各项工作。",
        "涌现出了一大批先进典型,有效地推动了各项工作。",
        notice=True,
        flags=re.I,
    ),
    # Question banks put filler into their mark so that no search finds it: "[来源%:中~教网#@^]".
    _span(
        "watermark_filler",
        r"[\[［【](?!#[^#]*#[\]］】])(?=[^\[\]［］【】\n]*(?:(?<!\d)%|[#@^&~*])[^\[\]［］【】\n]*(?:(?<!\d)%|[#@^&~*]))[^\[\]［］【】\n]{2,22}[\]］】]",
        "6.[中国^@%教育&出~版网]阅读下面的文字",
        "6.阅读下面的文字",
    ),
    _span(
        "back_to_site",
        r"(?:返回(?:(?:搜狐|腾讯网?首页|新浪|网易|凤凰网)(?:[，,]?(?:查看更多|首页|频道))?|[，,]?(?:查看更多|首页|频道))[>》»]*|返回[\u4e00-\u9fff\w]{2,8}，查看更多)$",
        "“一带一路”研究部部长徐占忱）返回搜狐，查看更多",
        "“一带一路”研究部部长徐占忱）",
        flags=re.M,
    ),
    _span(
        "editor",
        r"[（(【\[](?:(?<=[。！？!?”」].)|(?<=[。！？!?”」][ \u3000].))\s*(?:责任|本文|网络|值班|实习)?(?:编辑|責編|责编)\s*[:：][^（()）。\n]{1,24}[）)】\]]\s*$",
        "石板路又露出青色。(责任编辑：李编)",
        "石板路又露出青色。",
        flags=re.M,
    ),
    _line(
        "first_printed",
        r"^[（(【\[]\s*(?:原载|原刊|载于|刊于|刊载于|原文刊于|原文载于)[^。]{2,50}[）)】\]]$",
        "（原载《光明日报》2021年5月12日第3版）",
    ),
    _line(
        "original_title",
        r"^[（(【\[]?\s*(?:原标题|原题|原文标题)\s*[:：].{0,80}[）)】\]]?$",
        "（原标题：三星Galaxy S9+成本高于前代）",
    ),
    _line(
        "picture_source",
        r"^[\s（(【\[]*(?:图片|图|题图|头图|资料图|视频|数据)来源\s*[:：︱|丨/]\s*[^。]{1,40}[）)】\]]?$",
        "图片来源：视觉中国",
    ),
    _line(
        "picture_source",
        r"^(?:图像来源|圖像來源|图像加注文字|圖像加註文字)\s*[，,:：].{1,80}$",
        "图像来源，Getty Images",
    ),
    _line(
        "rights_bracket",
        r"^[（(【\[].{0,60}(?:未经(?:书面)?(?:授权|许可|允许)|不得转载|版权归|独家所有|请勿转载|更多原创资讯请下载).{0,60}[）)】\]]$",
        "【美国The Next Web作品的中文相关权益归腾讯公司独家所有。未经授权，不得转载、摘编等。】",
        notice=True,
    ),
    _line(
        "rights_line",
        r"^.{0,40}(?:专稿|原创(?:文章|内容|作品)?|版权所有|版权作品|独家稿件|版权归\S{1,20}所有).{0,14}(?:未经.{0,24}?(?:授权|许可|允许)|不得转载|请勿转载|谢绝转载|严禁转载|转载请?注明|违者必究).{0,60}$",
        "39健康网(www.39.net)专稿，未经书面授权请勿转载。",
        notice=True,
    ),
    _line(
        "reprint",
        r"^[\s（(【\[*※◎注：:]*(?:如需转载|转载请|欢迎转载|未经[^。]{0,24}?(?:授权|许可|允许)[^。]{0,12}(?:转载|使用|摘编|复制)|严禁转载|本文(?:为|系|由|是)\s?\S{0,24}\s?(?:原创|独家|授权|首发)|本文(?:来自|来源|出自|转自|摘自)[^。]{1,40}转载请|本文(?:经授权|首发于|已获)|原创(?:文章|作品)[，,]).{0,110}$",
        "本文首发于39深呼吸公众号（shenhuxi39）",
        notice=True,
    ),
    _line(
        "reprint",
        rf"^[\s（(【\[*※◎]*(?:本文|本资料|本文档|本试[卷题]|原文)(?:来源于?|来自于?|转载?自|摘自|选自|出自)[:：]?[^。，]{{0,16}}(?:www\.)?{_SITE}/?\s*[）)】\]]*$",
        "本文来自好范文网(www.haoword.com)",
        notice=True,
        flags=re.I,
    ),
    _line(
        "address",
        r"^[\s（(【\[]*(?:本文|原文|文章|转载|原始|本页|网页)(?:地址|链接|网址|出处|URL)\s*[:：]\s*(?:https?://|www\.|/)\S+[）)】\]]?$",
        "本文地址：http://www.example.com/zuowen/1.html",
    ),
    _line(
        "more_of_this",
        r"^[\s（(【\[>》◆●★▲→☞]*(?:想(?:要)?(?:参考|了解|查看|阅读|看)(?:更多|其他)|更多[^，。\s]{0,20}[，,\s]*(?:请|尽在|欢迎|敬请)\S{0,4}?(?:关注|访问|点击|查看|阅读|浏览|登录|下载|搜索|参考|进入)|更多(?:精彩|相关|热门|优质)[^，。\s]{0,10}(?:关注|访问|点击|查看|浏览|登录|下载|搜索)|(?:推荐|相关|延伸|拓展|扩展|关联|精彩|热门)(?:阅读|文章|推荐|链接|新闻|报道)\s*[:：]).{0,80}$",
        "想参考更多创先争优心得体会，请点击心得体会栏目",
    ),
    _line(
        "public_account",
        r"^(?!.*(?:市民|居民|群众|考生|家长|乘客|旅客|游客|用户|患者|企业|单位))[^。]{0,24}(?:(?:关注|搜索|添加|加入|扫码|扫描|识别|长按)\S{0,20}(?:公众号|公众帐号|公众账号|微信群|QQ群|二维码|微信号|视频号)|(?:公众号|微信号|QQ群|QQ群号|交流群|加群|(?:小编|客服|站长|编辑)\S{0,4}(?:微信|QQ))\s*[:：]).{0,60}$",
        "关注公众号：人民网财经",
        where="edge",
        flags=re.I,
    ),
    _line(
        "public_account",
        r"^点击(?:上方|下方|顶部|以上|文末)?.{0,3}(?:蓝字|名片|“[^”]{1,16}”|「[^」]{1,16}」|【[^】]{1,16}】).{0,6}(?:关注|订阅).{0,12}$",
        "点击上方“作文大全”关注我们",
        where="edge",
    ),
    _line(
        "public_account",
        r"^(?:请)?(?:点击|戳)(?:文末|文章末尾|下方|左下角|底部)的?.{0,2}(?:链接|阅读原文|原文链接)[^。，]{0,14}[。！!]?$",
        "点击文末链接查看活动详情",
        where="edge",
    ),
    _line(
        "join_discussion",
        r"^[\s（(【\[]*(?:进入|点击(?:进入|查看|这里|此处)?|快来|立即)\s*(?:[【“「\[][^】”」\]。，]{2,16}[】”」\]]\s*(?:讨论|专题|参与|报名|下载|试用|试玩|投票)?|[^。，！\s]{2,12}(?:讨论|专题|报名|下载|试用|试玩|投票))[】）)\]]?\s*[:：>》]*$|^推荐进入\S{2,12}[，,].{0,60}$|^点击进入专题\s*[:：]?.{0,30}$|^此前报道\s*[:：].{0,60}$",
        "进入【新浪财经股吧】讨论",
    ),
    _line(
        "app",
        r"^[\s（(【\[]*(?:打开|下载|安装|进入|点击\S{0,4})\S{0,10}(?:APP|客户端)[，,\s]*.{0,12}(?:体验|阅读|畅读|更佳|查看|看更多|精彩|全文|免费|无弹窗).{0,12}$",
        "打开APP，阅读体验更佳",
        flags=re.I,
    ),
    _line(
        "app",
        r"^.{0,90}(?:下载|打开)(?:客户端|APP)(?:还能|还可|即可|可)\S{0,6}(?:专享|独享|福利)\S{0,10}$",
        "快来新浪众测，体验最好玩的产品吧~！下载客户端还能获得专享福利哦！",
        flags=re.I,
    ),
    _line(
        "download",
        r"^(?:将|把)本(?:文|文档)\S{0,4}(?:的)?\s*[Ww]ord\s*文档下载.{0,30}$",
        "将本文的Word文档下载到电脑，方便收藏和打印",
    ),
    _line(
        "document_share",
        r"^《.{2,90}》\s*由会员\S{0,24}(?:分享|上传).{0,120}$",
        "《年度工作总结》由会员分享，可在线阅读，更多相关《年度工作总结（5页珍藏版）》请在网站上搜索。",
    ),
    _line(
        "end_of_text",
        r"^[\s（(【\[—\-–=*]*(?:正文已结束|本文完(?![成整])|全文完(?![成整])|未完待续|内容到此结束|文章到此|以上就是\S{2,30}的(?:全部|所有|相关)内容)[^。]{0,40}[。]?[）)】\]—\-–=*\s]*$",
        "正文已结束，您可以按alt+4进行评论",
    ),
    _line(
        "read_more_mark",
        r"^[\s（(【\[…]*(?:点击|展开|阅读|查看|显示|加载)(?:展开|阅读|查看|加载)?(?:剩余|全部|余下|更多)?(?:\d+%)?(?:全文|内容|原文|更多)[\s\d%（）()【】\[\]…>》]*$",
        "点击展开全文",
    ),
    # Papers of Hong Kong and Taiwan end their reports with these.
    _line(
        "read_more_mark",
        r"^[\s\-—=＝▼▲↓▶>]*(?:閱讀更多|往下看更多(?:文章|新聞)?|點擊圖片放大|點(?:擊|我)看更多\S{0,6}|繼續閱讀|看更多)[\s\-—=＝▼▲↓▶<]*$",
        "▼點擊圖片放大",
    ),
    _line(
        "correct_me",
        r"^[\s【\[]*(?:纠错|我要纠错|打印|关闭|收藏|分享|举报)[】\]\s]+(?:[【\[]?责任编辑.{0,20})?$",
        "【纠错】 【责任编辑:王頔】",
    ),
)


def clean(article: Article, profile: Profile | None = None) -> Article:
    """Remove from the body what is not the article's; fill `text`, `removed`, `notices` and `parts`. Changes `article`.

    `profile` is what is known of the article's site.
    """
    tracked = TrackedText(article.text)
    find_parts = restructure(article, tracked)
    notices: list[str] = []
    text: str | None = None
    for rule in RULES:
        if text is not tracked.text:
            text = tracked.text
            lines = text.split("\n")
            tried = _lines_by_place(lines)
        if rule.where == "span":
            _apply_span(rule, tracked, notices)
        else:
            _apply_line(rule, lines, tried[rule.where], tracked, notices)
    remove_injected(tracked)
    _credits(tracked)
    _site_lines(tracked, notices)
    if profile is not None and profile.tails:
        _learnt_lines(article.title, tracked, profile.tails)
    strip_title_at_end(article.title, tracked)
    strip_title_lines(article.title, tracked)
    article.text = tracked.text
    article.removed = tracked.removed()
    article.notices = list(dict.fromkeys([*article.notices, *notices]))
    find_parts()
    return article


def _lines_by_place(lines: list[str]) -> dict[str, list[int]]:
    """The indices of the lines that are short enough for a notice, by the `where` of the rules that try them."""
    short = [i for i, line in enumerate(lines) if len(line) <= _LONGEST]
    tail = len(lines) - 8
    return {"line": short, "edge": [i for i in short if i >= tail or i < 3]}


def _apply_span(rule: Rule, tracked: TrackedText, notices: list[str]) -> None:
    spans = [match.span() for match in rule.pattern.finditer(tracked.text)]
    if spans:
        if rule.notice:
            notices += [tracked.text[start:end].strip() for start, end in spans]
        tracked.remove(rule.name, spans)
        # A line that is empty now is removed as well.
        tracked.remove_lines(rule.name, [i for i, line in enumerate(tracked.text.split("\n")) if not line])


def _apply_line(rule: Rule, lines: list[str], tried: list[int], tracked: TrackedText, notices: list[str]) -> None:
    match = rule.pattern.match
    hits = [i for i in tried if match(lines[i])]
    if not hits:
        return
    if rule.notice:
        notices += [lines[i].strip() for i in hits]
    # A text that is half "notices" is a text about notices.
    if sum(len(lines[i]) for i in hits) * 2 < len(tracked.text):
        tracked.remove_lines(rule.name, hits)


def _credits(tracked: TrackedText) -> None:
    """Remove lines of credits such as "【责任编辑： 付基恒】" or "图/王明 文/李华" from the first three and the last ten."""
    lines = tracked.text.split("\n")
    places = {*range(min(3, len(lines) - 1)), *range(max(1, len(lines) - 10), len(lines))}
    tracked.remove_lines("credits", [i for i in sorted(places) if is_editor_line(lines[i]) or is_credits(lines[i])])


def _site_lines(tracked: TrackedText, notices: list[str]) -> None:
    """Remove what the site says at the end of the text."""
    lines = tracked.text.split("\n")
    found = site_lines(lines)
    rights = [i for i in found if about_rights(lines[i])]
    said = sum(len(lines[i]) for i in rights)
    # A text that is half "notices" is a text about notices, or there is none: judge() decides.
    if said * 2 >= len(tracked.text) or len(tracked.text) - sum(len(lines[i]) for i in found) < MIN_CHARACTERS:
        notices += [lines[i].strip() for i in found]
        return
    notices += [lines[i].strip() for i in rights]
    tracked.remove_lines("site_line", found)


def _learnt_lines(title: str, tracked: TrackedText, tails: frozenset[str]) -> None:
    """Remove the lines that end the texts of this site, up to the last paragraph or the eighth other line from the end."""
    lines = tracked.text.split("\n")
    found = []
    others = 0
    for index in range(len(lines) - 1, -1, -1):
        if digest_of(mask(lines[index], title)) in tails:
            found.append(index)
        else:
            others += 1
            if others == LAST_LINES or is_paragraph(lines[index]):
                break
    tracked.remove_lines("site_line", found)
