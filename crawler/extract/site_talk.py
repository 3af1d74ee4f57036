"""Which of a text's last lines are the site's and not the author's: rights, disclaimers, promotion, requests, credits.

Such a line is known by what it speaks of, not by its words: the site or the text itself ("本站", "本文"), rights, where it
was taken from, what the reader is to do. Each of these has a weight; their sum decides. So a wording that nobody has seen
is recognised by the words it shares with others, and a sentence of the author with one such word stays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from crawler.extract.memo import remember
from crawler.extract.needles import Needles
from crawler.extract.normal import key_of


@dataclass(frozen=True, slots=True)
class Feature:
    """`weight` is added where `pattern` is found in the key of the line (crawler/extract/normal.py) in lower case, as in
    `sample`.
    """

    name: str
    weight: float
    pattern: re.Pattern[str]
    sample: str


def _feature(name: str, weight: float, pattern: str, sample: str) -> Feature:
    return Feature(name, weight, re.compile(pattern), sample)


FEATURES: tuple[Feature, ...] = (
    _feature(
        "site",
        1.0,
        r"本[站网刊]|本平台|本公众号|本栏目|本专栏|本频道|小编|网站|官网|[\u4e00-\u9fff]网(?:编辑|整理|同意|$|[,。)])|报社|编辑部|我们的网址|全站|方便(?:下次|以后)",
        "本站部分内容来自网络",
    ),
    _feature(
        "text",
        0.7,
        r"(?:本|此|该|原|全|这篇)文(?!化|明|件|物)|文章|稿件|(?:以上|上述|本|所有|部分|转载|剩余|全部)内容|作品|图片|文档|素材",
        "以上内容由用户上传",
    ),
    _feature(
        "rights",
        1.6,
        r"版权(?:所有)?|著作权|侵权|侵犯|转载|授权|摘编|(?:禁止|严禁|不得)(?:使用|复制|转载|链接)|盗版|抄袭|翻印|独家|原创|all rights reserved|copyright|创作共[享用]|知识共享|(?:许可|共享|授权)协议|(?<![a-z])cc[ -]by(?![a-z])",
        "未经授权不得转载",
    ),
    _feature(
        "rights kept",
        0.8,
        r"未经[^。]{0,8}(?:授权|许可|同意|允许)[^。]{0,4}(?:不得|禁止|严禁|请勿)",
        "內容由早市提供。未經授權，不得轉載",
    ),
    _feature(
        "disclaimer",
        1.6,
        r"不代表|不(?:并)?表明|并不意味|立场|仅供.{0,8}(?:参考|学习|阅读)|不构成|概不负责|不承担|责任自负|自负|真实性|免责|声明|申明|如有(?:异议|侵犯|侵权|问题|不妥)|(?:请|联系).{0,12}(?:删除|撤)|与.{0,6}(?:无关|立场)",
        "仅代表作者观点，不代表本站立场",
    ),
    _feature(
        "provenance",
        1.2,
        r"(?:摘|选|转|节选|转载|引|出|摘编|来)自|来源于?|原载|刊于|(?:来自|源自|取自|源于)(?:互联)?网络?|互联网|整理$|整理[)。]|供图|供稿|用户(?:自行)?(?:上传|发布|提供)|网友(?:投稿|上传)|信息(?:存储|储存)|(?:图片|圖片).{0,2}(?:提供|来自)",
        "本文节选自《早市》",
    ),
    _feature(
        "taken from",
        1.6,
        r"^\W{0,3}(?:本文|文章|原文|全文)?(?:摘|选|节选|转|转载|摘编|改编|编?译)自|^\W{0,2}(?:本文|原文|全文|此文)(?:摘自|选自|编?译自|来自|出自|源自|来源|原载|首发|刊于|转自|发表于|由.{2,20}(?:提供|整理|收集|发布|编辑))",
        "（选自《散文家》第四辑）",
    ),
    _feature(
        "request",
        1.0,
        r"欢迎|敬请|恭候|请(?:您|大家|各位|点击|关注|访问|登录|下载|收藏|分享|继续|勿|注明|致电|联系|在|用|扫|把|将|搜|加|输)|记得|别忘|赶快|立即|马上|点击|点(?:个|我|这|选)|快来|不妨",
        "欢迎点击下方按钮",
    ),
    _feature(
        "act",
        1.2,
        r"发(?:送|到|至)?(?:电子)?邮件|关注|收藏|分享|转发|点(?:个)?赞|按赞|好友|不漏接|抽奖|报名参加|欢迎加入|打赏|赞赏|追踪|订阅|扫码|扫一扫|扫描|长按|投稿|来稿|征稿|退稿|报料|爆料|新闻线索|致电|畅读|解锁|收听|收看|键盘|登录后|登入后|打开|下载|安装|浏览器|ctrl|(?:下方|评论区|欢迎|给我们?).{0,4}留言|留言(?:告诉|讨论|区|互动|板)|在看|三连|(?:读者|粉丝|交流|学习|微信)群",
        "喜欢请按Ctrl+D收藏",
    ),
    _feature(
        "channel",
        1.2,
        r"客户端|公众号|微信|微博|instagram|facebook|脸书|粉丝(?:团|专页)|粉专|telegram|whatsapp|youtube|电子报|二维码|视频号|小程序|抖音号|(?:全网|平台|公众号)同名|手机(?:版|看|网|[\u4e00-\u9fff]{1,4}网)|热线|官方账号|帐号|(?<![a-z])(?:apps?|qq|line|ig|fb|word|vip)(?![a-z])",
        "下載《早市報》App",
    ),
    _feature(
        "address",
        2.4,
        r"(?:(?:请)?(?:牢记|记住)|收藏).{0,6}(?:本站|本书|首发|最新|永久)?.{0,6}(?:域名|网址|地址)|(?:首发|最新|永久|备用|发布|阅读)(?:域名|网址)\s*:|一秒记住|章节(?:错误|有误|报错)|(?:最新|最快|全文|免费)(?:章节|更新|阅读).{0,12}(?:尽在|请(?:到|访问|上)|就(?:来|到|上))|^\W*(?:[\u4e00-\u9fff]{1,10}[网站坊库吧]\W{0,3})?(?:https?://|www\.)[\w./?=&%#~:-]+\W*$",
        "请记住本书首发域名：www.example.com",
    ),
    _feature(
        "likes",
        1.3,
        r"(?:facebook|脸书|fb)[^。]{0,12}专页|(?:like|赞)[^。]{0,6}专页|follow.{0,4}我们|成为.{0,14}(?:fans|粉丝)|按(?:个)?赞|个赞!",
        "早市新聞現已開設Facebook專頁，快點到Facebook Like我們的專頁",
    ),
    _feature(
        "paywall",
        2.4,
        r"(?:登录|登入|订阅|开通|购买|付费|会员|vip|解锁).{0,14}(?:阅读|查看|看|畅读|解锁|浏览(?!器))(?:本文)?(?:全文|全部|全站|剩余|更多|权限|后续|$|[,。!])|(?:剩余|余下|全文|全部|完整)(?:内容)?.{0,6}(?:付费|会员|订阅|登录|未读)|未读.{0,8}(?:会员|解锁|全文)|付费(?:内容|阅读)|(?:还剩|剩余|超出|超过|仅?提供).{0,8}(?:\d页|预览)|继续阅读[>。!]*$",
        "登录后查看全部内容",
    ),
    _feature(
        "closing",
        1.7,
        r"以上(?:就是|便是|是).{0,40}(?:全部|所有|相关|介绍|内容|整理|分享)|希望(?:对|能|大家).{0,20}(?:帮助|有用|学习|喜欢)|多多支持|尽在|(?:如果|若|如)(?:您|你|大家)(?:还)?有.{0,16}(?:疑问|问题|建议|资讯|稿件|新闻|信息)|(?:若|如)(?:仍|尚)?有(?:任何)?(?:疏漏|错漏|遗漏|谬误|不实)|(?:觉得|如果|若|要是).{0,16}(?:不错|喜欢|有用|有帮助|好看)|更多.{0,20}(?:请|尽在|都在|欢迎|关注|点击|内容|资讯|精彩|新闻|文章|报导|报道)",
        "更多精彩尽在早市网",
    ),
    _feature(
        "notice's head",
        1.2,
        r"^\W{0,4}(?:(?:特别|郑重|免责|重要|版权|作者|友情|温馨|风险|转载|投稿|征稿|投资)?(?:声明|申明|提示|提醒|说明|须知|启事|条款)|注|备注|附注|ps)\s*[:)|]",
        "【投稿说明】来稿请注明姓名",
    ),
    _feature(
        "blog",
        4.0,
        r"track\s*back|visitors?\s*:|permalink|posted (?:@|by|in|on)|(?:previous|next) in (?:this|category)|引用(?:地址|通告|链接)|(?:categor(?:y|ies)|topics?|tags?|comments?|filed under)\s*[:(]|leave a (?:comment|reply)|share this|continue reading",
        "TrackBack URL: http://www.example.com/tb/12",
    ),
    _feature("disclaimer's head", 0.8, r"^\W{0,4}(?:免责|版权|法律)声明\s*[:|]", "免責聲明：本文所載資料僅供參考"),
    _feature(
        "contacts",
        1.8,
        r"@[\w-]+\.[\w.]+\W{0,3}(?:电话|热线|tel)|(?:电话|热线)\W{0,2}[\d-]{7,}.{0,12}@[\w-]+\.",
        "早市資訊中心：editor@example.cn 電話：4000000000",
    ),
    _feature(
        "page",
        2.6,
        r"(?:看|读)(?:完|了|过)(?:这|本|此)?篇?.{0,10}的(?:人|网友|读者|用户)|^\W*赞同来自\s*:|^\W*更多关于.{0,40}(?:详见|请见|参见)|^\W*(?:喜欢|浏览|购买|下载|收藏).{0,60}的(?:人|用户|网友|读者)[也还]|(?:本文|原文|文章|网页|页面|本页)(?:网址|地址|链接|标题|关键词)\s*[:(]|打赏|赞赏码|扫码(?:支付|关注|打赏)|^.{0,12}(?:投稿|报料|爆料)(?:邮箱|信箱|热线|专线|方式|电邮)\s*:|加载中",
        "看完这篇文章的人还看了：",
    ),
    _feature(
        "player",
        2.6,
        r"图[像片]?(?:来源|加注文字)\s*[,:]|(?:收听|语音|朗读|播报|听)(?:本文|播报|全文|新闻)|音频\s*:|点击(?:图片|小图|查看)?.{0,4}(?:大图|放大|下一[页张])|(?:键盘|快速)翻页|微博推荐\s*\||今日微博热点|\d{1,2}:\d\d\s*/\s*\d{1,2}:\d\d|已下载\s*\d*\s*次",
        "聽新聞 0:00 / 3:25",
    ),
    _feature(
        "contact",
        0.8,
        r"https?:|www\.|@[\w-]+\.|\.(?:com|net|cn|org|hk|tw)(?![a-z])|\d{3,4}[ -]?\d{4}(?!年)|(?:电话|热线|邮箱|地址|q群|qq群|群号|微信号?)\s*:",
        "報料電郵：news@example.hk",
    ),
    _feature(
        "call",
        1.3,
        r"了解(?:更多)?(?:详情|信息|内容)\s*:|(?:立即|马上|即刻|点此|按此|点我|详情|现在就|免费)(?:点击|按此)?(?:收看|观看|查看|报名|了解|下载|订阅|阅读|加入|进入|购买|预约|体验|试用|领取)[!>。:]*$",
        "想知更多？立即收看",
    ),
    _feature(
        "readers",
        1.2,
        r"小伙伴们?|各位(?:读者|网友|看官|朋友)|亲们|(?:大家|你们?|您)(?:有什么|怎么看|觉得呢|还有什么|还有其他)",
        "小伙伴们有什么想法呢",
    ),
    _feature(
        "consult",
        1.8,
        r"在线(?:咨询|(?:值班)?客服|预约)|咨询(?:热线|电话|专家|医生|客服|我们)|免费(?:咨询|试听|评估|设计|上门|看房|接送|体验|试用)|预约(?:挂号|试听|热线)|寄送?样|联系[\u4e00-\u9fff]{1,3}(?:经理|老师|顾问)|(?:扫|微信|二维码).{0,8}(?:沟通|咨询)|24小时.{0,8}(?:期待|在线|恭候)",
        "请点击此处在线咨询医生",
    ),
    _feature(
        "public notice",
        2.2,
        r"(?:饮酒|喝酒)过量|禁止酒驾|酒后(?:不|请勿|禁止)(?:开车|驾车|驾驶)|未(?:满18|成年)[^,。]{0,6}(?:饮酒|吸烟)|吸烟有害|(?:安心|防治|咨询|求助|生命)专线|自杀(?:不能|无法)解决|珍惜生命",
        "飲酒過量　有害健康",
    ),
    _feature(
        "service",
        1.7,
        r"(?:为您|给您|提供您|您提供|竭诚|专业|优质).{0,12}服务|最(?:全面|优质|专业|权威|齐全|新最全)",
        "早市网竭诚为您服务",
    ),
    _feature("terms of use", 1.0, r"正版软件|(?:下载|试用)后.{0,8}删除|法律责任", "下载后请于24小时内删除"),
    _feature(
        "account",
        1.6,
        r"^\W*(?:官方)?(?:微博|微信号?|公众号|客服(?:电话|热线|qq|微信)?|(?:qq|微信|交流)群)\s*:",
        "官方微博：@早市",
    ),
    _feature("promotion", 0.8, r"隆重|登场|开播|上线|名额|优惠|折扣|限时|奖品|抽奖|礼品|免费", "《早市频道》隆重登场"),
    _feature(
        "counted",
        2.6,
        r"^\W*(?:(?:本|全)文(?:[一总]?共|约)?\s*\d+\s*(?:多|余)?字|(?:本文|全文|文章)?字数\s*:\s*(?:约|\d)\S{0,8}|(?:浏览|阅读|点击|访问|人气)(?:次数|量|数|率)?\s*:\s*\d+\s*[次人]?)\W*$",
        "浏览次数：123次",
    ),
    _feature(
        "recommended",
        2.6,
        r"^\W*(?:小编|编辑|精[彩品选]|热门|猜你喜欢|为您|本站)(?:推荐|精选)(?:阅读|文章|内容|作文|范文)?\s*:",
        "小编推荐：春天作文",
    ),
    _feature(
        "comment rules",
        2.6,
        r"(?:文明|理性)(?:上网|发言|评论|用语)|遵守.{0,24}(?:法律|法规|规定|条例|政策)|(?:发言|评论|留言|跟帖|回帖).{0,8}(?:不得|不能|控制在|审核|请勿|字以内|限)|匿名(?:发表|评论)|严禁.{0,12}(?:色情|反动|广告|辱骂)|验证码|昵称\s*:",
        "请文明发言，遵守国家法律法规",
    ),
    _feature(
        "novels",
        2.0,
        r"vip章节|章节列表|(?:由|为).{0,12}(?:书友|网友|会员|读者)(?:发布|上传|手打|转载)|书友(?:们|您)?(?:如|若|请|群)|(?:购买|订阅|支持)正版|手机用户请|求(?:月票|推荐票)|多多宣传",
        "《早市》的章节由书友上传",
    ),
    _feature(
        "told to the site",
        2.0,
        r"站内(?:消息|短信|信)|(?:与|和).{0,4}法律.{0,3}抵触|(?:没有|未能?)及时更新",
        "如果内容与法律抵触，请发站内消息",
    ),
    _feature("bracketed", 0.7, r"^\s*\([^()]*\)[。.]?\s*$|^\s*\*[^*]+\*$", "（本文仅供参考）"),
    _feature("mark", 0.7, r"^\s*(?:>{1,}|[※★☆◎◆●■▲▼▶►☞→＊*])", "＞＞版权声明"),
    _feature("label pairs", 1.0, r"^[a-z' ]{3,}:.*\s[a-z' ]{3,}:", "Today's Visitors: 0 Total Visitors: 3"),
    # What speaks for the author, or for somebody else's advice.
    _feature(
        "advice",
        -0.9,
        r"群众|市民|居民|考生|家长|乘客|旅客|患者|公安|部门|政府|单位|我[校院局厅委市县区]|贵[校司]",
        "请广大市民关注",
    ),
    _feature("speech", -1.2, r"[说道问答称喊][,:]?[“「]|[。!?,…][”」]", "他说：“明天再来。”"),
    _feature("person", -0.8, "(?<!其)[他她它](?!人的?(?:权|版))", "他看了看"),
    _feature("past", -0.8, "(?:说|(?<![报频渠])道|了)[,。]|想起|昨[天日]|去年|当时", "天就亮了。"),
    _feature("several sentences", -0.6, "[。!?].+[。!?]", "天亮了。他走了。"),
    _feature("fact", -0.8, r"\d+(?:\.\d+)?(?:%|万|亿|元|人|年来|个月|公里)|\d{4}年\d{1,2}月", "2019年3月，同比增长12%"),
)
_NEEDLES: Final = Needles([feature.pattern for feature in FEATURES])
# Every longer line of a site's has one of these. To look for them is many times faster than the patterns.
_WORDS: Final = [
    "本站",
    "本网",
    "本刊",
    "本平台",
    "本栏",
    "网站",
    "小编",
    "编辑部",
    "版权",
    "著作权",
    "转载",
    "授权",
    "侵权",
    "侵犯",
    "独家",
    "原创",
    "copyright",
    "声明",
    "申明",
    "免责",
    "立场",
    "参考",
    "不构成",
    "负责",
    "删除",
    "责任",
    "来源",
    "来自",
    "摘自",
    "选自",
    "转自",
    "译自",
    "互联网",
    "整理",
    "用户",
    "网友",
    "提供",
    "欢迎",
    "敬请",
    "点击",
    "立即",
    "关注",
    "收藏",
    "分享",
    "点赞",
    "按赞",
    "打赏",
    "赞赏",
    "追踪",
    "订阅",
    "扫",
    "长按",
    "投稿",
    "来稿",
    "征稿",
    "报料",
    "爆料",
    "线索",
    "致电",
    "了解",
    "客服",
    "正版",
    "登录",
    "登入",
    "下载",
    "安装",
    "打开",
    "客户端",
    "公众号",
    "微信",
    "微博",
    "qq",
    "line",
    "app",
    "facebook",
    "粉丝",
    "专页",
    "follow",
    "翻页",
    "电子报",
    "热线",
    "会员",
    "付费",
    "继续阅读",
    "更多",
    "尽在",
    "多多支持",
    "希望",
    "track",
    "visitor",
    "categor",
    "comment",
    "topic",
    "tag",
    "posted",
    "previous",
    "地址",
    "服务",
    "域名",
    "记住",
    "章节",
    "书友",
    "站内",
    "邮件",
    "疑问",
    "网址",
    "链接",
    "听",
    "音频",
    "大图",
    "加载",
    "http",
    "www",
    "@",
    ".com",
    ".cn",
    ".net",
    "邮箱",
    "电话",
    "发言",
    "评论",
    "法律",
    "法规",
    "验证码",
    "提示",
    "说明",
    "须知",
    "启事",
    "免费",
    "隆重",
    "登场",
    "上线",
    "优惠",
    "刊于",
    "原载",
    "本文",
    "全文",
    "咨询",
    "留言",
    "在看",
    "专线",
    "饮酒",
    "吸烟",
    "预约",
    "经理",
    "协议",
    "共享",
]
_WORDED: Final = re.compile("|".join(map(re.escape, _WORDS)))  # begins with literals, for which re scans fast
_LIMIT = 2.1
_CERTAIN = 3.5  # below such a line short ones with _BELOW are the site's, too
_BELOW = 0.4
_ISOLATED = 2.6  # for a line that has text of the author's below it
_RULED = 1.5
_SHORT: Final = 30  # characters
_LONG = 200
_PARAGRAPH = 60
_CLAUSES = 4
# What such a paragraph of the site's speaks of.
_CLEARLY: Final = re.compile(
    "版权|著作权|侵权|侵犯|转载|授权|声明|立场|不代表|免责|概不|不承担|facebook|专页|粉丝|本站|本网|本平台|小编|公众号|客户端|下载|投稿|热线|电话|订阅|会员"
)
_HEADING = 10
_NEAR = 60
_LAST = 10  # lines
_MISSES = 6  # lines of the author's behind which nothing of the site's is looked for
_HAN = re.compile("[\u4e00-\u9fff]")
_LETTER = re.compile(r"[^\W\d_]")
_DIGIT = re.compile(r"\d")
_RIGHTS = re.compile("版权|著作权|侵权|侵犯|转载|授权|摘编|copyright|声明|不代表|立场|免责")
_END = re.compile(
    r"\W*(?:(?:the\s+)?end|(?:全文)?完|(?:正文|全文|本文)(?:到此)?结束)\W*|[【\[][^】\]:：]{2,8}[】\]]", re.I
)
_AGENCY_DAY = re.compile(r"1[01]\d(?:0[1-9]|1[0-2])[0-3]\d")  # "1010111": 中央社 ends a report with its day
PAYWALL = next(feature.pattern for feature in FEATURES if feature.name == "paywall")


_SCORES: Final[dict[str, float]] = {}  # a site ends its texts with the same lines


def site_score(text: str) -> float:
    """How much the line is the site's: above `_LIMIT` it is."""
    score = _SCORES.get(text)
    return remember(_SCORES, text, _score(text), 4096) if score is None else score


