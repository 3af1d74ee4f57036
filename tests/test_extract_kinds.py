"""The kinds of bylines that Chinese sites print, each as it stands there: what is read, and what is not made up."""

from __future__ import annotations

import pytest

from crawler.extract.labelled import Byline
from crawler.extract.signatures import RULES, Signature, read_signatures
from tests.extract_kit import PARAGRAPHS, PROSE, article, html

_FIRST, _SECOND, _THIRD = PARAGRAPHS
_FIELDS = ("published", "source", "author", "editor")


def fields(source: str) -> dict[str, str]:
    found = article(source)
    return {name: value for name in _FIELDS if (value := getattr(found, name))}


_BYLINES = [
    (
        "<div>0 Views Published on Mar 16, 2019 in <a href=/c/>散文</a> with <a href=/t/>早市</a></div>",
        {"published": "2019-03-16"},
    ),
    ("<div>2019-03-16 作者：[美]海明威</div>", {"published": "2019-03-16", "author": "[美]海明威"}),
    ("<div>2019-03-16 作者：（法国）莫泊桑 著</div>", {"published": "2019-03-16", "author": "（法国）莫泊桑"}),
    ("<div>2019-03-16 作者：〔唐〕 李白</div>", {"published": "2019-03-16", "author": "〔唐〕李白"}),
    ("<div>2019-03-16 作者：【原创】张小早</div>", {"published": "2019-03-16", "author": "张小早"}),
    ("<div>2019-03-16 作者：（记者）张小早</div>", {"published": "2019-03-16", "author": "张小早"}),
    ("<div>2019-03-16 作者：[db:作者] 来源：[!--befrom--]</div>", {"published": "2019-03-16"}),
    (
        "<div>来源：澜江晚报（记者 张小早） 2019-03-16</div>",
        {"published": "2019-03-16", "source": "澜江晚报", "author": "张小早"},
    ),
    (
        "<div>来源：澜江晚报 本报记者 张小早 李迟 2019-03-16</div>",
        {"published": "2019-03-16", "source": "澜江晚报", "author": "张小早 李迟"},
    ),
    ("<div>来源：新华社（北京） 2019-03-16</div>", {"published": "2019-03-16", "source": "新华社（北京）"}),
    (
        "<div><time>2023年2月3日</time> · 阅读需 6 分钟</div><div class=avatar__intro><div class=avatar__name>"
        "<a href=https://www.example.org/xy><span>小Y</span></a></div></div>",
        {"published": "2023-02-03", "author": "小Y"},
    ),
    (
        "<div>2023-09-26 17:22:53来源： 财新网作者：余聪责任编辑：屈运栩</div>",
        {"published": "2023-09-26T17:22:53", "source": "财新网", "author": "余聪", "editor": "屈运栩"},
    ),
    ("<div>来源：  网责任编辑：余聪   发表时间：2019-03-16</div>", {"published": "2019-03-16", "editor": "余聪"}),
    ("<div>来源：澜江新闻网♐ 时间：2024年5月17日</div>", {"published": "2024-05-17", "source": "澜江新闻网"}),
    ("<div>2023-09-26来源：财新网 作者：余聪</div>", {"published": "2023-09-26", "source": "财新网", "author": "余聪"}),
    (
        "<div><span>来源</span><span>新华网</span><span>2019-03-16 08:30</span></div>",
        {"published": "2019-03-16T08:30", "source": "新华网"},
    ),
    (
        "<div><em>来源</em> <a href='http://x.cn'>新华网</a> <em>作者</em> <b>张小早</b></div>",
        {"source": "新华网", "author": "张小早"},
    ),
    (
        "<dl><dt>来源</dt><dd>新华网</dd><dt>作者</dt><dd>张小早</dd><dt>发布时间</dt><dd>2019-03-16</dd></dl>",
        {"published": "2019-03-16", "source": "新华网", "author": "张小早"},
    ),
    (
        "<table><tr><td>来源：</td><td>市教育局</td><td>日期：</td><td>2019-03-16</td></tr></table>",
        {"published": "2019-03-16", "source": "市教育局"},
    ),
    (
        "<div>来 源：新华网　　作 者：张小早　　日 期：2019-3-16</div>",
        {"published": "2019-03-16", "source": "新华网", "author": "张小早"},
    ),
    (
        "<div>【来源：新华网】【作者：张小早】【2019-03-16】</div>",
        {"published": "2019-03-16", "source": "新华网", "author": "张小早"},
    ),
    (
        "<div>[来源:新华网] [作者:张小早] [日期:2019-03-16] [热度:123]</div>",
        {"published": "2019-03-16", "source": "新华网", "author": "张小早"},
    ),
    ("<div>(来源：新华网 2019-03-16 08:30)</div>", {"published": "2019-03-16T08:30", "source": "新华网"}),
    (
        "<div>新华网 &gt; 要闻</div><div>发布日期时间：2009/11/12 来源：zikao365 点击数： 作者：本站整理</div>",
        {"published": "2009-11-12", "source": "zikao365", "author": "本站整理"},
    ),
    (
        "<div>信息来源：市政府办公室　发布时间：2019-03-16 08:30　浏览次数：<span>12</span>　字体：[大 中 小]</div>",
        {"published": "2019-03-16T08:30", "source": "市政府办公室"},
    ),
    (
        "<div>发布机构：市教育局 成文日期：2019-03-10 发布日期：2019-03-16 来源：市教育局</div>",
        {"published": "2019-03-16", "source": "市教育局"},
    ),
    (
        "<div>索引号：000014349 成文日期：2019年03月10日 标题：通知 发布日期：2019年03月16日</div>",
        {"published": "2019-03-16"},
    ),
    ("<div>截止日期：2019-05-01</div><div>2019-03-16</div>", {"published": "2019-03-16"}),
    ("<div>上映日期：2019-05-01</div>", {}),
    ("<div>注册日期：2009-05-01</div><div>发表于 2019-3-16 08:30</div>", {"published": "2019-03-16T08:30"}),
    ("<div>注册时间 2009-05-01 最后登录 2019-05-02</div>", {}),
    ("<div>报名截止时间：2019-05-01 考试时间：2019-06-01</div>", {}),
    ("<div>成立日期：1999-05-01</div>", {}),
    ("<div>开课时间：2019-05-01</div>", {}),
    (
        "<div>创刊时间：1999年5月1日</div><div>2019-03-16 08:30 来源：新华网</div>",
        {"published": "2019-03-16T08:30", "source": "新华网"},
    ),
    ("<div>15:312018/09/16</div>", {"published": "2018-09-16T15:31"}),
    ("<div>15:31 2018/09/16 来源：新华网</div>", {"published": "2018-09-16T15:31", "source": "新华网"}),
    ("<div>时间:19-03-16 来源:新华网</div>", {"published": "2019-03-16", "source": "新华网"}),
    ("<div>19-03-16 08:30</div>", {"published": "2019-03-16T08:30"}),
    ("<div>发布时间：19/03/16</div>", {"published": "2019-03-16"}),
    ("<div>2019-03-16T08:30:00.000Z</div>", {"published": "2019-03-16T16:30:00"}),
    ("<div>2019 年 3 月 16 日 星期六 08:30</div>", {"published": "2019-03-16T08:30"}),
    ("<div>2019.03.16 Sat</div>", {"published": "2019-03-16"}),
    ("<div>刊登：2019/03/16 08:30</div>", {"published": "2019-03-16T08:30"}),
    ("<div>建立時間：2019/03/16 08:30</div>", {"published": "2019-03-16T08:30"}),
    ("<div>出版：2019-03-16 08:30　更新：2019-03-17 09:00</div>", {"published": "2019-03-16T08:30"}),
    ("<div>更新：2019-03-17 09:00　發佈：2019-03-16 08:30</div>", {"published": "2019-03-16T08:30"}),
    ("<div>发布时间：2019-03-16　更新时间：2019-03-16 08:30</div>", {"published": "2019-03-16"}),
    ("<div>更新时间：2019-03-17 09:00　发布时间：2019-03-16 08:30</div>", {"published": "2019-03-16T08:30"}),
    (
        "<div>發布時間： 2019.03.16 08:30 臺北時間　更新時間：2019.03.16 09:00 臺北時間</div>",
        {"published": "2019-03-16T08:30"},
    ),
    ("<div>最後更新： 16:20 2019/03/16</div>", {"published": "2019-03-16T16:20"}),
    (
        "<div>中央社 澎湖縣28日電</div><div>2019/03/28 12:00</div>",
        {"published": "2019-03-28T12:00", "source": "中央社"},
    ),
    (
        "<div>〔記者王小明／台北報導〕</div><div>2019/03/28 12:00</div>",
        {"published": "2019-03-28T12:00", "author": "王小明"},
    ),
    (
        "<div>2020-10-04 15:05聯合報 記者林宸誼／即時報導</div>",
        {"published": "2020-10-04T15:05", "source": "聯合報", "author": "林宸誼"},
    ),
    (
        "<div>聯合報 記者林宸誼／台北即時報導</div><div>2020-10-04 15:05</div>",
        {"published": "2020-10-04T15:05", "source": "聯合報", "author": "林宸誼"},
    ),
    ("<div>自由時報／記者王小明</div>", {"source": "自由時報", "author": "王小明"}),
    ("<div>中國時報【王小明╱台北報導】</div>", {"source": "中國時報", "author": "王小明"}),
    ("<div>記者王小明／綜合報導</div>", {"author": "王小明"}),
    ("<div>生活中心／台北報導</div>", {}),
    ("<div>文／王小明</div><div>2019/03/28</div>", {"published": "2019-03-28", "author": "王小明"}),
    ("<div>撰文：王小明　出版：2019-03-16 08:30</div>", {"published": "2019-03-16T08:30", "author": "王小明"}),
    ("<div>【明報專訊】</div><div>2019年3月16日</div>", {"published": "2019-03-16"}),
    ("<div>文 | 新榜 作者 | 张小早</div>", {"author": "张小早"}),
    ("<div>作者 | 张小早</div><div>编辑 | 李小编</div>", {"author": "张小早", "editor": "李小编"}),
    ("<div>作者 / 张小早　　编辑 / 李小编</div>", {"author": "张小早", "editor": "李小编"}),
    ("<div>作者：张小早（中国社会科学院研究员）</div>", {"author": "张小早（中国社会科学院研究员）"}),
    ("<div>作者：张小早 单位：某某中学 </div>", {"author": "张小早"}),
    ("<div>作者：张小早 王大明 单位：第一中学</div>", {"author": "张小早 王大明"}),
    ("<div>作者：张小早、王大明</div>", {"author": "张小早、王大明"}),
    (
        "<div>作者：admin 发布于：2019-03-16 来源：未知</div>",
        {"published": "2019-03-16", "source": "未知", "author": "admin"},
    ),
    (
        "<div>作者：admin 经验之谈 Tags：ckplayer 参数 2014-08-21 10:24:42 来源：未知 浏览：</div>",
        {"published": "2014-08-21T10:24:42", "source": "未知", "author": "admin"},
    ),
    ("<div>2017-11-21 12:47:43 admin</div>", {"published": "2017-11-21T12:47:43", "author": "admin"}),
    ("<div>admin 发表于 2017-11-21 12:47:43</div>", {"published": "2017-11-21T12:47:43", "author": "admin"}),
    ("<div>由 张小早 发布于 2019-03-16</div>", {"published": "2019-03-16", "author": "张小早"}),
    ("<div>张小早 发表于 2019-03-16 08:30</div>", {"published": "2019-03-16T08:30", "author": "张小早"}),
    ("<div>来源：未知 作者：Frank Yao 点击: 次</div>", {"source": "未知", "author": "Frank Yao"}),
    ("<div>2019-03-16 08:30 fx168财经网</div>", {"published": "2019-03-16T08:30", "source": "fx168财经网"}),
    ("<div>2019-03-16 08:30 36氪</div>", {"published": "2019-03-16T08:30", "source": "36氪"}),
    ("<div>2019-03-16 08:30　来源：fx168财经网</div>", {"published": "2019-03-16T08:30", "source": "fx168财经网"}),
    ("<div>2019-03-16 08:30 北京晚报</div>", {"published": "2019-03-16T08:30", "source": "北京晚报"}),
    ("<div>北京晚报 2019-03-16 08:30</div>", {"published": "2019-03-16T08:30", "source": "北京晚报"}),
    (
        "<div><a href='http://bjd.cn'>北京晚报</a> <span>2019-03-16 08:30</span></div>",
        {"published": "2019-03-16T08:30", "source": "北京晚报"},
    ),
    ("<div>2019-03-16 08:30 我要评论(0) 字号：大 中 小</div>", {"published": "2019-03-16T08:30"}),
    ("<div><a href='/news/'>个人增值</a> 2019-03-16 08:30</div>", {"published": "2019-03-16T08:30"}),
    ("<div>所属区域：朝阳区 发布：2019-03-16</div>", {"published": "2019-03-16"}),
    ("<div>栏目：经济脉搏 2019-03-16</div>", {"published": "2019-03-16"}),
    ("<div>2019-03-16</div><p>（图片来源：视觉中国）</p>", {"published": "2019-03-16"}),
    ("<div>来源：集市上的一个早晨</div>", {"source": "集市上的一个早晨"}),
    ("<div>集市上的早晨 2019-03-16</div>", {"published": "2019-03-16"}),
    (
        "<div>文章来源：新华网　更新时间：2019-03-16　责任编辑：李编</div>",
        {"published": "2019-03-16", "source": "新华网", "editor": "李编"},
    ),
    (
        "<div>来源：新华社 | 2019年03月16日 08:30:00 | 作者：张小早 | 责编：李编 |【打印本页】</div>",
        {"published": "2019-03-16T08:30:00", "source": "新华社", "author": "张小早", "editor": "李编"},
    ),
    ('<div>来源：<input size="20">新华网</div>', {"source": "新华网"}),
    ("<div>转载自：新华网 2019-03-16</div>", {"published": "2019-03-16", "source": "新华网"}),
    ("<div>稿件来源：本站原创</div>", {"source": "本站原创"}),
    ("<div>供稿：宣传部 2019-03-16 点击：[12]</div>", {"published": "2019-03-16"}),
    ("<div>2019-01-02作者：专业学位办浏览次数：</div>", {"published": "2019-01-02", "author": "专业学位办"}),
    ("<div>2020-09-11作者：浏览次数：</div>", {"published": "2020-09-11"}),
    ("<div>作者： 来源： 发布时间：2019-03-16 浏览量：</div>", {"published": "2019-03-16"}),
    ("<div>撰稿：张小早 摄影：王大明 编辑：李编 审核：赵审</div>", {"author": "张小早", "editor": "李编"}),
    ("<div>文/图：张小早 编辑：李编</div>", {"author": "张小早", "editor": "李编"}),
    ("<div>文字：张小早 图片：王大明 2019-03-16</div>", {"published": "2019-03-16", "author": "张小早"}),
    ("<div>通讯员 张小早 2019-03-16</div>", {"published": "2019-03-16", "author": "张小早"}),
    ("<div>2019年03月16日 08:30 来源：新华网 参与互动</div>", {"published": "2019-03-16T08:30", "source": "新华网"}),
    (
        "<div>2019年03月16日08:30  来源：<a href='http://x'>人民网－人民日报</a></div>",
        {"published": "2019-03-16T08:30", "source": "人民网－人民日报"},
    ),
    (
        "<div>时间：2019-03-16 08:30:00　来源：新华网　　编辑：lcx</div>",
        {"published": "2019-03-16T08:30:00", "source": "新华网", "editor": "lcx"},
    ),
    ("<div>http://www.xinhua.cn 2019-03-16 08:30 新华网</div>", {"published": "2019-03-16T08:30", "source": "新华网"}),
    (
        "<div>www.xinhua.cn 2019年03月16日 08:30 新华网 我来说两句(<a href='#'>3</a>)</div>",
        {"published": "2019-03-16T08:30", "source": "新华网"},
    ),
    ("<div>摄影师：王大明</div>", {}),
    ("<div>编辑时间：2019-03-16</div>", {"published": "2019-03-16"}),
    ("<div>撰稿人：张小早　审稿人：王审　2019-03-16</div>", {"published": "2019-03-16", "author": "张小早"}),
    ("<div>文章录入：admin 责任编辑：李编</div>", {"editor": "李编"}),
    (
        "<div>日期：2019-03-16 来源：本站 作者：佚名 点击：loading</div>",
        {"published": "2019-03-16", "source": "本站", "author": "佚名"},
    ),
    (
        "<div>来源： 本站 | 作者：佚名 | 时间：2019-03-16 08:30:00</div>",
        {"published": "2019-03-16T08:30:00", "source": "本站", "author": "佚名"},
    ),
    ("<div>分类：散文 作者：张小早 2019-03-16</div>", {"published": "2019-03-16", "author": "张小早"}),
    ("<div>张小早 | 2019-03-16</div>", {"published": "2019-03-16", "author": "张小早"}),
    ("<div>By 张小早 | 2019-03-16</div>", {"published": "2019-03-16", "author": "张小早"}),
    ("<div>2019-03-16 分类：PHP 阅读(123) 评论(0)</div>", {"published": "2019-03-16"}),
    (
        "<div>Posted on 2019-03-16 08:30 张小早 阅读(123) 评论(0) 编辑 收藏</div>",
        {"published": "2019-03-16T08:30", "author": "张小早"},
    ),
    ("<div>[2019-03-16]</div>", {"published": "2019-03-16"}),
    ("<div>责任编辑：</div><div>2019-03-16</div>", {"published": "2019-03-16"}),
    (
        "<div>本报记者 王某某</div><div>《人民日报》（2019年03月16日 第01版）</div>",
        {"published": "2019-03-16", "author": "王某某"},
    ),
    # A date is no value of "分享到：", "点击率：" or "责任校对：".
    ("<div>分享到： 2019-03-16 08:30</div>", {"published": "2019-03-16T08:30"}),
    ("<div>责任校对：钱二 2019-03-16</div>", {"published": "2019-03-16"}),
    ("<div>分享到： 截止日期： 2019-03-16</div>", {}),
    ("<div>转自：学生处责任校对：钱二</div>", {"source": "学生处"}),
    ("<div>撰稿：王小明 李大同点击数：12</div>", {"author": "王小明 李大同"}),
    ("<div>撰稿：王小明<em>收藏</em></div>", {"author": "王小明"}),
    ("<div>责任编辑：李编 <a>A+</a> <a>A-</a></div>", {"editor": "李编"}),
    ("<div>来源：新华网已有 <b>3</b> 人浏览</div>", {"source": "新华网"}),
    ("<div>来源: 云上阅读(杭州)</div>", {"source": "云上阅读(杭州)"}),
    ("<div>记者：王 某</div>", {"author": "王 某"}),
    (
        "<table><tr><td>文章出处｜新华网</td><td>作者｜王小明</td></tr></table>",
        {"source": "新华网", "author": "王小明"},
    ),
    ("<div>这是一句介绍集市的话<span>时间：2019-03-16 浏览次数：</span></div>", {"published": "2019-03-16"}),
    ("<div>转自：新华网 撰&nbsp;&nbsp;文：王小明</div>", {"source": "新华网", "author": "王小明"}),
    ("<div>作者：王小明、李大同录入时间：2019-03-16</div>", {"published": "2019-03-16", "author": "王小明、李大同"}),
    ("<div>通讯员：刘 洋摄影：孙亮</div>", {"author": "刘 洋"}),
    ("<div>作者：王小明 供稿单位：教务处</div>", {"author": "王小明"}),
    ("<div><span>阅读 678</span><span>2019-03-16</span></div>", {"published": "2019-03-16"}),
    ("<div><span>点击：678</span><span>日期：2019-03-16</span></div>", {"published": "2019-03-16"}),
    ("<div><b>网络编辑：</b>李编 | 2019.03.16</div>", {"published": "2019-03-16", "editor": "李编"}),
    ("<div>(2003-08-03 新华网)</div>", {"published": "2003-08-03", "source": "新华网"}),
    (
        "<div>2019-03-16 新华网 王小明 <a>我要评论</a>(0)</div>",
        {"published": "2019-03-16", "source": "新华网", "author": "王小明"},
    ),
    (
        "<div>08:30 2019/03/16 | 工商時報 | 王小明</div>",
        {"published": "2019-03-16T08:30", "source": "工商時報", "author": "王小明"},
    ),
    (
        '<div class="shareBar__info--author"><span>2019-03-16 08:30</span>經濟日報 王小明</div>',
        {"published": "2019-03-16T08:30", "source": "經濟日報", "author": "王小明"},
    ),
    (
        '<div class="shareBar__info--author"><span>2019-03-16 08:30</span>中央社 台北25日電</div>',
        {"published": "2019-03-16T08:30", "source": "中央社"},
    ),
    (
        "<div>2019-03-16 大公報 作者：王小明</div>",
        {"published": "2019-03-16", "source": "大公報", "author": "王小明"},
    ),
    (
        '<p><span class="author"><a href="/a/">王小明</a></span> · <span>2019/03/16 08:30</span>来源：</p>',
        {"published": "2019-03-16T08:30", "author": "王小明"},
    ),
    (
        '<div class="author"><div><span class="name"><a href="/u/1">老王</a></span><i>2019.03.16</i></div></div>',
        {"published": "2019-03-16", "author": "老王"},
    ),
    ("<div>文｜财新 王小明</div><div>2019-03-16</div>", {"published": "2019-03-16", "author": "王小明"}),
    (
        "<div>記者 王小明 責任編輯 李大同 報導</div><div>2019/03/16</div>",
        {"published": "2019-03-16", "author": "王小明", "editor": "李大同"},
    ),
    (
        "<div>世界日報 編譯王小明／綜合報導</div><div>2019/03/16</div>",
        {"published": "2019-03-16", "source": "世界日報", "author": "王小明"},
    ),
    (
        "<div>2019-03-16 | <span>王小明 李大同 / 台北報導</span></div>",
        {"published": "2019-03-16", "author": "王小明 李大同"},
    ),
    ("<div>生活中心／王小明報導</div>", {"author": "王小明"}),
    ("<div>生活中心／高雄報導</div>", {}),
    (
        "<div>撰文者：<a>王小明</a></div><div>專欄 2019.03.16</div>",
        {"published": "2019-03-16", "author": "王小明"},
    ),
    ("<ul><li>時間：2019-03-16</li><li>撰稿編輯：王小明</li></ul>", {"published": "2019-03-16", "author": "王小明"}),
    (
        "<ul><li>發布日期：108-03-16</li><li>資料來源：經濟部</li></ul>",
        {"published": "2019-03-16", "source": "經濟部"},
    ),
    ("<p>上版日期：2019/03/16</p><p>修改時間：2020/01/05 10:00</p>", {"published": "2019-03-16"}),
    ("<div>2019年03月16日(六) 08:30</div>", {"published": "2019-03-16T08:30"}),
    ('<div class="date"><span>16</span><em>2019-03</em></div>', {"published": "2019-03-16"}),
    ('<div class="date"><p>16</p><p>2019-03</p></div>', {"published": "2019-03-16"}),
    ('<div class="date"><strong>03-16</strong><span>2019</span></div>', {"published": "2019-03-16"}),
    ("<div>16/03/2019</div>", {"published": "2019-03-16"}),
    ("<div>05/03/2019</div>", {}),  # of March or of May
    ("<div>2019-03-16</div><div>电影上映日期：2018-01-01</div>", {"published": "2019-03-16"}),
    # The names of sources that end like a label.
    ("<div>来源：澜江发布　　2019-03-16</div>", {"published": "2019-03-16", "source": "澜江发布"}),
    (
        "<div>来源：澜江发布 | 日期：2019-03-16 | 点击：12</div>",
        {"published": "2019-03-16", "source": "澜江发布"},
    ),
    (
        "<div>来源：中新网 | 发布时间：2019-03-16 08:30</div>",
        {"published": "2019-03-16T08:30", "source": "中新网"},
    ),
    ("<div>来源丨澜江日报 | 2019-03-16</div>", {"published": "2019-03-16", "source": "澜江日报"}),
    # Labels without a colon.
    (
        "<div>2019-03-16 · 来源：澜江日报 · 责任编辑 李编</div>",
        {"published": "2019-03-16", "source": "澜江日报", "editor": "李编"},
    ),
    (
        "<p><b>来源：澜江日报</b> <b>记者 王小明</b> <b>责编 zhangli</b> <b>2019-03-16</b></p>",
        {"published": "2019-03-16", "source": "澜江日报", "author": "王小明", "editor": "zhangli"},
    ),
    ("<div>2019-03-16</div><div>责任编辑 李编</div>", {"published": "2019-03-16", "editor": "李编"}),
    (
        "<div>作者 陈 静 | 编辑 王晓 | 2019-03-16</div>",
        {"published": "2019-03-16", "author": "陈 静", "editor": "王晓"},
    ),
    ("<div>编辑 收藏 | 2019-03-16</div>", {"published": "2019-03-16"}),
    ("<div>作者 简介 | 2019-03-16</div>", {"published": "2019-03-16"}),
    ("<ul><li>By 小鱼儿</li><li>2019-03-16</li></ul>", {"published": "2019-03-16", "author": "小鱼儿"}),
    ("<div>Text by Tom Lee</div><div>2019-03-16</div>", {"published": "2019-03-16", "author": "Tom Lee"}),
    ("<div>By the way, 2019-03-16</div>", {"published": "2019-03-16"}),
    ("<div>作者：小鱼儿我要评论(0)</div>", {"author": "小鱼儿"}),
    ("<div>Posted on 2019-03-16 In <a href=/categories/Movie/>Movie</a></div>", {"published": "2019-03-16"}),
    # A label in a cell of its own.
    (
        "<table><tr><td>【来源】</td><td>澜江日报</td><td>本报记者</td><td>王小明</td><td>编辑｜</td><td>李编</td></tr></table>",
        {"source": "澜江日报", "author": "王小明", "editor": "李编"},
    ),
    ("<table><tr><th>书名</th><th>作者</th><th>借出日期</th></tr></table>", {}),
    # Office and name.
    ("<div>文：广州公司 张小早</div>", {"author": "张小早"}),
    ("<div>文/早市第一小学</div>", {}),
    ("<div>责编：小王（素材来自网络，如有不妥请联系删除）</div>", {"editor": "小王"}),
    (
        "<div>澜江日报 王小明</div><div>2019-03-16</div>",
        {"published": "2019-03-16", "source": "澜江日报", "author": "王小明"},
    ),
    ("<div>澜江日报 资讯</div>", {}),
    ("<div>本报记者 王小明 北京报道</div>", {"author": "王小明"}),
    ("<div>◎本报记者 王小明</div>", {"author": "王小明"}),
    ("<div>来源：新闻网&amp; 时间：2024年5月17日</div>", {"published": "2024-05-17", "source": "新闻网"}),
]


