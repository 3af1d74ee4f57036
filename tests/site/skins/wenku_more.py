"""Two more 文库 skins: 展开阅读全文 with a sentence a paragraph, and text in a hidden .zero-height block behind images."""

# ruff: noqa: E501  # a template is written as the vendor writes it

from __future__ import annotations

from tests.site.view import Skin, View, anchor, items


def unfold(view: View) -> str:
    title, facts, total = view.story.title, view.facts, int(view.facts["pages"])
    lines = list(view.paragraphs)
    if len(lines) > 4:  # the watermark stands inside a sentence, before its last comma
        head, comma, tail = lines[4].rpartition("，")
        lines[4] = f"{head}(转载请注明来自:{view.site}http://www.douya.example/){comma}{tail}" if comma else lines[4]
    pictures = "".join(
        f'<div class="pg"><img src="/p/{view.number}/{n}.png" alt=""><span>第{n}页 / 共{total}页</span></div>'
        for n in range(1, total + 1)
    )
    return f"""<!DOCTYPE html><html><head>{view.meta}<title>{title} - {view.site}</title></head><body><div class="top"><a href="/">{view.site}</a><form action="/search"><input name="q"></form></div>
<div class="doc"><h1>{title}</h1><div class="docinfo">{anchor(view.channel)} <span>格式：{facts["format"].lower()}</span> <span>页数：{total}P</span> <span>上传日期：{facts["uploaded"]}</span></div>
<div class="preview">{pictures}</div><h3>资源描述：</h3><div class="desc" id="txt"><p>{title}{title}。</p>
{chr(10).join(f"<p>{line}</p>" for line in lines)}
</div><p>...</p><a class="more" href="javascript:;">展开阅读全文</a>
<div class="tips">温馨提示:<br/>1. 本站所有资源如无特殊说明，都需要本地电脑安装OFFICE和PDF阅读器。<br/>2. 本站的文档不包含任何第三方提供的附件图纸等，如果需要附件，请联系上传者。<br/>3. 未经权益所有人同意不得将文件中的内容挪作商业或盈利用途。<br/>4. 本站不保证下载资源的准确性、安全性和完整性。</div>
<div class="rel"><h3>相关资源</h3><ul>{items(view.related)}</ul></div></div>
<div class="foot">关于我们 - 网站声明 - 网站地图 - 友情链接 - 网站客服 - 联系我们<br>copyright@ {view.site} 版权所有 ©2021</div></body></html>"""


def zero_height(view: View) -> str:
    title, facts, total = view.story.title, view.facts, int(view.facts["pages"])
    pictures = "".join(
        f'<div class="page-img" data-page="{n}"><img data-src="/img/{view.number}/{n}.jpg" alt="{title}_第{n}页"></div>'
        for n in range(1, total + 1)
    )
    text = "".join(f"<p>{line}</p>" for line in view.paragraphs)
    return f"""<!DOCTYPE html><html lang="zh"><head>{view.meta}<title>{title} - {view.site}</title><style>.zero-height{{height:0;overflow:hidden}}</style></head>
<body><nav class="navbar"><a class="navbar-brand" href="/">{view.site}</a><ul><li>{anchor(view.channel)}</li><li><a href="/login">登录</a></li></ul></nav>
<ol class="breadcrumb"><li><a href="/">首页</a></li><li>{anchor(view.channel)}</li><li class="active">{title}</li></ol>
<div class="container"><h1 class="doc-title">{title}</h1><ul class="doc-meta"><li>格式：{facts["format"]}</li><li>页数：{facts["pages"]}页</li><li>大小：{facts["size"]}</li><li>上传人：{facts["uploader"]}</li><li>上传时间：{facts["uploaded"]}</li></ul>
<div class="doc-viewer">{pictures}</div><div class="zero-height">{text}</div>
<div class="doc-bar"><button>下载文档</button><span>售价：{facts["price"]}</span></div></div>
<div class="side"><h4>相关推荐</h4><ul>{items(view.related)}</ul></div><footer><p>本站文档均由用户上传分享，如有侵权请发送邮件，我们将在24小时内删除。</p><p>© 2023 {view.site}</p></footer></body></html>"""


UNFOLD = Skin("wenku-unfold", unfold)
ZERO_HEIGHT = Skin("wenku-zero-height", zero_height)