def _score(text: str) -> float:
    key = key_of(text).lower()
    if len(key) > _SHORT and not _WORDED.search(key):
        return 0.0
    score = 0.0
    possible = _NEEDLES.possible(key)
    for index, feature in enumerate(FEATURES):
        if possible >> index & 1 and feature.pattern.search(key):
            score += feature.weight
    if score <= 0:
        return score
    # A paragraph of the author's has many words: "从网站登录的技术层面来看，12306.cn是基于IE标准制作的网站，目前仅支持IE6…";
    # a blogger's may have no full stop: "…，選擇是否要把網站提交到搜尋引擎，icon 和分享縮圖的圖示等，雖然…".
    if len(key) > _PARAGRAPH and ("。" in key or key.count(",") > _CLAUSES) and not _CLEARLY.search(key):
        score -= (len(key) - _PARAGRAPH) / 40
    if key[-1] in "。!?":
        score -= 0.4
    elif len(key) <= _SHORT:
        score += 0.5
    return score - len(key) / 150


# Every line that `is_notice` is about has one of these words.
_NOTICE_WORDS: Final = re.compile(
    "本站|本网|本網|本平|版权|版權|转载|轉載|侵权|侵權|免责|免責|声明|聲明|发言|發言|评论|評論|注明|不代表"
)
_NOTICE: Final = 3.0


