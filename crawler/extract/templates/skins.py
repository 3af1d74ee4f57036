"""The table of skins: to add one, add an entry here and a page of it with its gold to tests/fixtures/skins.

The first entry that recognises a page names its template, so portals stand before CMSs: a portal's page may be made
with one. What the fields mean: skin.py.
"""

from __future__ import annotations

from crawler.extract.templates.skin import Sign, Skin

SKINS: tuple[Skin, ...] = (
    Skin(
        name="wechat",
        vendor="公众号 articles of mp.weixin.qq.com (Tencent)",
        signs=(Sign("js_content", "activity-name js_name img-content"),),
        title=("#activity-name",),
        body=("#js_content",),
        drop=("#js_pc_qr_code", "#js_profile_qrcode", ".reward_area"),
        source=("#js_name",),
        author=("#js_author_name", "span.rich_media_meta_text"),
    ),
    Skin(
        name="toutiao",
        vendor="今日头条 articles (ByteDance)",
        signs=(Sign("article-sub syl-page-article syl-article-base tt-article-content"),),
        body=(".syl-page-article", ".article-content", ".tt-article-content"),
        accounts=True,
    ),
    Skin(
        name="baijiahao",
        vendor="百家号 articles of baijiahao.baidu.com (Baidu)",
        signs=(Sign("article-content maincontent", "author-name author-txt"),),
        author=("p.author-name", ".author-name"),
        accounts=True,
    ),
    Skin(
        name="sina",
        vendor="新浪 article pages since 2009 (Sina)",
        signs=(
            Sign("artibody", "artinfo page-info artibodytitle blkcontainersblk"),
            Sign("date-source", "main-title artibody"),
        ),
        title=("h1.main-title", "#artibodytitle"),
        body=("#artibody", "#article"),
        drop=(
            ".appendqr_wrap",
            ".show_statement",
            ".ct_hqimg",
            ".xb_new_finance_app",
            ".finance_app_zqtg",
            ".app-kaihu-qr",
            ".othercontent_01",
            ".othercontentsina",
            "#left_hzh_ad",
            ".quotation",
            ".artical-player-wrap",
        ),
        source=("span.source", "a.source", ".ent-source"),
    ),
    Skin(
        name="netease",
        vendor="网易 article pages (NetEase)",
        signs=(Sign("endtext post_body", "post_title post_main epcontentleft ep-content-main post_info ne_wrap"),),
        title=("h1.post_title",),
        body=("#endtext", ".post_body", ".post_text"),
        drop=(
            ".post_btmshare",
            ".ep-source",
            ".gg200x300",
            ".otitle",
            ".post_end_ad",
            ".post_recommend",
            ".post_statement",
            ".special_tag_wrap",
        ),
    ),
    Skin(
        name="sohu",
        vendor="搜狐号 article pages (Sohu)",
        signs=(Sign("mp-editor"),),
        body=("#mp-editor",),
        drop=(".editor-name", ".backsohu", "#backsohucom"),
        accounts=True,
    ),
    Skin(
        name="ifeng",
        vendor="凤凰网 article pages before 2019 (Phoenix New Media)",
        signs=(Sign("artical_real artical_topic"),),
        title=("#artical_topic",),
        body=("#main_content", "#artical_real"),
        drop=("#embed_hzh_div", ".ifenglogo"),
    ),
    Skin(
        name="tencent",
        vendor="腾讯新闻 article pages, old and new (Tencent)",
        signs=(Sign("cnt-main-article-qq articlecnt content-article"),),
        body=("#cnt-main-article-qq", "#articlecnt", ".content-article"),
        drop=("#sharebtn", ".rv-root-v2", ".rv-middle", ".videoplayerwrap", "#relinfo", ".split", "#invideocon"),
        published=(".a_time",),
        source=("span.a_source", ".media-name"),
    ),
    Skin(
        name="people",
        vendor="人民网 article pages (People’s Daily Online)",
        signs=(Sign("rwb_zw rm_txt_con p_content artdet"),),
        body=(".rm_txt_con", "#rwb_zw", ".box_con", "#p_content", ".artdet"),
        drop=(".edit", "#rwb_bdstips", ".zdfy", ".box_pic", "#p_editor", ".otitle"),
    ),
    Skin(
        name="xinhua",
        vendor="新华网 article pages (Xinhua News Agency)",
        signs=(Sign("p-detail detailcontent", "h-info header-time h-news h-title div_currpage articleedit"),),
        body=("#detailcontent", "#p-detail"),
        drop=("#articleedit", ".zan-wap", ".nextpage", "#div_currpage", ".video-player", ".xgxw", ".tadd"),
    ),
    Skin(
        name="thepaper",
        vendor="澎湃新闻 article pages (The Paper)",
        signs=(Sign("news_txt news_part"),),
        title=("h1.news_title",),
        body=(".news_txt", ".news_part"),
        drop=(".go_news", ".zan_ding", ".infor_item"),
    ),
    Skin(
        name="gmw",
        vendor="光明网 article pages (Guangming Online)",
        signs=(
            Sign("u-maintext m_tips"),
            Sign("contentmain", "contentliability articletitle"),
        ),
        title=("h1.u-title", "#articletitle"),
        body=(".u-maintext", "#contentmain"),
        drop=(".m-zbtool", "#contentliability"),
    ),
    Skin(
        name="youth",
        vendor="中国青年网 article pages (China Youth Network)",
        signs=(Sign("rdwz rdwz_fh pwz"),),
        drop=(".rdwz_fh", ".fy"),
    ),
    Skin(
        name="china_com_cn",
        vendor="中国网 article pages (China.org.cn)",
        signs=(Sign("articlebody", "apdiv1 fontsizeset artititle pubtime_baidu"),),
        body=("#articlebody",),
    ),
    Skin(
        name="southcn",
        vendor="南方网 article pages (Southcn)",
        signs=(Sign("articleouterbox m-article"),),
    ),
    Skin(
        name="cctv",
        vendor="央视网 article pages (CCTV)",
        signs=(Sign("content_area cnt_bd"),),
        body=("#content_area", ".content_area", ".cnt_bd"),
    ),
    Skin(
        name="doc_family",
        vendor='the 文库 family behind "ImageVerifierCode 换一换": bdocx, bingdoc, 31doc, 31ppt, wenkunet',
        signs=(
            Sign(source="ImageVerifierCode"),
            Sign(title="珍藏版"),
        ),
        body=(".article_body", ".inner_text"),
        documents=True,
    ),
    Skin(
        name="renrendoc",
        vendor="人人文库 renrendoc",
        signs=(Sign("doc-content detail-content doc_content p_main detail_content", source="renrendoc"),),
        documents=True,
    ),
    Skin(
        name="dochub",
        vendor="DocHub open-source 文库: the text is in a block of no height, the visible pages are pictures",
        signs=(Sign("zero-height"),),
        body=(".zero-height",),
        documents=True,
    ),
    Skin(
        name="docs360",
        vendor="360docs: several documents behind one page",
        signs=(Sign("doc-list doc_list collection", source="合集下载"),),
        documents=True,
    ),
    Skin(
        name="docin",
        vendor="docin and Baidu style viewers with hidden watermark spans",
        signs=(Sign("reader-txt-layer reader-word-layer docin_reader contentpage"),),
        drop=(".watermark", ".hidden-mark"),
        documents=True,
    ),
    Skin(
        name="qidian",
        vendor="起点 chapters (阅文)",
        signs=(
            Sign("chapterwrapper read-content"),
            Sign(og_url="qidian.com"),
        ),
    ),
    Skin(
        name="jcms",
        vendor="大汉 jcms/JPAAS of government sites (大汉软件)",
        signs=(Sign("zoom", "barrierfree_container hiddenlocation con-title"),),
        title=(".con-title",),
        body=("#zoom",),
    ),
    Skin(
        name="visionsite",
        vendor="博达 VSB, site builder of universities and offices (博达软件)",
        signs=(Sign("vsb_content vsb_content_2 vsb_content_4 vsb_content_501 v_news_content"),),
        body=(".v_news_content", "#vsb_content", "#vsb_content_2", "#vsb_content_4", "#vsb_content_501"),
    ),
    Skin(
        name="siteserver",
        vendor="SiteServer CMS (百容千域)",
        signs=(
            Sign(loads="/sitefiles/"),
            Sign(generator="siteserver"),
        ),
    ),
    Skin(
        name="trs",
        vendor="TRS WCM, pages made in its editor (拓尔思)",
        signs=(Sign("trs_editor trs_ueditor trs_editor_view"),),
        body=(".trs_editor", ".trs_editor_view", ".trs_ueditor"),
    ),
    Skin(
        name="siteweaver",
        vendor="动易 SiteWeaver table skins (动易网络)",
        signs=(Sign("main_articletitle main_tdbg_760 linkprevarticle"),),
        title=(".main_articletitle",),
        body=("#fontzoom",),
    ),
    Skin(
        name="phpcms",
        vendor="PHPCMS v9 (酷溜网络)",
        signs=(
            Sign("switchbigclass"),
            Sign("article", source='id="Article"'),
        ),
    ),
    Skin(
        name="empirecms",
        vendor="帝国 EmpireCMS (帝国软件)",
        signs=(
            Sign("diggnum pl-520am ecmsinfo showpage_ecms"),
            Sign(loads="/e/public/viewclick"),
            Sign(generator="empirecms"),
        ),
    ),
    Skin(
        name="discuz",
        vendor="Discuz! portal articles (Comsenz)",
        signs=(Sign("article_content", "bm vw ct wp"),),
        title=("h1.ph",),
        body=("#article_content",),
    ),
    Skin(
        name="wordpress",
        vendor="WordPress themes",
        signs=(
            Sign(loads="/wp-content/"),
            Sign(generator="wordpress"),
        ),
        body=(".entry-content", ".single-content"),
        drop=(".st-related-posts", ".sharedaddy", ".wp-post-navigation", ".post-copyright"),
    ),
    Skin(
        name="dedecms",
        vendor="织梦 DedeCMS, stock, varied and mobile skins (卓卓网络)",
        signs=(
            Sign("arcbody viewbox dede_pages"),
            Sign("thisclass", "pagelist pagebreak page pages dede_pages"),
            Sign(loads="/plus/count.php"),
        ),
    ),
)