@pytest.mark.parametrize(("byline", "expected"), _BYLINES)
def test_a_byline_above_the_text(byline: str, expected: dict[str, str]) -> None:
    assert fields(html(byline=byline)) == expected


_ENDS = [
    ("<p>（记者 王某某）</p>", {"author": "王某某"}),
    ("<p>责任编辑：李编 审核：王审</p>", {"editor": "李编"}),
    ("<p>编辑/李编</p>", {"editor": "李编"}),
    ("<p>【责任编辑:李编】</p>", {"editor": "李编"}),
    ("<p>作者：张小早</p><p>来源：新华网</p>", {"source": "新华网", "author": "张小早"}),
    ("<p>新京报记者 王某某</p><p>编辑 李某某 校对 赵某</p>", {"author": "王某某", "editor": "李某某"}),
    ("<p>新京报记者 王某某 编辑 李某某 校对 赵某</p>", {"author": "王某某", "editor": "李某某"}),
    ("<p>澎湃新闻记者 王某某</p>", {"author": "王某某"}),
    ("<p>记者：王某某</p>", {"author": "王某某"}),
    ("<p>记者丨王某某 编辑丨李编</p>", {"author": "王某某", "editor": "李编"}),
    ("<p>总台记者 王某某 李大某</p>", {"author": "王某某 李大某"}),
    (
        "<p>(本文来源：新华网 作者：张小早 责任编辑：李编_NN123)</p>",
        {"source": "新华网", "author": "张小早", "editor": "李编_NN123"},
    ),
    ("<p>本文来源：新华网 责任编辑：李编_NB1</p>", {"source": "新华网", "editor": "李编_NB1"}),
    ("<p>（作者：张小早，系某某大学教授）</p>", {"author": "张小早"}),
    ("<p>（作者系某某大学教授）</p>", {}),
    ("<p>（作者为某某大学教授张小早）</p>", {"author": "张小早"}),
    ("<p>文/张小早</p>", {"author": "张小早"}),
    ("<p>文/张小早</p><p>早市</p><p>鱼摊</p><p>豆腐</p>", {"author": "张小早"}),
    ("<p>文/早市第一小学</p>", {}),
    ("<p>转自澜江商会</p>", {"source": "澜江商会"}),
    ("<p>摘自&lt;&lt;澜江日报&gt;&gt;</p>", {"source": "澜江日报"}),
    ("<p>转自别人的经验</p>", {}),
    ("<p>责任编辑 李编</p>", {"editor": "李编"}),
    ("<p>【记者】王小明 【编辑】李编</p>", {"author": "王小明"}),
    ("<p>【撰文】王小明</p>", {"author": "王小明"}),
    ("<p>撰文 王小明</p>", {"author": "王小明"}),
    ("<p>文/图 王小明</p>", {"author": "王小明"}),
    ("<p>王小明 文/图</p>", {"author": "王小明"}),
    ("<p>（文 王小明）</p>", {"author": "王小明"}),
    ("<p>（王小明/文）</p>", {"author": "王小明"}),
    ("<p>（记者 王小明/文 李大同/摄）</p>", {"author": "王小明"}),
    ("<p>（王小明 李大同）</p>", {"author": "王小明 李大同"}),
    ("<p>□王小明</p>", {"author": "王小明"}),
    ("<p>■ 纪检监察</p>", {}),
    ("<p>文稿：王小明</p>", {"author": "王小明"}),
    ("<p>时代周报记者 王小明 发自北京</p>", {"author": "王小明"}),
    ("<p>《早市周刊》记者 王小明 | 北京报道</p>", {"author": "王小明"}),
]


