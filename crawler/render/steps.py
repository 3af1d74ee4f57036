"""What is evaluated in a page, as JavaScript: how much there is, scrolling on, pressing 加载更多."""

MEASURE = """() => {
  const body = document.body;
  return [body ? body.innerText.length : 0, document.getElementsByTagName('*').length];
}"""
"""[characters shown, number of elements]"""

SCROLL = """() => {
  let moved = false;
  const step = (box, height) => {
    const before = box.scrollTop;
    box.scrollTop = before + Math.max(200, 0.9 * height);
    moved = moved || box.scrollTop > before + 1;
  };
  step(document.scrollingElement || document.documentElement, window.innerHeight);
  for (const box of document.querySelectorAll('div, main, section, ul, article')) {
    if (box.scrollHeight > box.clientHeight + 50 && /auto|scroll/.test(getComputedStyle(box).overflowY)) {
      step(box, box.clientHeight);
    }
  }
  return moved;
}"""
"""Scrolls the document and boxes inside it on by a screen; whether anything moved."""

CLICK = r"""isList => {
  const whole = new RegExp(
    '^(点击|點擊|点此|上拉)?(加载|載入|查看|显示|顯示|展开|展開|阅读|閱讀|浏览)'
    + '(更多|全文|全部|余下全文|剩余全文|剩余\\d*页|剩余部分)(内容|內容|新闻|新聞|文章)?[>»↓▼∨…\\.]*$'
    + '|^(点击|點擊)?(更多|全文)(内容|內容|新闻|新聞|文章)?[>»↓▼∨…\\.]*$'
    + '|^(继续阅读|繼續閱讀)(全文)?[>»↓▼∨]*$|^(load|show|read) ?more$', 'i');
  const next = /^(下一页|下一頁|下页|next)[>»›]*$/i;
  const leads = element => {
    const link = element.closest('a');
    if (!link) return false;
    const href = (link.getAttribute('href') || '').trim();
    return href !== '' && !href.startsWith('#') && !/^javascript:/i.test(href);
  };
  for (const element of document.querySelectorAll('button, a, [role=button], div, span, p, li')) {
    if (element.childElementCount > 2) continue;
    const text = (element.innerText || '').replace(/\s+/g, '');
    if (!text || text.length > 16) continue;
    if (!whole.test(text) && !(isList && next.test(text))) continue;
    if (element.disabled || !element.getClientRects().length || leads(element)) continue;
    if (element.closest('[class*=comment], [id*=comment], [class*=disabled]')) continue;
    let target = element;
    while (target.childElementCount === 1 && target.firstElementChild.innerText === target.innerText) {
      target = target.firstElementChild;
    }
    target.click();
    return true;
  }
  return false;
}"""
"""Presses the first control that shows more of the page, in a list also 下一页; whether there was one.

Never a link that leads to another page: such links are read like any others.
"""
