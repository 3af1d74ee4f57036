"""What a site says below a text goes, in whatever words it says so; what an author says with such words stays."""

from __future__ import annotations

import pytest

from crawler.extract import Article
from crawler.extract.normal import key_of
from crawler.extract.site_talk import FEATURES, Feature
from pipelines.text.clean import clean
from tests.extract_kit import TEXT, TITLE


def cleaned(text: str) -> Article:
    return clean(Article(id="", url="", canonical_url="", site="", family="", template="", title=TITLE, text=text))


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_a_feature_is_found_in_its_sample(feature: Feature) -> None:
    assert feature.pattern.search(key_of(feature.sample).lower())


# Wordings of each kind: none of them is in a pattern as a whole.
_SITE = {
    "rights": (
        ">>声明：以上内容由用户自行上传，与本站无关",
        "＞＞版权声明：本网转载内容均注明出处，如有异议请来电",
        "本网站所有内容版权归早市网所有",
        "版权所有，未经书面授权禁止使用",
        "本内容来自网友投稿，如有侵权请告知删除",
        "网友评论仅供网友表达个人看法，并不表明早市网同意其观点",
        "（本文仅供参考，不构成投资建议）",
    ),
    "taken from": (
        "本文摘自《读者文摘》2009年第3期",
        "摘自：人民出版社《某某回忆录》",
        "（选自《散文家》第四辑）",
        "本文节选自长篇小说《早市》",
        "本文译自 morningmarket，由译者 林早 基于创作共用协议(BY-NC)发布。",
        "（早市网整理）",
        "图片均来自网络",
    ),
    "requests": (
        "尊敬的客户您好，欢迎光临本公司网站！我是今天的在线值班客服，点击“开始交谈”即可与我对话。",
        "投稿须知：请勿一稿多投，来稿请寄 editor@example.com",
        "征稿启事：本栏目长期征集原创散文，详情点击这里",
        "喜欢本站请按Ctrl+D收藏我们的网址",
        "觉得不错就点个赞再走吧！",
        "更多精彩尽在早市网 www.example.com",
        "看完这篇文章的人还看了：",
        "友情提示：支持键盘左右键翻页",
    ),
    "promotion": (
        "扫二维码与项目经理沟通",
        "郑重申明：早市网以外的任何单位或个人，不得使用该案例作为工作成功展示！",
        "（石桥买房必加，服务广大购房者，欢迎加入）",
        "下載《早市報》App，隨時接收即時新聞",
        "早市新聞現已開設Facebook專頁，讓你即時掌握集市、天氣等資訊，與朋友分享！快點到Facebook Like我們的專頁！",
        "“← →” 可以实现快速翻页",
        "加入《早市報》LINE好友，新聞不漏接",
        "追蹤早市報IG，看更多精彩內容",
        "★下載早市APP 天天抽獎★",
        "報料電郵：news@example.hk",
        "如有新聞線索，歡迎向我們報料，WhatsApp：91234567",
        "想知怎樣理財？立即收看",
        "早市装饰为您提供最全面优质的服务http://www.example.com/",
    ),
    "readers": (
        "小伙伴们有什么想法呢？欢迎在下方留言。",
        "此软件仅限学习交流，不能用于商业用途，如有侵权追究法律责任与本站无关！",
        "登陆早市科技官方网站了解更多详情：http://www.example.com",
        "官方微博：@早市生活",
        "客服：13800138000",
        "下载地址(请回复，获取下载地址)：",
        "全网同名「早市生活」，更多故事都在公众号",
        "温馨提醒：如有疑问，请点击此处在线咨询，我们会为您提供指导",
        "欢迎联系林经理（13800138000）寄送样品",
        "请牢记本书最新网址：www.example.com，早市书屋手机版更新最快",
        "http://www.example.com/book/12/345.html",
        "章节错误，点此举报，免注册",
        "《早市》的章节都由书友上传，如果有什么与法律抵触，请发站内消息告诉管理员！",
        "早市的早晨没有及时更新，请站内短信通知我们",
        "如果您有好的集市资讯或者照片，想要获得早市频道的关注与报道。",
        "欢迎把故事发送邮件到12345678#qq.com(#替换为@)，期待您的来信！",
        "※ 早市報提醒您：飲酒過量，有害健康",
        "更多早市社報導",
        "— END —",
        "【熱門點閱】",
    ),
    "paywall": (
        "訂閱會員即可閱讀全文",
        "還有 62% 未讀，加入會員解鎖全文",
        "剩余内容需付费阅读",
        "本文共1561字，订阅后可继续阅读",
        "登录后查看全部内容",
    ),
    "players and galleries": ("聽新聞 0:00 / 3:25", "收聽本文 3分鐘", "（点击图片查看大图）", "1/8"),
    "credits": (
        "图/王明 文/李华",
        "攝：王小明",
        "摄影：李明　文：张华",
        "撰稿：李华　编辑：王明",
        "（编辑：早早 来源：早市日报）",
        "文章录入：admin 责任编辑：admin",
    ),
    "blogs": (
        "TrackBack URL: http://www.example.com/tb/12",
        "posted @ 2005-08-14 00:27 早客 阅读(123) 评论(4) 编辑",
        "Today's Visitors: 0 Total Visitors: 3",
        "Personal Category: 心情小語 Topic: feeling / personal",
    ),
    "addresses": ("本文网址：/a/20190301/12.html", "原文地址：www.example.com/x/1.html"),
    "nothing": ("---", "＊＊＊", "＝＝＝＝＝", "热点推荐：", "+2"),
}