@pytest.mark.parametrize(("line", "expected"), _ENDS)
@pytest.mark.parametrize("inside", [True, False])
def test_a_line_below_the_text(line: str, expected: dict[str, str], *, inside: bool) -> None:
    assert fields(html(body=PROSE + line) if inside else html(below=line)) == expected


_SIGNED = [
    ("", "（记者 王某某）", {"author": "王某某"}),
    ("", "（王某某 李大某）", {"author": "王某某 李大某"}),
    ("本报讯（记者王某某 通讯员李大某）", "", {"author": "王某某 李大某"}),
    ("新华社北京5月9日电（记者王某某）", "", {"author": "王某某"}),
    ("新华社北京5月9日电（记者王某某、李大某）", "", {"author": "王某某 李大某"}),
    ("中新社北京5月9日电 (记者 王某某)", "", {"author": "王某某"}),
    ("", "（来源：新华网 编辑：李编）", {"source": "新华网", "editor": "李编"}),
    ("", "（责任编辑：李编）", {"editor": "李编"}),
    ("", "　编辑：李编", {"editor": "李编"}),
    ("", "【编辑:李编】", {"editor": "李编"}),
    ("", "。" + "鱼摊" * 40 + "。（责任编辑：李编）", {"editor": "李编"}),
    ("", "。" + "鱼摊" * 40 + "。（记者 王某某）（责任编辑：李编）", {"author": "王某某", "editor": "李编"}),
    ("", "记者 王小明", {"author": "王小明"}),
    ("本报北京5月9日讯 记者王小明报道：", "", {"author": "王小明"}),
    ("东方网记者王小明5月9日报道：", "", {"author": "王小明"}),
    ("记者王小明、李大同报道：", "", {"author": "王小明 李大同"}),
    ("本网讯 通讯员王小明报道 ", "", {"author": "王小明"}),
    ("【东方网讯】（记者 王小明）", "", {"author": "王小明"}),
    ("本报讯 ", "（王小明）", {"author": "王小明"}),
    ("", "鱼摊" * 40 + "。来源：澜江日报", {"source": "澜江日报"}),
    ("（记者王小明）", "", {"author": "王小明"}),
    ("（本报记者 王小明）", "", {"author": "王小明"}),
    ("【環球時報駐德國特約記者 王小明】", "", {"author": "王小明"}),
    ("【文/观察者网 王小明】", "", {"author": "王小明"}),
    ("封面新闻记者 王小明 ", "", {"author": "王小明"}),
    ("环球网报道 记者 王小明 ", "", {"author": "王小明"}),
    ("南都讯 记者王小明 ", "", {"author": "王小明"}),
    ("红星新闻记者 王小明 北京报道 ", "", {"author": "王小明"}),
    ("早报客户端 | 记者 王小明 李大同 ", "", {"author": "王小明 李大同"}),
    ("記者王小明／綜合報導 ", "", {"author": "王小明"}),
    ("记者 今天 来到早市，", "", {}),
    ("（当时的记者）", "", {}),
    ("", "（作者 王小明）", {"author": "王小明"}),
    ("", "（文：王小明 图：李大同）", {"author": "王小明"}),
    ("", "（记者 王小明 通讯员 李大同）", {"author": "王小明 李大同"}),
    ("", "（王小明 文 李大同 图）", {"author": "王小明"}),
    ("", "（王小明）", {}),  # of whom the sentence is, in a text that is no report
    ("本报讯 ", "（完）", {}),
    ("本报讯 ", "（小说）", {}),
    ("", "（高清 黄金）", {}),
    ("记者报道了这件事：", "", {}),
]


