"""What people read of a material beside its name: size, format, length."""

from typing import Final

from django.template.defaultfilters import filesizeformat
from django.utils.translation import ngettext

from campaigns.materials import feeds
from campaigns.materials.kinds import PROSE
from campaigns.models import Material, MaterialVersion
from portal.choices import languages
from portal.money_format import number

KIND_ICONS: Final = {
    "banner": "photo",
    "image": "photo",
    "document": "file-text",
    "text": "mail",
    "social": "message",
    "landing": "browser",
    "video": "player-play",
    "feed": "table",
}


def facts(material: Material) -> list[str]:
    """Like `1200 × 628`, `PNG, 84 KB`, `120 words`, `48 products`, `Indonesian`."""
    found = content_facts(material, material.kind)
    if material.language:
        found.append(dict(languages()).get(material.language, material.language))
    return found


def content_facts(content: Material | MaterialVersion, kind: str) -> list[str]:
    """The same of one version, without its language."""
    found = []
    if content.width and content.height:
        found.append(f"{content.width} × {content.height}")
    if content.products:
        count = content.products
        found.append(ngettext("%(n)s product", "%(n)s products", count) % {"n": number(count)})
        found.append("CSV, XML")
    elif content.file_name:
        found.append(f"{ending(content)}, {filesizeformat(content.size)}")
    if kind in PROSE:
        count = len(content.text.split())
        found.append(ngettext("%(n)s word", "%(n)s words", count) % {"n": number(count)})
    return found


def ending(content: Material | MaterialVersion) -> str:
    """The file's kind in capitals: PDF."""
    return content.file_name.rpartition(".")[2].upper()


def sample_of(material: Material) -> list[str]:
    """The first products of a feed, a line each."""
    try:
        with material.file.open("rb") as file:
            rows = feeds.products(file)
            return [
                ", ".join([row.get("id", ""), row.get("title", ""), row.get("price", "")])
                for row, _number in zip(rows, range(feeds.SAMPLE), strict=False)
            ]
    except FileNotFoundError:
        return []