@pytest.mark.parametrize("line", [line for lines in _SITE.values() for line in lines])
def test_what_the_site_says_below_the_text_goes(line: str) -> None:
    assert cleaned(f"{TEXT}\n{line}").text == TEXT


def test_all_of_it_goes_and_comes_back() -> None:
    below = "\n".join(lines[0] for lines in _SITE.values())
    row = cleaned(f"{TEXT}\n{TEXT}\n{TEXT}\n{TEXT}\n{below}")
    assert row.text == "\n".join([TEXT] * 4)
    assert row.notices == [_SITE["rights"][0]]


@pytest.mark.parametrize(
    "line",
    [
        "他关注着远方，把最后一封信收藏在抽屉里。",
        "来源于生活的艺术，总要回到生活里去，才不会枯死。",
        "如有疑问，请拨打市人社局咨询电话：0571-12345678。",
        "请广大市民及时关注天气，合理安排出行。",
        "联系人：王明　联系电话：010-12345678",
        "电子邮箱：office@example.gov.cn",
        "附件：1.报名表　2.承诺书",
        "2019年3月16日",
        "2021-04-01",
        "东方市教育局办公室",
        "版权意识的觉醒，让这座小城的作家第一次走进了法庭。",
        "他们的作品被转载了上百次，没有一分钱稿费。",
        "“欢迎关注我的新书。”他笑着说完，转身走了。",
        "021-12345678\t外国语学院",
        "图/江水/石桥",
        "村里的书友会念了这本书的最后一章，人们都说写得真。",
        "资料没有及时更新，是那一年许多人错过船期的原因。",
    ],
)
def test_what_the_author_says_stays(line: str) -> None:
    assert cleaned(f"{TEXT}\n{line}").text == f"{TEXT}\n{line}"


def test_short_lines_below_one_that_is_the_sites_beyond_doubt_go_with_it() -> None:
    below = ["欢迎关注我的网站：www.example.com", "早市手册参见：https://example.com/m", "有问题请反馈至 a@example.com"]
    assert cleaned("\n".join([TEXT, *below])).text == TEXT
    assert cleaned("\n".join([TEXT, *below[1:]])).text == "\n".join([TEXT, *below[1:]])


def test_a_long_sentence_of_a_blogger_without_a_full_stop_stays() -> None:
    line = (
        "后台有些设定让我觉得很不错，可以连接自己的域名，决定要不要把网站提交给搜索引擎，换图标和分享时的缩图，"
        "虽然总希望能有更多的控制，也希望照片可以按年份排，"
        "不过对我这么懒的人来说，能有一个地方把这几年拍的东西放在一起，偶尔翻一翻，已经很满意了XD"
    )
    assert cleaned(f"{TEXT}\n{line}").text == f"{TEXT}\n{line}"


def test_a_request_to_tell_the_site_of_gaps_goes() -> None:
    assert cleaned(f"{TEXT}\n早市旅遊王盡力維持資料之正確性，若仍有疏漏歡迎連絡我們").text == TEXT


def test_who_agrees_with_an_answer_is_none_of_it() -> None:
    assert cleaned(f"{TEXT}\n赞同来自: 过河的人 、早市老人").text == TEXT