@pytest.mark.parametrize(("begin", "end", "expected"), _SIGNED)
def test_who_signs_in_the_text(begin: str, end: str, expected: dict[str, str]) -> None:
    body = f"<p>{begin}{_FIRST}</p><p>{_SECOND}</p><p>{_THIRD}{end}</p>"
    assert fields(html(body=body)) == expected


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_rule_reads_the_line_that_it_was_made_for(rule: Signature) -> None:
    line, expected = rule.proof
    byline = Byline()
    read_signatures(line, byline, rule.where)
    assert {name: value for name in _FIELDS if (value := getattr(byline, name))} == expected


@pytest.mark.parametrize(
    ("printed", "evidence"),
    [
        ("03-16 08:30", '<meta name="publishdate" content="2019-03-16 08:30:00">'),
        ("3月16日 08:30", '<meta property="article:published_time" content="2019-03-16T08:30:00+08:00">'),
        ("03/16 08:30", '<meta property="og:release_date" content="2019-03-16">'),
    ],
)
def test_the_year_of_a_date_without_one_comes_from_the_metadata(printed: str, evidence: str) -> None:
    assert fields(html(byline=f"<div>{printed}</div>", head=evidence)) == {"published": "2019-03-16T08:30"}
    assert fields(html(byline=f"<div>{printed}</div>")) == {}
    assert fields(html(byline="<div>3小时前</div>", head=evidence)) == {}


