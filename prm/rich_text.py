"""Text with simple formatting: written as Markdown or HTML, shown only after it was cleaned.

What comes out of `to_html` holds no script, style, picture, frame, form or handler, whatever was
written: nh3 (ammonia) keeps the tags and attributes below and drops the rest.
"""

import html
import re
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS: Final = frozenset({
    "p", "br", "strong", "b", "em", "i", "u", "s", "code", "pre", "blockquote", "ul", "ol", "li",
    "h2", "h3", "h4", "a", "hr", "table", "thead", "tbody", "tr", "th", "td",
})  # fmt: skip
ATTRIBUTES: Final = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES: Final = frozenset({"http", "https", "mailto"})
_MARKDOWN: Final = MarkdownIt("commonmark", {"html": True, "breaks": True}).enable(
    ["table", "strikethrough"]
)
_LINE_END: Final = re.compile(r"(?:</li>|</tr>|<br>)\n?")
_BLOCK_END: Final = re.compile(r"</(?:p|h[2-4]|pre|blockquote)>|<hr>")
_ITEM: Final = re.compile(r"<li>")
_SPACES: Final = re.compile(r"[ \t]+")
_EMPTY_LINES: Final = re.compile(r"\n\s*\n+")


def to_html(source: str) -> str:
    """`source` (Markdown, HTML within it allowed) as harmless HTML; headings begin at h2."""
    tokens = _MARKDOWN.parse(source)
    for token in tokens:
        _demote(token)
    return nh3.clean(
        str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})),
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer nofollow",
    )


def to_text(source: str) -> str:
    """The same as plain text, for mails and for search."""
    marked = _ITEM.sub("<li>- ", _LINE_END.sub("\n", _BLOCK_END.sub("\n", to_html(source))))
    plain = html.unescape(nh3.clean(marked, tags=set()))
    lines = "\n".join(_SPACES.sub(" ", line).strip() for line in plain.splitlines())
    return _EMPTY_LINES.sub("\n\n", lines).strip()


def excerpt(source: str, most: int = 280) -> str:
    """The beginning of its plain text on one line, at most `most` characters."""
    text = " ".join(to_text(source).split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _demote(token: Token) -> None:
    """The page has the first heading; the writer's begin one below and end at the fourth."""
    if token.type in {"heading_open", "heading_close"}:
        token.tag = f"h{min(int(token.tag[1]) + 1, 4)}"
