"""The 文库 family behind "ImageVerifierCode 换一换": its desktop page with numbered page blocks, its mobile page."""

# ruff: noqa: E501  # a template is written as the vendor writes it

from __future__ import annotations

from tests.site.view import Skin, View, anchor, items

BLOCK = 300  # characters between two block numbers: the software cuts there, in mid-sentence or not

_TIPS = """<div class="xz"><h4>下载须知</h4><p>1: 本站所有资源如无特殊说明，都需要本地电脑安装OFFICE2007和PDF阅读器。</p><p>2: 试题试卷类文档，如果标题没有明确说明有答案则都视为没有答案，请知晓。</p><p>3: 文件的所有权益归上传用户所有。</p><p>4. 未经权益所有人同意不得将文件中的内容挪作商业或盈利用途。</p><p>5. 本站仅提供交流平台，并不能对任何下载内容负责。</p></div>"""


def blocks(text: str, size: int = BLOCK) -> list[str]:
    """`text` in pieces of `size` characters, numbered as the site prints them."""
    return [f"{n}、{text[at : at + size]}" for n, at in enumerate(range(0, len(text), size), 1)]


def desktop(view: View) -> str:
    title, facts = view.story.title, view.facts
    run = title * 2 + " ".join(view.paragraphs)
    body = "\n".join(f"<p>{block}</p>" for block in blocks(run))
    return f"""<!DOCTYPE html><html><head>{view.meta}<title>{title}.{facts["format"].lower()} - {view.site}</title><script src="/js/jquery.js"></script></head><body>
<div class="header"><a class="logo" href="/">{view.site}</a><ul class="cate"><li>{anchor(view.channel)}</li><li><a href="/upload.html">上传文档</a></li></ul></div>
<div class="yzm"><img alt="ImageVerifierCode" src="/VerifierCode.aspx"><a href="javascript:;">换一换</a></div>
<div class="info"><ul><li>格式：{facts["format"]} , 页数：{facts["pages"]} ,大小：{facts["size"]} ,</li><li>资源ID：{facts["id"]}      下载积分：{facts["price"]}</li></ul></div>
<div class="login"><p>快捷下载</p><p>邮箱/手机：<input></p><p>温馨提示：</p><p>快捷下载时，用户名和密码都是您填写的邮箱或者手机号，方便查询和重复下载（系统自动生成）。 如填写123，账号就是123，密码也是123。</p><p>支付方式： 支付宝    微信支付</p><p>加入VIP，免费下载</p></div>
{_TIPS}<div class="bq"><b>版权提示 | 免责声明</b><p>本文（{title}.{facts["format"].lower()}）为本站会员（{facts["uploader"]}）主动上传，{view.site}仅提供信息存储空间，仅对用户上传内容的表现方式做保护处理，对上载内容本身不做任何修改或编辑。若此文所含内容侵犯了您的版权或隐私，请立即通知{view.site}，我们立即给予删除！</p></div>
<div class="detail"><h1>{title}.{facts["format"].lower()}</h1><div class="article_body">{body}
</div></div><div class="xgwd"><h3>相关文档</h3><ul>{items(view.related)}</ul></div>
<div class="footer">copyright@ 2008-2022 {view.site}版权所有<br/>经营许可证编号：澜ICP备10000000号-1</div></body></html>"""


def phone(view: View) -> str:
    title, facts, total = view.story.title, view.facts, int(view.facts["pages"])
    share = -(-len(view.paragraphs) // total)
    sheets = [view.paragraphs[at : at + share] for at in range(0, len(view.paragraphs), share)]
    body = "".join(
        f'<div class="page"><span class="pn">第{n}页 / 共{total}页</span>{"".join(f"<p>{line}</p>" for line in sheet)}</div>'
        for n, sheet in enumerate(sheets, 1)
    )
    return f"""<!DOCTYPE html><html><head>{view.meta}<meta name="viewport" content="width=device-width"><title>{title} - {view.site}手机版</title></head><body>
<div class="m-top"><a href="/">{view.site}</a><a href="/m/search.html">搜索</a></div><h1>{title}</h1>
<div class="m-info">上传人：{facts["uploader"]} 文档编号：{facts["id"]} 上传时间：{facts["uploaded"]} 格式：{facts["format"]} 页数：{facts["pages"]} 大小：{facts["size"]}</div>
<div class="m-desc">《{title}》由会员分享，可在线阅读，更多相关《{title}（{facts["pages"]}页珍藏版）》请在{view.site}上搜索。</div>
<div class="m-body">{body}</div><a class="m-more" href="javascript:;">点击查看更多&gt;&gt;</a>
<div class="m-pay">本资源只提供{facts["pages"]}页预览，全部文档请下载后查看！喜欢就下载吧，查找使用更方便 <b>{facts["price"]}</b></div>
<div class="m-list"><h3>猜你喜欢</h3><ul>{items(view.related)}</ul></div><div class="m-foot">关于我们 - 网站声明 - 联系我们<br>{view.site} 版权所有</div></body></html>"""


DESKTOP = Skin("wenku-desktop", desktop)
PHONE = Skin("wenku-phone", phone)