# As the templates of portals, papers, offices, schools and blogs print it.
_TEMPLATES = [
    (
        (
            '<div class="left-t">2019年11月25日 18:57　来源：<a href="http://www.chinanews.com/">中国新闻网'
            '</a> <a name="hdp"></a>参与互动 </div>'
        ),
        "",
        {"published": "2019-11-25T18:57", "source": "中国新闻网"},
    ),
    (
        (
            '<div class="content_left_time">2019-11-25 18:57:00 '
            '<span class="content_left_time_source">来源：中国新闻网</span></div>'
        ),
        "",
        {"published": "2019-11-25T18:57:00", "source": "中国新闻网"},
    ),
    (
        (
            '<div class="h-info"><span class="h-time"> 2019-11-25 18:57:00</span>'
            '<span class="sub-src">来源： <span class="aticle-src">新华网</span></span></div>'
        ),
        "",
        {"published": "2019-11-25T18:57:00", "source": "新华网"},
    ),
    (
        (
            '<div class="header-cont"><div class="header-time left"><span class="year"><em>2019'
            '</em></span><span class="day"><em>11</em>/<em>25</em></span><span class="time">'
            '18:57:00</span></div><div class="source">来源：新华网</div></div>'
        ),
        "",
        {"published": "2019-11-25T18:57:00", "source": "新华网"},
    ),
    (
        (
            '<div class="box01"><div class="fl">2019年11月25日18:57&nbsp;&nbsp;&nbsp;&nbsp;来源：'
            '<a href="http://x.cn/a.html">人民网</a></div></div>'
        ),
        "",
        {"published": "2019-11-25T18:57", "source": "人民网"},
    ),
    (
        '<div class="info1">来源 : 央视网 | 2019年11月25日 18:57:00</div>',
        "",
        {"published": "2019-11-25T18:57:00", "source": "央视网"},
    ),
    (
        ('<span class="info"><i><a href="http://www.cctv.com/">央视网</a> 2019年11月25日 18:57</i></span>'),
        "",
        {"published": "2019-11-25T18:57", "source": "央视网"},
    ),
    (
        (
            '<div><span id="pubtime_baidu">发布时间： 2019-11-25 18:57:00</span> | '
            '<span id="source_baidu">来源： 中国网</span> | <span id="author_baidu">作者： 张小早</span> | '
            '<span id="editor_baidu">责任编辑：李编</span></div>'
        ),
        "",
        {"published": "2019-11-25T18:57:00", "source": "中国网", "author": "张小早", "editor": "李编"},
    ),
    (
        (
            '<div class="laiyuan"><span id="articleTime">2019年11月25日 18:57</span>'
            '<span id="articleSource">来源：经济日报</span></div>'
        ),
        "",
        {"published": "2019-11-25T18:57", "source": "经济日报"},
    ),
    (
        (
            '<span class="m-con-time">2019-11-25 18:57</span> <span class="m-con-source">来源：'
            '<a href="http://x.gmw.cn/1.htm">光明网</a></span>'
        ),
        "",
        {"published": "2019-11-25T18:57", "source": "光明网"},
    ),
    (
        (
            '<div class="metadata-info"><p class="time">2019/11/25 18:57</p><span class="source">'
            '<span>来源：</span><span><a href="http://w.cn">环球网</a></span></span>'
            '<span class="author">作者：张小早</span></div>'
        ),
        "",
        {"published": "2019-11-25T18:57", "source": "环球网", "author": "张小早"},
    ),
    (
        (
            '<p class="p_time"><span class="ss01">2019年11月25日 18:57</span><br><span>来源：</span>'
            '<span class="ss03"><a href="http://x.cn/">新京报</a></span> <span class="ss04">作者：张小早'
            "</span></p>"
        ),
        "",
        {"published": "2019-11-25T18:57", "source": "新京报", "author": "张小早"},
    ),
    (
        (
            '<div class="post_info">2019-11-25 18:57:00　来源: <a href="https://www.163.com/d/1">新京报'
            '</a> 北京 <a href="#">举报</a></div>'
        ),
        "",
        {"published": "2019-11-25T18:57:00", "source": "新京报"},
    ),
    (
        (
            '<div class="post_time_source">2019-11-25 18:57:00　来源: '
            '<a id="ne_article_source" href="#">新京报</a></div>'
        ),
        "",
        {"published": "2019-11-25T18:57:00", "source": "新京报"},
    ),
    (
        (
            '<div class="article-info"><span id="news-time">2019-11-25 18:57</span> '
            '<span class="color-p"> 来源: <a href="http://x.cn">新京报</a></span></div>'
        ),
        "",
        {"published": "2019-11-25T18:57", "source": "新京报"},
    ),
    (
        (
            '<div class="time" itemprop="datePublished">2019年11月25日18:57</div>'
            '<div class="source"><span>来源：<span itemprop="name">新京报</span></span> <span>作者：'
            '<span itemprop="author">张小早</span></span></div>'
        ),
        "",
        {"published": "2019-11-25T18:57", "source": "新京报", "author": "张小早"},
    ),
    (
        (
            '<div class="a_Info"><span class="a_catalog"><a href="/f/">财经</a></span>'
            '<span class="a_source">新京报</span><span class="a_author">张小早</span>'
            '<span class="a_time">2019-11-25 18:57</span></div>'
        ),
        "",
        {"published": "2019-11-25T18:57", "source": "新京报", "author": "张小早"},
    ),
    (
        (
            '<p class="media-meta"><a class="media-name" href="#">新京报</a> <span>2019-11-25 18:57'
            "</span> <span>发布于北京</span> <span>新京报官方账号</span></p>"
        ),
        "",
        {"published": "2019-11-25T18:57", "source": "新京报"},
    ),
    (
        (
            '<div class="news_about"><p>澎湃新闻记者 张小早</p><p>2019-11-25 18:57&nbsp;<span>来源：<span>'
            "澎湃新闻</span></span></p></div>"
        ),
        "",
        {"published": "2019-11-25T18:57", "source": "澎湃新闻", "author": "张小早"},
    ),
    (
        "<p>2019-11-25 18:57</p>",
        "<div>责任编辑：李编</div><div>图片编辑：王五</div><div>校对：赵六</div>",
        {"published": "2019-11-25T18:57", "editor": "李编"},
    ),
    (
        (
            '<div class="article-info"><p><span class="author"><a href="/u/1.html">张小早</a></span>'
            " · <span>2019/11/25 18:57</span> 来源：界面新闻 </p></div>"
        ),
        "",
        {"published": "2019-11-25T18:57", "source": "界面新闻", "author": "张小早"},
    ),
    (
        (
            '<div class="title"><p class="names"><span>第一财经 2019-11-25 18:57:00</span> <span>听新闻'
            '</span></p><p class="names">作者：张小早 责编：李编</p></div>'
        ),
        "",
        {"published": "2019-11-25T18:57:00", "source": "第一财经", "author": "张小早", "editor": "李编"},
    ),
    (
        ('<p class="newsDate"><span>2019年11月25日 18:57</span> <span>21世纪经济报道</span> <span>张小早</span></p>'),
        "",
        {"published": "2019-11-25T18:57", "source": "21世纪经济报道", "author": "张小早"},
    ),
    (
        (
            '<div class="infos"><div class="item">2019年11月25日 18:57</div><div class="item">作者：张小早'
            '</div><div class="item">来源： <a href="#">中国证券报</a></div><div class="item">编辑：东方财富网'
            "</div></div>"
        ),
        "",
        {"published": "2019-11-25T18:57", "source": "中国证券报", "author": "张小早", "editor": "东方财富网"},
    ),
    (
        (
            '<div class="tip"><span class="pr20">2019-11-25 18:57:00</span><span>来源:'
            '<a href="http://n.cn">新华网</a></span></div>'
        ),
        "",
        {"published": "2019-11-25T18:57:00", "source": "新华网"},
    ),
    (
        "<div>2019-11-25 18:57:00 来源：上海证券报·中国证券网 作者：张小早</div>",
        "",
        {"published": "2019-11-25T18:57:00", "source": "上海证券报·中国证券网", "author": "张小早"},
    ),
    (
        ('<div class="source"><span>2019-11-25 18:57:00</span><span>来源：央广网</span><span></span></div>'),
        "",
        {"published": "2019-11-25T18:57:00", "source": "央广网"},
    ),
    ("<div>2019年11月25日18:57 来源：大河网 评论(0)</div>", "", {"published": "2019-11-25T18:57", "source": "大河网"}),
    (
        "<div>来源：红网 作者：张小早 编辑：李编 2019-11-25 18:57:00</div>",
        "",
        {"published": "2019-11-25T18:57:00", "source": "红网", "author": "张小早", "editor": "李编"},
    ),
    (
        (
            '<div><span class="pub_date">2019-11-25 18:57</span><span class="source">来源: 南方网'
            '</span><span class="author">张小早</span></div>'
        ),
        "",
        {"published": "2019-11-25T18:57", "source": "南方网", "author": "张小早"},
    ),
    (
        ('<div class="info"><span>2019-11-25 18:57</span><span>来源：浙江在线</span><span>记者 张小早</span></div>'),
        "",
        {"published": "2019-11-25T18:57", "source": "浙江在线", "author": "张小早"},
    ),
    (
        "<div>2019-11-25 18:57 来源： 深圳新闻网 人工智能朗读：</div>",
        "",
        {"published": "2019-11-25T18:57", "source": "深圳新闻网"},
    ),
    (
        (
            '<div class="pages-date">2019-11-25 18:57 <span class="font">来源： 新华社</span>'
            '<span class="font-gray">【字体：<a>大</a> <a>中</a> <a>小</a>】<a href="javascript:print()">'
            "打印</a></span></div>"
        ),
        "",
        {"published": "2019-11-25T18:57", "source": "新华社"},
    ),
    ("<div>2019-11-25&nbsp;&nbsp;来源：教育部</div>", "", {"published": "2019-11-25", "source": "教育部"}),
    (
        "<div>发布时间：2019-11-25 18:57 来源：市财政局 浏览次数：<span></span>次 字体：[ 大 中 小 ]</div>",
        "",
        {"published": "2019-11-25T18:57", "source": "市财政局"},
    ),
    (
        "<div>2019-11-25 | 作者： 张小早 来源： 宣传部 点击：[ <span>123</span> ]</div>",
        "",
        {"published": "2019-11-25", "source": "宣传部", "author": "张小早"},
    ),
    ("<div>发布日期：2019-11-25　作者：　来源：　点击：</div>", "", {"published": "2019-11-25"}),
    (
        (
            '<p class="arti_metas"><span class="arti_publisher">发布者：张小早</span>'
            '<span class="arti_update">发布时间：2019-11-25</span><span class="arti_views">浏览次数：<span>'
            "10</span></span></p>"
        ),
        "",
        {"published": "2019-11-25"},
    ),
    (
        "<div>[作者]：张小早 [来源]：宣传部 [发布日期]：2019-11-25</div>",
        "",
        {"published": "2019-11-25", "source": "宣传部", "author": "张小早"},
    ),
    (
        "<div>【作者】张小早 【来源】宣传部 【日期】2019-11-25</div>",
        "",
        {"published": "2019-11-25", "source": "宣传部", "author": "张小早"},
    ),
    (
        "<div>作者:张小早&nbsp;&nbsp;编审:李审&nbsp;&nbsp;日期:2019年11月25日 18:57&nbsp;&nbsp;点击:</div>",
        "",
        {"published": "2019-11-25T18:57", "author": "张小早"},
    ),
    (
        (
            '<time class="date" itemprop="datePublished" datetime="2019-11-25T18:57:00+08:00">'
            "2019年11月25日 18:57</time><div><p>記者王小明／台北報導</p></div>"
        ),
        "",
        {"published": "2019-11-25T18:57", "author": "王小明"},
    ),
    (
        (
            '<section><time class="article-content__time">2019-11-25 18:57</time> '
            '<span class="article-content__author">聯合報/ 記者<a href="/r/1">王小明</a>／台北即時報導</span>'
            "</section>"
        ),
        "",
        {"published": "2019-11-25T18:57", "source": "聯合報", "author": "王小明"},
    ),
    (
        (
            '<div class="meta-info-wrapper"><div class="author">中時新聞網 <a href="/reporter/1">王小明'
            '</a></div> <time><span class="hour">18:57</span><span class="date">2019/11/25</span>'
            "</time></div>"
        ),
        "",
        {"published": "2019-11-25T18:57", "source": "中時新聞網", "author": "王小明"},
    ),
    (
        (
            '<div><a class="info_author" href="/authors/1">王小明</a> <span class="info_time">'
            "2019-11-25 18:57</span></div>"
        ),
        "",
        {"published": "2019-11-25T18:57", "author": "王小明"},
    ),
    (
        "<div>新頭殼newtalk | 王小明 綜合報導</div><div>發布 2019.11.25 | 18:57</div>",
        "",
        {"published": "2019-11-25T18:57", "author": "王小明"},
    ),
    (
        (
            '<div class="author">記者 <a href="/r">王小明</a> 報導 <br>發佈時間：2019/11/25 18:57 <br>'
            "最後更新時間：2019/11/25 19:30</div>"
        ),
        "",
        {"published": "2019-11-25T18:57", "author": "王小明"},
    ),
    ("<div>鉅亨網記者王小明 台北 2019-11-25 18:57</div>", "", {"published": "2019-11-25T18:57", "author": "王小明"}),
    (
        ('<div><span class="caas-attr-provider">中央社</span> <time>2019年11月25日 週一 下午6:57</time></div>'),
        "",
        {"published": "2019-11-25T18:57", "source": "中央社"},
    ),
    (
        "<div>撰文：王小明 出版：2019-11-25 18:57 更新：2019-11-26 17:30</div>",
        "",
        {"published": "2019-11-25T18:57", "author": "王小明"},
    ),
    ("<div>2019-11-25 HKT 18:57</div>", "", {"published": "2019-11-25T18:57"}),
    ("<div>2019年11月25日 星期一 18:57</div>", "", {"published": "2019-11-25T18:57"}),
    ("<div>2019-11-25 04:00:15 大公報</div>", "", {"published": "2019-11-25T04:00:15", "source": "大公報"}),
    (
        "<div>撰文: 王小明 欄名: 經濟脈搏</div><div>2019/11/25 18:57</div>",
        "",
        {"published": "2019-11-25T18:57", "author": "王小明"},
    ),
    (
        "<div>發佈時間： 2019-11-25 18:57 更新時間： 2019-11-25 19:00 責任編輯：李編</div>",
        "",
        {"published": "2019-11-25T18:57", "editor": "李編"},
    ),
    (
        "<div>時間：2019-11-25 來源：網絡 作者：小編 本文已影響 人</div>",
        "",
        {"published": "2019-11-25", "source": "網絡", "author": "小編"},
    ),
    (
        "<div>时间：2019-11-25 13:41:00　来源：网友投稿　本文已影响<span></span>人</div>",
        "",
        {"published": "2019-11-25T13:41:00", "source": "网友投稿"},
    ),
    (
        '<div>2019-11-25 13:41:00 <a href="/gzzj/">工作总结</a> <a href="/tg/">我要投稿</a></div>',
        "",
        {"published": "2019-11-25T13:41:00"},
    ),
    ("<div>【www.example.com - 教案】</div><div>更新时间：2019-11-25</div>", "", {"published": "2019-11-25"}),
    ("<div>发布时间：2019-11-25 编辑：小燕 我要投稿</div>", "", {"published": "2019-11-25", "editor": "小燕"}),
    ("<div>投稿：小燕 2019-11-25 分类：工作总结</div>", "", {"published": "2019-11-25"}),
    ("<div>作者：佚名　浏览 12 次</div>", "", {"author": "佚名"}),
    (
        (
            '<div class="postDesc">posted @ <span id="post-date">2019-11-25 18:57</span> '
            '<a href="http://w.cn/zs/">张小早</a> 阅读(<span>1</span>) 评论(<span>0</span>) <a href="#">'
            '编辑</a> <a href="#">收藏</a> <a href="#">举报</a></div>'
        ),
        "",
        {"published": "2019-11-25T18:57", "author": "张小早"},
    ),
    (
        (
            '<div class="bar-content"><span>原创</span> <a class="follow-nickName" href="#">张小早</a>'
            ' <span class="time">2019-11-25 18:57:00</span> <span class="read-count">阅读数 12'
            "</span> <span>收藏</span></div>"
        ),
        "",
        {"published": "2019-11-25T18:57:00", "author": "张小早"},
    ),
    (
        (
            '<div><span><a href="/u/1">张小早</a></span> <button>关注</button> <time>'
            "2019.11.25 18:57:00</time> <span>字数 1,234</span> <span>阅读 12</span></div>"
        ),
        "",
        {"published": "2019-11-25T18:57:00", "author": "张小早"},
    ),
    ("<div>编辑于 2019-11-25 18:57</div>", "", {"published": "2019-11-25T18:57"}),
    (
        '<div><a href="/u/1">张小早</a> 发布于 2019/11/25 18:57</div>',
        "",
        {"published": "2019-11-25T18:57", "author": "张小早"},
    ),
    ("<div>2019年11月25日 | 张小早 | 发表评论</div>", "", {"published": "2019-11-25", "author": "张小早"}),
    (
        ('<div>发表于 2019-11-25 | 更新于 2019-11-26 | 分类于 <a href="/c/">算法</a> | 阅读次数： 12 | 字数 1k</div>'),
        "",
        {"published": "2019-11-25"},
    ),
    (
        (
            '<ul><li>作者: <a href="/author/1">张小早</a></li><li>时间: <time>2019 年 11 月 25 日</time>'
            '</li><li>分类: <a href="/c/">默认分类</a></li><li>评论</li></ul>'
        ),
        "",
        {"published": "2019-11-25", "author": "张小早"},
    ),
    (
        '<div><span class="time">(2019-11-25 18:57:00)</span></div><div>标签： 散文 分类： 生活</div>',
        "",
        {"published": "2019-11-25T18:57:00"},
    ),
    (
        (
            '<div><a href="/u/1">张小早</a> 发表于 2019-11-25 18:57:00 | <a href="#">只看该作者</a> |'
            '<a href="#">倒序浏览</a>|阅读模式</div>'
        ),
        "",
        {"published": "2019-11-25T18:57:00", "author": "张小早"},
    ),
    (
        ('<div>2019-11-25 18:57| 发布者: <a href="/u">admin</a>| 查看: 123| 评论: 0|来自: 新华网|原作者: 张小早</div>'),
        "",
        {"published": "2019-11-25T18:57", "source": "新华网", "author": "张小早"},
    ),
    ("<div>2019-11-25 18:57 | 发布者: admin | 查看: 123 | 评论: 0</div>", "", {"published": "2019-11-25T18:57"}),
    (
        "<div>2019年11月25日  星期一  农历十月廿九</div><div>来源：新华网</div>",
        "",
        {"published": "2019-11-25", "source": "新华网"},
    ),
    ("<div>来源：新华网 2019年11月25日 18时57分</div>", "", {"published": "2019-11-25T18:57", "source": "新华网"}),
    (
        "<div>字号：大 中 小 2019年11月25日 18:57 来源：新华网</div>",
        "",
        {"published": "2019-11-25T18:57", "source": "新华网"},
    ),
    (
        "<div>来源：新华网 2019-11-25 18:57 编辑：李编 查看：<span>12</span></div>",
        "",
        {"published": "2019-11-25T18:57", "source": "新华网", "editor": "李编"},
    ),
    (
        ("<div>文章来源：新华网&nbsp;发布时间：2019-11-25 18:57&nbsp;【字号：大 中 小】</div>"),
        "",
        {"published": "2019-11-25T18:57", "source": "新华网"},
    ),
    ("<div>中国青年网 2019-11-25 18:57:00</div>", "", {"published": "2019-11-25T18:57:00", "source": "中国青年网"}),
    (
        "<div>www.chinanews.com　2019年11月25日 18:57　来源：中国新闻网</div>",
        "",
        {"published": "2019-11-25T18:57", "source": "中国新闻网"},
    ),
    (
        "<div>http://www.sina.com.cn 2004年11月25日 18:57 新京报</div>",
        "",
        {"published": "2004-11-25T18:57", "source": "新京报"},
    ),
    (
        "<div>http://ent.sina.com.cn 2004年11月25日18:57 <font color=#A20010>南方都市报</font></div>",
        "",
        {"published": "2004-11-25T18:57", "source": "南方都市报"},
    ),
    (
        "<div>NEWS.SOHU.COM　　2004年11月25日18:57　　新华网</div>",
        "",
        {"published": "2004-11-25T18:57", "source": "新华网"},
    ),
    (
        "<div>YNET.com 北青网 (2004-11-25 18:57) 来源：北京青年报</div>",
        "",
        {"published": "2004-11-25T18:57", "source": "北京青年报"},
    ),
    (
        ('<div>2004-11-25 18:57:00&nbsp;&nbsp;来源: 新京报(北京)&nbsp;&nbsp;<a href="#">网友评论 12 条</a></div>'),
        "",
        {"published": "2004-11-25T18:57:00", "source": "新京报(北京)"},
    ),
    (
        "<div>【大 中 小】【打印】【关闭】 2004年11月25日 18:57 南方周末</div>",
        "",
        {"published": "2004-11-25T18:57", "source": "南方周末"},
    ),
    ("<div>《南方周末》 2004年11月25日</div>", "", {"published": "2004-11-25"}),
    (
        "<div>作者：张小早 2004-11-25 文章来源：转载 点击数：12 更新时间：2004-11-26</div>",
        "",
        {"published": "2004-11-25", "source": "转载", "author": "张小早"},
    ),
    (
        (
            "<div>"
            "作者：张小早&nbsp;&nbsp;&nbsp;&nbsp;文章来源：本站原创&nbsp;&nbsp;&nbsp;&nbsp;点击数：12&nbsp;&nbsp;&nbsp;&nbsp;更新时间：2004-11-26"
            "</div>"
        ),
        "",
        {"published": "2004-11-26", "source": "本站原创", "author": "张小早"},
    ),
    (
        "<div>更新时间：2004-11-26</div>",
        "<p align=right>文章录入：admin&nbsp;&nbsp;&nbsp;&nbsp;责任编辑：李编&nbsp;</p>",
        {"published": "2004-11-26", "editor": "李编"},
    ),
    ("<div>2004-11-26</div>", "<p align=right>（编辑：李编）</p>", {"published": "2004-11-26", "editor": "李编"}),
    (
        "<div>2004-11-26</div>",
        "<p>（本报记者 王小明 李大同）</p>",
        {"published": "2004-11-26", "author": "王小明 李大同"},
    ),
    (
        "<div>2004-11-26</div>",
        "<p>(原标题：集市)</p><p>来源：新京报</p><p>编辑：李编</p>",
        {"published": "2004-11-26", "source": "新京报", "editor": "李编"},
    ),
    (
        "<div>2004-11-26</div>",
        "<p>文字：张小早</p><p>图片：王五</p><p>编辑：李编</p><p>审核：赵六</p>",
        {"published": "2004-11-26", "author": "张小早", "editor": "李编"},
    ),
    (
        "<div>2004-11-26</div>",
        "<p>供稿：宣传部</p><p>撰稿：张小早</p><p>审核：赵六</p>",
        {"published": "2004-11-26", "author": "张小早"},
    ),
    (
        "",
        "<p>本文由 zhangsan 在 2014年8月23日 发布在 网络工程 共有 2146 次浏览</p>",
        {"published": "2014-08-23", "author": "zhangsan"},
    ),
    ("", "<p>本文由 张小早 于 2014-08-23 发表</p>", {"published": "2014-08-23", "author": "张小早"}),
    ("<div>2004-11-26</div>", "<p>（来源：新华网）</p>", {"published": "2004-11-26", "source": "新华网"}),
    ("<div>2004-11-26</div>", "<p>【来源：新华网】</p>", {"published": "2004-11-26", "source": "新华网"}),
    ("<div>2004-11-26</div>", "<p>稿件来源：新华网</p>", {"published": "2004-11-26", "source": "新华网"}),
    ("<div>2004-11-26</div>", "<p>（摘自《读者》2004年第3期）</p>", {"published": "2004-11-26"}),
    (
        "<div>作者：张小早</div>",
        "<p>来源：《读者》2004年第3期</p>",
        {"source": "《读者》2004年第3期", "author": "张小早"},
    ),
]


