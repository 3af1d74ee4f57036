"""The words of boilerplate on template sites: the patterns that several steps share."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from crawler.extract.memo import remember

# Joiners belong to the text between emoji and in scripts that are joined: "👨‍👩‍👧" is one sign.
_JOINED = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af"
INVISIBLE = re.compile(
    "[\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
    f"(?:(?<![\u200c\u200d])|(?<![{_JOINED}].)|(?![{_JOINED}]))"
)
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
PRIVATE_USE = re.compile("[\ue000-\uf8ff]+")  # icons of a font of the site's

# Classes and ids of regions without article text. A name matches whole or as a part between dashes or underscores.
COMMENT_NAMES = re.compile(
    r"(?:^|[-_])(?:comments?|commentlist|cmmts?|cmts?|cmt(?:list|box|con|area|wrap)|cmnt|comment(?:box|con|content|area|wrap|s?list|form|item|module|section)|pl(?:list|box|con|area)|liuyan|reviews?|pinglun|plun|reply|replies|commentlist|guestbook|discuss(?:ion)?s?|disqus\w*)(?:$|[-_\d])"
)
NOISE_NAMES = re.compile(
    r"(?:^|[-_])(?:related?|recommend\w*|relevant|xiangguan|tuijian|sidebar|side|aside|footer|foot|copyrights?|nav|navbar|menu"
    r"|breadcrumbs?|crumbs?|share|shares|sharebox|bdshare\w*|bds\w*|jiathis\w*|social|qrcode|erweima|ads?|adv|advert\w*|gg|guanggao|banner"
    r"|adsbygoogle|pager|pages|pagination|pagelist|pagebreak|pagenav|prevnext|pre_next|shangyipian|xiayipian|toolbar|login|register"
    r"|hotnews|rank|ranking|paihang|vote|digg|donate|reward|dashang|jubao|popup|dialog|modal|newsletter|friendlinks?"
    r"|mui-off-canvas\w*|offcanvas|swiper\w*|carousel|xgyd|xgwz|cnxh|likearticle|hotlist|guess\w*|gutter|linenos?|line-?numbers?|blob-num|kefu\w*|doyoo\w*|53kf\w*)(?:$|[-_\d])"
)
# Names that are used around text as well: they count for small regions only.
WEAK_NOISE_NAMES = re.compile(
    r"(?:^|[-_])(?:prev|next|tools?|search|hot|editor|zeren|bianji|tags?|keywords?|zan|like|feedback|report|mask|statement"
    r"|shengming|disclaimer|mianze|subscribe|download|xiazai|links|about|profile|player|video|notice|tips?|weizhi|location|current"
    r"|topbar|header|head|logo|author|source|info|meta|time|date|copyright\w*|stock\w*|hq\w*|function|operation|btn|button)(?:$|[-_\d])"
)

# Names that CMSs give the body of an article: a bonus for the generic way.
BODY_NAMES = re.compile(
    r"^(?:article[-_]?(?:content|body|text|con|main|detail|box|inner)?|content[-_]?(?:text|body|article|detail|main|inner|box)?"
    r"|(?:post|entry|news|detail|main|text|art|rich_media|doc|show)[-_]?(?:content|body|text|con|txt|article|detail)"
    r"|(?:arti|art)[-_]?body|artibody|zoom|fontzoom|zoomtext|nr|neirong|zhengwen|zw|wenzhang|endtext|js_content|con_?text|txt|newstext"
    r"|trs_editor|trs_\w*view\w*|v_news_content|vsb_content\w*|articlecontent|newscontent|textbody|mainbody|contenttext|inner_text)$"
)

_RELATED_WORDS = (
    r"(?:【[^】]{2,60}】|(?![一二三四五六七八九十\d(（第])[^，。！？；：]{2,30})相关(?:文章|推荐|阅读|范文|热词|专题|作文)|.{2,40}推荐度[:：][★☆\s]*|\S{0,4}视频推荐"
    r"|相关(?:阅读|文章|新闻|推荐|链接|内容|资讯|专题|报道|热词|搜索|文档|资料|范文|话题|信息|稿件|资源|视频|产品|日志|帖子|主题|图片|评论|标签|下载|栏目|热点|词条|问答|小说|作品|美文|作文)(?:推荐|阅读|列表|链接)?"
    r"|(?:推荐|热门|最新|热点|精彩|本周|今日|本月|精选|近期|阅读|随机)(?:阅读|文章|新闻|推荐|搜索|评论|资讯|内容|信息|排行|专题|图文|图片|视频|范文|文档|话题|关注|回顾)"
    r"|猜[你您]喜欢|你可能(?:也|还)?(?:会)?(?:感兴趣|喜欢)\S{0,6}|您可能(?:也|还)?(?:会)?(?:感兴趣|喜欢|关注)\S{0,6}|为[你您]推荐\S{0,10}|延伸阅读|更多(?:文章|内容|精彩|新闻|阅读|相关)[^\s，。！？]{0,6}"
    r"|(?:我|作者|TA|他|她)的?(?:其[他它]|更多|最新|最近)的?(?:文章|博文|作品)|最近文章|编辑推荐|大家都在看|大家还在看|看了(?:本文|又看)\S{0,6}|网友评论\S{0,6}|发表评论\S{0,6}|我来说两句\S{0,6}|全部评论\S{0,6}|用户评论|文章评论|精彩评论|热评"
    r"|猜[你您](?:还)?感兴趣\S{0,4}|看[过了].{2,40}还看[了过]\S{0,4}|(?:相關|延伸|推薦|熱門|更多|看更多|即時|最新)(?:閱讀|新聞|文章|報導|話題|推薦)|猜你喜歡|你可能(?:也)?(?:喜歡|想看)\S{0,4}|人氣文章|其[他它]\S{0,4}新聞|更多\S{1,4}新聞|發表(?:評論|留言)|編輯推薦"
    r"|上一篇|下一篇|点击排行\S{0,3}|阅读排行\S{0,3}|频道精选|图片新闻|专题推荐|合作媒体|友情链接|往期(?:回顾|精彩|推荐)|人还看了|热门标签|文章标签|猜你想看|同类(?:文章|推荐)"
)
RELATED: Final = re.compile(rf"^[\s>》【\[◆●■★▌|※▲]*(?:{_RELATED_WORDS})[\s：:】\]>》…|]*(?:更多\S{{0,3}})?$")

# Lines after which no more text of the article follows.
END_MARK = re.compile(
    r"^[\s【\[（(.…]*(?:展开阅读全文|点击展开全文|(?:正文|全文)(?:已)?结束|(?:温馨|版权|免责|下载|使用|重要|特别|友情)(?:提示|须知|声明|申明|说明|提醒)|(?:文档|资源|文件)(?:声明|须知)|关于本文|-{3,}分隔线-{3,}|推荐度[:：][★☆]+|展开剩余\S{0,6}|剩余\d+页\S{0,10}"
    r"|(?:资源|文档)(?:描述|简介|介绍)|文档评论(?:[（(]\d*[)）])?|文档纠错|收藏本站|资源描述结束|下载文档\S{0,6}|下载此文档|VIP\S{0,4}下载|继续阅读|(?:点击|點擊)?(?:阅读|閱讀)下一[则則篇条條](?:新闻|新聞|文章)?)[\s】\])）:：|｜.…]*(?:免责声明)?$"
)

BREADCRUMB: Final = re.compile(
    r"^\W*+(?=[您你本现現当當目所的位栏导路PpLlYy])(?:(?:您|你|本页|本頁|本站|本栏)?(?:现在|当前|目前|現在|當前)?(?:所在|的|所在的)?(?:当前|當前)?位置(?:是|为|為)?|(?:当前|所在|所属|栏目)(?:栏目|导航)|当前页面|當前頁面|当前分类|當前分類|导航|路径|您(?:现在|当前)?在|[Pp]osition|[Ll]ocation|[Yy]ou are here)\s*[:：]?\s*"
)

# Names of channels that end like those of papers: "社會新聞", "公司动态". In the form of normal.py.
CHANNEL = re.compile(
    r"(?:国[内际]|社会|本[地港]|地方|娱乐|体育|财经|科技|[即实]时|焦点|热点|最新|公司|行业|企业|学院|校园|学校|综合|时政|民生|军事|教育|健康|汽车|房产|港澳|台湾|两岸|大陆|全球|今日|政治|生活|经济|产业|政府|工作|部门|基层|院系|系部|权威|图片|视频|专题|媒体|通知|招生|党建|新闻|信息|数[位字]|网[络路]|编辑"
    r"|[城都]市|社区|[农乡]村|农业|三农|旅游|文化|文娱|美食|时尚|法[治制]|环保|房地产|楼市|股[市票]|证券|基金|银行|保险|理财|消费|商[业务]|[外]?贸易|互联网|游戏|动漫|影视|音乐|明星|电[影视]|足球|篮球|奥运|育儿|亲子|家居|家电|手机|科[普学研]|学[术生]|教[学师务]|就业|考试|高[考校]|留学|培训|校友|医[疗药]|卫生|疫情|天气|交通|公益|慈善|[党政]务|人大|政协|纪检|司法|公安|消防|应急|水利|林业|气象|审计|统计|税务|食品|药品|安全|能源|电力|建筑|项目|招[商聘标]|人[才事物]|组织|宣传|文明|重[要点]|头条|滚动|更多|深度|独家|图文|突发|海外|华人|楼盘|产品|技术|展会)*"
    r"(?:新闻|资讯|频道|中心|动态|要闻|速报|媒体|在线|[已未]?发布|热线|综合|政府|公告|港闻|财经|编辑部|(?:电子|数字)报|(?:校园|院内|校内|内|官|本)网|本站)$"
)

# "第三章 出城", as novels name their pages; in the form of normal.py.
CHAPTER: Final = re.compile(r"第\s*[\d〇零一二三四五六七八九十百千]{1,7}\s*[章回]")
# The first entry of a site's menu: "网站首页 关于我们 产品中心".
HOME_LINK = re.compile(r"\W*(?:(?:网站|網站|返回)?[首主]\s*[页頁]|Home\b)(?!\w)", re.I)
# Titles of pages about the site and its owner, in the form of normal.py; no article is called so.
SITE_PAGE = re.compile(
    "\\w{0,12}(?:公司|集团)(?:简介|概况|介绍)|(?:公司|企业|集团)(?:简介|概况|介绍|理念|文化|资质|荣誉|环境|产品|团队|风采|新闻|动态)"
    "|(?:关于|联系|联络|走进|加入)(?:我们|本站|公司)|联系方式|发展历程|组织(?:架构|机构)|荣誉资质|资质(?:荣誉|证书)|厂区设备"
    "|产品(?:中心|展示|介绍|分类|列表)|(?:服务|业务)(?:项目|范围|领域|中心)|新闻(?:中心|动态|资讯)|行业(?:动态|新闻)|通知公告"
    "|(?:工程|成功|经典|客户)案例|案例(?:展示|中心)|人才(?:招聘|理念)|招贤纳士|诚聘英才|招聘精英|(?:来院|交通|乘车)路线|合作伙伴|友情链接|网站地图|(?:网站)?首页|快速导航"
    "|(?:在线|客户|给我)留言|(?:隐私权?|法律|免责|版权)(?:声明|政策|条款)|(?:服务|使用|网站|注册|会员|用户)条款|(?:用户|会员|服务|注册|使用)(?:服务|注册|使用|许可)?协议|常见问题|(?:下载|帮助|会员|用户)中心"
    "|(?:会员|用户)?(?:登录|注册)|\\w{0,16}(?:身份认证(?:系统|平台)?|(?:系统|平台|后台)登录)|(?:高级|站内)搜索|搜索结果"
    # What a CMS calls each page of a kind.
    "|(?:产品|商品|职位|教师|老师|房源|企业|会员|用户|商家|店铺|供应|求购)(?:信息|详情|资料)"
)
PREV_NEXT: Final = re.compile(
    r"^[\s<«【\[]*(?:上一[篇条页章则]|下一[篇条页章则]|上[篇页]|下[篇页]|前一[篇条]|后一[篇条])(?:文章|新闻)?\s*[:：>»\]】]?"
)
# Only with a colon: lists have the bare words as headings or page turns.
NEIGHBOUR = re.compile(r"[\s<«【\[◆●■>]*[上下前后]一篇(?:文章|新闻|资料)?\s*[】\]]?\s*[:：]")
NEXT_PAGE = re.compile(
    r"^[\s\[【<(（]*(?:下\s*一?\s*[页頁]|下一张|next(?:\s*page)?|后一页|翻到下一页|›|»)[\s\]】>)）»›→]*$", re.I
)
NEXT_ARTICLE = re.compile(r"下一?[篇条则章]|后一?篇")
WHOLE_TEXT = re.compile(r"^[\s\[【]*(?:阅读全文|全文阅读|在本页阅读全文|显示全文|查看全文|单页阅读|全文)[\s\]】>»]*$")

SHARE: Final = re.compile(
    r"^[（(【\[]?(?:分享(?:到|至|给(?:朋友|好友)|本文|文章|让更多人看到|\W*$)|一键分享|转发(?:到|至|本文|\W*$)|扫一扫(?!地)|扫码|微信扫|用微信扫|扫描二维码|长按(?:二维码|识别|图片)|手机(?:看|阅读|扫|上阅读|上看)|打印(?:本[页文])?$|收藏(?:本[页文])?$"
    r"|关闭(?:窗口|本页)?$|字号|字体[：:]|【?(?:大|中|小)】?$|我要(?:评论|分享|投稿|纠错)|点赞\W*\d*$|赞\s*\d*$|评论\s*\d*$|\d+人(?:参与|喜欢|评论|赞)|复制链接|微信好友|微信朋友圈|QQ空间|新浪微博|返回(?:顶部|首页|列表|栏目)|回到顶部)[^。；]*$"
)
# "阅读 12 次", "236人围观". A script prints the number into "有 人参与" and "人看过".
COUNTER = re.compile(
    r"(?:阅读|浏览|点击|人气|访问|热度|评论|查看|播放|已有)(?:次数|量|数|人次|:)?\s*[：:]?\s*\(?\d*\+?(?:℃|万|次|人|条)*\)?"
    r"|(?:本文)?[已共]?被(?:阅读|浏览|点击|访问)\s*\d*\s*次?"
    r"|(?:(?<![\u4e00-\u9fff])(?:[已共]?有)?\s*|\d[\d.,]*[万+]*\s*)(?:人次?|次)(?:已经?|正?在)?"
    r"(?:围观|[看读]过?|学习|喜欢|参与|阅读|浏览|关注|点击|评论|收藏|点赞|推荐|下载|播放|访问|使用)过?"
)
# "手  机：13800000000(王经理)", "地  址：…": the box with a company's contacts prints its labels with spaces.
CONTACT: Final = re.compile(
    r"(?:地\s*址|电\s*话|传\s*真|邮\s*编|邮政编码|邮\s*箱|E-?[Mm]ail|e-?[Mm]ail|热\s*线|客\s*服|QQ群?)\s*[:：]\s*\S|手\s*机号?\s*[:：]\s*1\d"
)
# Every footer contains one of these. Each begins with a literal, for which re scans many times faster than for the pattern.
_FOOTER_WORDS: Final = re.compile(
    "opyright|OPYRIGHT|©|ICP|公网安备|网站标识码|eserved|版权所有|经营许可证|技术支持|许可证|备案|公网监备|抵制不良游戏"
)
_FOOTER = re.compile(
    r"Copyright|copyright|COPYRIGHT|©|ICP ?[备证]|公网安备|网站标识码|All [Rr]ights? [Rr]eserved|all [Rr]ights? [Rr]eserved|版权所有(?![者人权])|经营许可证|技术支持\s*[:：]|公网监备|抵制不良游戏"
    r"|(?:许可证|备案)编?号?\s*[:：]?\s*[\u4e00-\u9fff]{0,4}[A-Za-z]{0,3}\d?-?\d{7,}"
)
_FOOTER_LINKS: Final = re.compile(
    r"\W*+(?=[联关网法版免隐广诚加友意投举备技])(?:(?:(?:联系我们|关于我们|关于本站|网站地图|网站声明|法律声明|版权声明|免责声明|隐私政策|广告服务|诚聘英才|加入我们|友情链接|意见反馈|投稿邮箱|举报电话|备案号|技术支持)\W*){2,}"
    r"|(?:联系我们|关于我们|网站地图)\W*$)"
)


# "封底只写了一行字：早市摄影，版权所有。" is a sentence; a footer says such things without a full stop or with more of them.
_IN_SENTENCE = re.compile(r"^(?!.*(?:©|opyright|ICP|备案)).*[，,].*。$", re.DOTALL)


def is_footer(text: str) -> bool:
    """Whether the line is from the site's footer. "公司提供技术支持。" and "版权所有者应当…" are sentences of a text."""
    return (
        _FOOTER_WORDS.search(text) is not None
        and bool(_FOOTER.search(text))
        and not (len(text) >= 25 and _IN_SENTENCE.match(text))
    ) or bool(_FOOTER_LINKS.match(text))


def known(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    """`pattern.search` with a cache: a site's class names are the same on all its pages."""

    names: dict[str, bool] = {}

    def search(name: str) -> bool:
        found = names.get(name)
        return remember(names, name, pattern.search(name) is not None) if found is None else found

    return search


is_comment_name: Final = known(COMMENT_NAMES)
is_noise_name: Final = known(NOISE_NAMES)
is_weak_noise_name: Final = known(WEAK_NOISE_NAMES)
is_body_token: Final = known(BODY_NAMES)
