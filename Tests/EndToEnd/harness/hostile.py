# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""What people and robots have put into forms to make somebody's program do something.

Lines end as the store keeps them; other ends are tested where they come in.
"""

ATTACK = "document.title='owned'"

# What the owner's page is shown, each kind by itself.
ON_A_PAGE = {
    "html": f"<script>{ATTACK}</script><img src=https://evil.example/i.png onerror=\"{ATTACK}\"><b onclick=\"{ATTACK}\">b</b>",
    "svg": f"<svg onload=\"{ATTACK}\"><image href='https://evil.example/i.svg'/><foreignObject><iframe src='https://evil.example'>",
    "css": "<style>*{display:none!important}</style><link rel=stylesheet href=https://evil.example/x.css> @import url(//evil.example)",
    "links": f"javascript:{ATTACK} data:text/html,<script>{ATTACK}</script> https://evil.example/?q=<a href='https://evil.example'>x</a>",
    "breakout": f"</div></body></html>\"'><base href='https://evil.example/'><meta http-equiv=refresh content='0;https://evil.example'>",
    "templates": "{{constructor.constructor('" + ATTACK + "')()}} ${" + ATTACK + "} <%= 1 %> %0d%0aSet-Cookie:x=1",
    "bidi": "\u202eevil\u202c \u2066x\u2069 \u200f\u200e العربية \u2067abc",
    "zalgo": "Z" + "\u0335\u0321\u031b" * 60 + " a" * 20,
    "zero width": "\u200b\u200c\u200d\ufeff\u2060 x \u00ad",
    "formula": "=HYPERLINK(\"https://evil.example\",\"x\")",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈" * 30,
    "huge": "W" * 9_000,
}

# And what else is exported and mailed.
HOSTILE = [
    *ON_A_PAGE.values(),
    # Spreadsheets.
    "=HYPERLINK(\"http://evil.example\",\"click\")", "=cmd|' /C calc'!A0", "+SUM(1,2)", "-2+3", "@SUM(A1:A9)", "\t=1+1",
    "＝1+1", "\"=1+1\"", "a\";=1+1;\"", "line 1\nline 2\n\n=line 3", "a,b;c\td",
    # Pages.
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<style>*{display:none}</style>",
    "javascript:alert(1)", "{{7*7}}${7*7}<%= 7*7 %>",
    "&lt;b&gt; &amp;amp; &#60;i&#62;", "--><script>alert(1)</script><!--", "]]><x>",
    # Mails.
    "x\nBcc: victim@evil.example\n\n<h1>body</h1>", "=?utf-8?q?=0D=0ABcc:_victim@evil.example?=", "\"a\" <victim@evil.example>,",
    "\n.\nQUIT", "------=_boundary\nContent-Type: text/html\n\n<b>x</b>",
    # Letters.
    "\u202ertl\u202c gpj.exe", "\u200b\ufeffzero", "z\u0351\u032b\u0353alg\u0489o",
    "\U0001F469\U0001F3FD\u200d\U0001F692", "\u2028x\u2029",
    # Programs and terminals.
    "'; DROP TABLE submission; --", "../../etc/passwd", "%s%n%x", "\\u0000\\x00", "0" * 20_000, "\x1b[31mred\x1b[0m",
]