@pytest.mark.parametrize(("byline", "end", "expected"), _TEMPLATES)
def test_a_byline_as_templates_print_it(byline: str, end: str, expected: dict[str, str]) -> None:
    assert fields(html(byline=byline, body=PROSE + end)) == expected


# Papers of Taiwan sign with office, name and place in any order.
_REPORTED = [
    ("記者林欣中 陳政中／台北報導", "林欣中 陳政中"),
    ("【陳靜中／綜合報導】", "陳靜中"),
    ("記者張小中、周威中、侯彩中／台北報導", "張小中 周威中 侯彩中"),
    ("記者曾平／台北報導", "曾平"),
    ("記者郭 嘉／台北報導", "郭嘉"),
    ("【觀傳媒記者洪議中／台北報導】", "洪議中"),
    ("記者廖建中嘉縣報導", "廖建中"),
    ("【記者廖建中嘉市報導】", "廖建中"),
    ("【記者王小中臺北市報導】", "王小中"),
    ("好房網News記者李彥中／高雄報導", "李彥中"),
    ("【台灣醒報記者呂翔中台北報導】", "呂翔中"),
    ("【台灣電報記者廖宥中/台中報導】", "廖宥中"),
    ("【范麗中記者 台南報導】", "范麗中"),
    ("【亞太新聞網／記者范文中／桃園報導】", "范文中"),
    ("【警政時報 薛秀中 / 台北報導】", "薛秀中"),
    ("波新聞─李至中／高雄報導", "李至中"),
    ("CNEWS匯流新聞網記者王佐中／台北報導", "王佐中"),
    ("【今傳媒/記者李祖中報導】", "李祖中"),
    ("TMNU記者 陳們中／綜合報導", "陳們中"),
    ("編譯陳韻中／綜合報導", "陳韻中"),
    ("圖／文：王子中", "王子中"),
    ("文、圖／王小中", "王小中"),
    ("圖文／王小中", "王小中"),
    ("文／圖：王小中", "王小中"),
    ("文／記者林欣中　圖／品牌提供", "林欣中"),
    ("梅花新聞網 洪子中/綜合報導", "洪子中"),
    ("文／陳韻中", "陳韻中"),
    ("林欣中／台北報導", "林欣中"),
    ("記者／林欣中", "林欣中"),
    ("記者林欣中 圖／張小中", "林欣中"),
]