def is_notice(text: str) -> bool:
    """Whether a line is the site's beyond doubt, wherever it stands: rights, disclaimers, rules for comments."""
    return _NOTICE_WORDS.search(text) is not None and site_score(text) >= _NOTICE


def _paywall(lines: list[str]) -> int:
    """Index of the line of a paywall that only short lines follow ("财新通会员", "可畅读全文"); their number without one."""
    first = len(lines)
    for index in range(len(lines) - 1, max(0, len(lines) - 13), -1):
        if len(lines[index]) <= 60 and PAYWALL.search(key_of(lines[index]).lower()):
            first = index
        elif len(lines[index]) > _SHORT or lines[index].endswith(("。", "！", "？")):
            break
    return first


def site_lines(lines: list[str]) -> list[int]:
    """The indices of the site's lines among the last of a text, in order."""
    wall = _paywall(lines)
    if wall < len(lines):
        return [*site_lines(lines[:wall]), *range(wall, len(lines))]
    found: list[int] = []
    # Below a rule of dashes near the end is what is not of the text.
    ruled = max(
        (i for i in range(max(1, len(lines) - 6), len(lines)) if not _LETTER.search(lines[i])), default=len(lines)
    )
    missed = 0
    certain = _last_certain(lines)
    for index in range(len(lines) - 1, max(-1, len(lines) - 1 - _LAST), -1):
        line = lines[index]
        limit = _ISOLATED if missed else _LIMIT
        if index > certain and len(line) <= _NEAR and line[-1] not in "。！？":
            limit = _BELOW
        if (is_empty(line) and not missed) or (
            len(line) <= _LONG
            and "\t" not in line
            and (len(line) > _HEADING or not missed)  # "版权声明" may head a section
            and site_score(line) + (_RULED if index > ruled else 0) >= limit
        ):
            found.append(index)
        elif (missed := missed + 1) == _MISSES:
            break
    return found[::-1]


def _last_certain(lines: list[str]) -> int:
    """The index of the last line that is the site's beyond doubt and has others below it; their number without one."""
    for index in range(len(lines) - 2, max(0, len(lines) - 6), -1):
        if _HEADING < len(lines[index]) <= _LONG and site_score(lines[index]) >= _CERTAIN:
            return index
    return len(lines)


def is_empty(line: str) -> bool:
    """Whether a last line has no letters ("+2", "1/8", "---"), says "END", or only announces what is not there ("热点推荐：",
    "【熱門點閱】").
    """
    return (
        _END.fullmatch(line) is not None
        or _AGENCY_DAY.fullmatch(line) is not None
        or (not _LETTER.search(line) and (len(line) <= 5 or not _DIGIT.search(line)))
        or (line[-1] in ":：" and len(line) <= (32 if "下载" in line else 16))
    )


def about_rights(line: str) -> bool:
    """Whether the line is a notice about rights or a disclaimer, which a row keeps in `notices`."""
    return _RIGHTS.search(key_of(line).lower()) is not None
