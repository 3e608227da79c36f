# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""What people and robots have put into forms to make somebody's program do something.

Lines end as the store keeps them; other ends are tested where they come in.
"""

ATTACK = "document.title='owned'"

HOSTILE = [
    # Spreadsheets.
    "=HYPERLINK(\"http://evil.example\",\"click\")", "=cmd|' /C calc'!A0", "+SUM(1,2)", "-2+3", "@SUM(A1:A9)", "\t=1+1",
    "＝1+1", "\"=1+1\"", "a\";=1+1;\"", "line 1\nline 2\n\n=line 3", "a,b;c\td",
    # Pages.
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<style>*{display:none}</style>",
    "javascript:alert(1)", "{{7*7}}${7*7}<%= 7*7 %>",
    f"<script>{ATTACK}</script><img src=https://evil.example/i.png onerror=\"{ATTACK}\"><b onclick=\"{ATTACK}\">b</b>",
    f"<svg onload=\"{ATTACK}\"><image href='https://evil.example/i.svg'/><foreignObject><iframe src='https://evil.example'>",
    "<link rel=stylesheet href=https://evil.example/x.css> @import url(//evil.example)",
    f"javascript:{ATTACK} data:text/html,<script>{ATTACK}</script> https://evil.example/?q=<a href='https://evil.example'>x</a>",
    "</div></body></html>\"'><base href='https://evil.example/'><meta http-equiv=refresh content='0;https://evil.example'>",
    "{{constructor.constructor('" + ATTACK + "')()}} ${" + ATTACK + "} <%= 1 %> %0d%0aSet-Cookie:x=1",
    "&lt;b&gt; &amp;amp; &#60;i&#62;", "--><script>alert(1)</script><!--", "]]><x>",
    # Mails.
    "x\nBcc: victim@evil.example\n\n<h1>body</h1>", "=?utf-8?q?=0D=0ABcc:_victim@evil.example?=", "\"a\" <victim@evil.example>,",
    "\n.\nQUIT", "------=_boundary\nContent-Type: text/html\n\n<b>x</b>",
    # Letters.
    "\u202ertl\u202c gpj.exe", "\u202eevil\u202c \u2066x\u2069 \u200f\u200e العربية \u2067abc", "\u200b\ufeffzero",
    "\u200b\u200c\u200d\ufeff\u2060 x \u00ad", "z\u0351\u032b\u0353alg\u0489o", "Z" + "\u0335\u0321\u031b" * 60 + " a" * 20,
    "\U0001F469\U0001F3FD\u200d\U0001F692", "\U0001F469\u200d\U0001F467\U0001F3F3\ufe0f\u200d\U0001F308" * 30, "\u2028x\u2029",
    # Programs and terminals.
    "'; DROP TABLE submission; --", "../../etc/passwd", "%s%n%x", "\\u0000\\x00", "0" * 20_000, "\x1b[31mred\x1b[0m",
]