@pytest.mark.parametrize(("line", "names"), _REPORTED)
def test_who_reports_in_a_paper_of_taiwan(line: str, names: str) -> None:
    found = article(html(byline=f"<div>{line}</div><div>2019-03-16 08:30</div>"))
    assert (found.author or "").replace("、", " ") == names


_REPORTED_FIRST = [
    ("（中央社記者王心中、葉冠中台北6日電）", "王心中 葉冠中"),
    ("（中央社特派記者戴雅中名古屋6日電）", "戴雅中"),
    ("（中央社記者唐佩中布魯塞爾6日專電）", "唐佩中"),
    ("【大紀元2026年10月06日訊】（大紀元記者陸中休斯頓報導）", "陸中"),
    ("（大紀元記者戴德中台灣台北報導）", "戴德中"),
    ("【曾宛中／綜合報導】", "曾宛中"),
    ("〔記者林欣中／台北報導〕", "林欣中"),
    ("【台灣醒報記者呂翔中台北報導】", "呂翔中"),
]


@pytest.mark.parametrize(("begin", "names"), _REPORTED_FIRST)
def test_who_reports_at_the_begin_of_the_text(begin: str, names: str) -> None:
    body = f"<p>{begin}{_FIRST}</p><p>{_SECOND}</p><p>{_THIRD}</p>"
    assert article(html(body=body)).author == names


