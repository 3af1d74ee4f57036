"""WordPress, a Twenty Ten child theme in Chinese: .hentry, .entry-content, <!--nextpage--> links, comments below."""

# ruff: noqa: E501  # a template is written as the vendor writes it

from __future__ import annotations

from tests.site.view import Skin, View, anchor, items


def _pager(view: View) -> str:
    if len(view.pages) == 1:
        return ""
    numbers = " ".join(str(n) if n == view.page else f'<a href="{url}">{n}</a>' for n, url in enumerate(view.pages, 1))
    return f'<div class="page-link">页面： {numbers}</div>'


def render(view: View) -> str:
    story, names = view.story, view.names
    body = "\n".join(f"<p>{line}</p>" for line in view.paragraphs)
    category = anchor(view.channel, ' rel="category tag"')
    return f"""<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="{view.charset or "UTF-8"}" /><title>{story.title} | {view.site}</title>
<link rel="pingback" href="/xmlrpc.php" /><meta name="generator" content="WordPress 3.9.1" /><link rel="canonical" href="{view.base}{view.pages[0]}" /></head>
<body class="single single-post postid-{view.number} single-format-standard"><div id="wrapper" class="hfeed"><div id="header"><div id="site-title"><span><a href="/" rel="home">{view.site}</a></span></div><div id="access" role="navigation"><ul><li><a href="/">首页</a></li><li>{anchor(view.channel)}</li></ul></div></div>
<div id="main"><div id="container"><div id="content" role="main"><div id="nav-above" class="navigation"><div class="nav-previous">{anchor(view.previous, ' rel="prev"')}</div><div class="nav-next">{anchor(view.next, ' rel="next"')}</div></div>
<div id="post-{view.number}" class="post-{view.number} post type-post status-publish format-standard hentry"><h1 class="entry-title">{story.title}</h1>
<div class="entry-meta"><span class="meta-prep meta-prep-author">发表于</span> <a href="{view.pages[0]}" rel="bookmark"><span class="entry-date">{names.chinese_day}</span></a> <span class="meta-sep">由</span> <span class="author vcard"><a class="url fn n" href="/archives/author/1">{names.author}</a></span></div>
<div class="entry-content">
{body}
{_pager(view)}</div>
<div class="entry-utility">本条目发布于 {names.chinese_day}。属于 {category} 分类。</div></div>
<div id="nav-below" class="navigation"><div class="nav-previous"><span class="meta-nav">←</span> {anchor(view.previous, ' rel="prev"')}</div><div class="nav-next">{anchor(view.next, ' rel="next"')} <span class="meta-nav">→</span></div></div>
<div id="comments"><h3 id="comments-title">《{story.title}》有 2 条评论</h3><ol class="commentlist"><li class="comment"><div class="comment-author vcard"><cite class="fn">路人甲</cite> <span class="says">说道：</span></div><div class="comment-body"><p>写得不错，收藏了，谢谢博主分享。</p></div></li><li class="comment"><div class="comment-body"><p>请问有没有更短一点的版本？老师只要八百字。</p></div></li></ol>
<div id="respond"><h3 id="reply-title">发表评论</h3><form action="/wp-comments-post.php" method="post"><p>电子邮件地址不会被公开。 必填项已用 * 标注</p></form></div></div></div></div>
<div id="primary" class="widget-area"><ul class="xoxo"><li class="widget-container"><h3 class="widget-title">近期文章</h3><ul>{items(view.related)}</ul></li></ul></div></div>
<div id="footer"><div id="site-generator"><a href="#">自豪地采用 WordPress。</a></div></div></div></body></html>"""


WORDPRESS = Skin("wordpress", render, frozenset({"author"}), "day")
