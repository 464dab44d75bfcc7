"""What people read of a material beside its name: size, format, length."""

from typing import Final

from django.template.defaultfilters import filesizeformat
from django.utils.translation import ngettext

from campaigns.models import Material
from portal.choices import languages
from portal.money_format import number

KIND_ICONS: Final = {"banner": "photo", "document": "file-text", "text": "align-left"}


def facts(material: Material) -> list[str]:
    """Like `1200 × 628`, `PNG, 84 KB`, `120 words`, `Indonesian`."""
    found = []
    if material.width and material.height:
        found.append(f"{material.width} × {material.height}")
    if material.file_name:
        found.append(f"{ending(material)}, {filesizeformat(material.size)}")
    if material.kind == Material.Kind.TEXT:
        count = len(material.text.split())
        found.append(ngettext("%(n)s word", "%(n)s words", count) % {"n": number(count)})
    if material.language:
        found.append(dict(languages()).get(material.language, material.language))
    return found


def ending(material: Material) -> str:
    """The file's kind in capitals: PDF."""
    return material.file_name.rpartition(".")[2].upper()