@pytest.mark.parametrize("place", ["byline", "body"])
@pytest.mark.parametrize(
    "line",
    [
        "圖／記者王小中",
        "責任編輯／王小中",
        "編輯王小中／綜合報導",
        "記者社會中心／綜合報導",
        "記者財經頻道／台北報導",
        "記者娛樂頻道／台北報導",
        "文／鏡週刊",
        "文／七逗旅遊網",
        "文／大成報",
        "文／主編",
        "文／社群編輯",
        "記者新聞製作團隊／台北報導",
        "記者中央社／台北報導",
        "【台北／綜合報導】",
        "即時新聞／綜合報導",
        "攝影記者王小中／台北報導",
    ],
)
def test_an_office_an_editor_or_a_photographer_is_not_the_author(line: str, place: str) -> None:
    source = {
        "byline": html(byline=f"<div>{line}</div><div>2019-03-16 08:30</div>"),
        "body": html(body=f"<p>{line}</p>{PROSE}"),
    }[place]
    assert article(source).author is None


_NO_NAMES = (
    "即時新聞 社會新聞 國際新聞 焦點新聞 生活新聞 娛樂星聞 港聞 要聞 兩岸 地方 財經 產業 科技 體育 電子報 "
    "數位新聞 新聞稿 公告 通知公告 新聞中心 新闻动态 公司新闻 行业资讯 学院新闻 校园网 院内网 首页 更多 打印 收藏 "
    "关注 分享 评论(0) 阅读(12) 浏览 12 次 字号 大 中 小 楼主 沙发 只看该作者 倒序浏览 短消息 加为好友 发短消息 "
    "当前离线 管理员 版主 超级版主 新手上路 注册会员 网友 游客 匿名 星期六 周六 晴 上午 北京 台北報導 綜合報導 "
    "編輯部 本報訊 本站 正文 图文 视频 专题 深度 评论 时评 社论 原创 转载 推荐 置顶 精华 最新 热门 导读 摘要 "
    "下一篇 返回列表 上一页 A4版 第12版 第A04版:城事 农历二月初十 农历 RSS 手机版 繁体 简体 English 听新闻 "
    "语音播报 我要纠错 纠错 全文 查看全文 展开 已读 未读 作者专栏 TA的文章 关注TA 私信 举报 5分钟阅读 约3分钟 "
    "字数 1200字 置顶 公开 已发布 审核通过 PDF 下载PDF 附件下载 朋友圈 微信 微博 QQ空间 LINE Facebook Twitter "
    "客户端 头条 权威发布 院系新闻 心得体会 社会 电视 互联网 手机网 新闻网 央视频 生成海报 顶部 小说 "
    "小雨 老师 高雄 张家口 万一 常规 易用 武侠 龙年 熊猫 word pdf 高清 范文 周末 马上 "
    "城市新闻 都市新闻 社区新闻 房产资讯 高校新闻 加入收藏 App下載 訂閱 追蹤 贊助 會員 登入 註冊"
)
_PAPERS = (
    "新华社 新华网 人民日报 人民网 央视网 央视新闻 光明日报 经济日报 中国青年报 中国新闻网 中新社 中国日报 "
    "环球时报 环球网 参考消息 新京报 北京晚报 南方都市报 南方周末 澎湃新闻 界面新闻 第一财经 21世纪经济报道 "
    "经济观察报 每日经济新闻 中国证券报 证券时报 上海证券报 财新网 虎嗅网 36氪 钛媒体 新浪财经 新浪科技 腾讯科技 "
    "腾讯新闻 网易科技 网易娱乐 搜狐娱乐 凤凰网 凤凰财经 观察者网 中国网 央广网 中国广播网 法制晚报 解放日报 "
    "文汇报 新民晚报 羊城晚报 广州日报 深圳特区报 湖北日报 长江日报 红网 大河网 东方网 千龙网 半月谈 瞭望 求是 "
    "三联生活周刊 中国新闻周刊 财经杂志 中央社 聯合報 自由時報 中國時報 蘋果日報 經濟日報 工商時報 聯合新聞網 "
    "三立新聞網 TVBS新聞網 風傳媒 明報 星島日報 東方日報 大公報 文匯報 香港經濟日報 信報 頭條日報 BBC中文网 "
    "路透社 法新社 美联社 德国之声 中国教育报 教育部网站 市教育局 校团委 宣传部 学生处 党委办公室 办公室 省财政厅 "
    "国务院办公厅 中国政府网 中纪委网站 最高人民法院 证监会 中国建设报 视觉中国 健康中国 广州发布 上观新闻 "
    "封面新闻 红星新闻 极目新闻 潇湘晨报 大众网 齐鲁晚报 水母网 安徽网 中安在线 华声在线 四川在线 浙江在线 荆楚网"
)
_DATE = "2019-03-16 08:30"


@pytest.mark.parametrize("word", _NO_NAMES.split())
def test_a_channel_a_tool_or_a_mark_beside_the_date_is_nobody_s_name(word: str) -> None:
    for byline in (
        f"<div>{_DATE} {word}</div>",
        f"<div>{word} {_DATE}</div>",
        f"<div><span>{_DATE}</span><span>{word}</span></div>",
        f"<div>{_DATE} <a href='/x/'>{word}</a></div>",
        f"<div>{word}</div><div>{_DATE}</div>",
    ):
        assert fields(html(byline=byline)) == {"published": "2019-03-16T08:30"}, byline


@pytest.mark.parametrize("paper", _PAPERS.split())
def test_a_paper_a_site_or_an_office_beside_the_date_is_the_source(paper: str) -> None:
    expected = {"published": "2019-03-16T08:30", "source": paper}
    assert fields(html(byline=f"<div>{_DATE} {paper}</div>")) == expected
    assert fields(html(byline=f"<div><span>{paper}</span> <span>{_DATE}</span></div>")) == expected


def test_a_line_that_begins_in_english_is_text_though_it_has_a_date() -> None:
    said = "In 2019-03-16 the market opened before dawn and nobody in the town remembers who came first"
    assert said in article(html(body=f"<p>{said}</p>{PROSE}")).text


def test_a_greeting_in_the_masthead_is_no_date_of_an_article() -> None:
    for greeting in ("今天是2026年11月20日 星期五", "欢迎光临！现在是：2026年11月20日", "2026年11月20日 歡迎訪問"):
        assert fields(html(above=f"<div>{greeting}</div>")) == {}, greeting


def test_a_related_article_s_label_is_not_that_of_the_article() -> None:
    related = "<h3>相关文章</h3><ul><li><a href='/2'>另一个早晨</a> 来源：南方网 2018-01-01</li></ul>"
    editor = "<p>责任编辑：李编</p>"
    assert fields(html(byline="<div>2019-03-16</div>", below=related + editor)) == {
        "published": "2019-03-16",
        "editor": "李编",
    }


def test_a_date_without_a_label_comes_before_that_of_a_change_unless_it_is_later() -> None:
    changed = "<div>更新时间：2019-03-16 09:00</div>"
    assert fields(html(byline=f"<div>2019-03-15</div>{changed}")) == {"published": "2019-03-15"}
    assert fields(html(above="<div>2026-11-20</div>", byline=changed)) == {"published": "2019-03-16T09:00"}
