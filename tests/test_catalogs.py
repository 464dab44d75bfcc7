"""Texts are found in code and templates, and missing translations are named."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from prm import catalogs

CODE = """
from django.utils.translation import gettext as _, ngettext, pgettext
a = _("Plain")
b = ngettext("%(n)d row", "%(n)d rows", 3)
c = pgettext("month", "May")
d = _(a)
"""
TEMPLATE = """
    {% load i18n %}
  <p title="it's">{% translate "Short" %} {{ _("Constant") }}</p>
      {% blocktranslate count n=rows trimmed %}
        One <b>{{ n }}</b>
      {% plural %}
        Many {{ n }}
      {% endblocktranslate %}
{% include "part.html" with title=_("Passed on") %}
"""
PO = """
msgid ""
msgstr "Plural-Forms: nplurals=1; plural=0;\\n"

msgid "Plain"
msgstr "Polos"

#, fuzzy
msgid "Short"
msgstr "Pendek"

#, python-format
msgid "%(n)d row"
msgid_plural "%(n)d rows"
msgstr[0] "%(m)d baris"

msgid "Gone"
msgstr "Hilang"
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "views.py").write_text(CODE)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(TEMPLATE)
    (tmp_path / "templates" / "mail.txt").write_text('{% load i18n %}{% translate "Mailed" %}')
    return tmp_path


def collect(tree: Path) -> Catalog:
    return catalogs.collect([tree / "shop"], tree / "templates")


def test_all_kinds_of_texts_are_found(tree: Path) -> None:
    found = {message.id for message in collect(tree) if message.id}
    assert found == {
        "Plain",
        ("%(n)d row", "%(n)d rows"),
        "May",
        "Short",
        "Constant",
        ("One <b>%(n)s</b>", "Many %(n)s"),
        "Passed on",
        "Mailed",
    }


def test_each_fault_has_its_name(tree: Path) -> None:
    path = tree / "django.po"
    path.write_text(PO)
    said = catalogs.problems(collect(tree), catalogs.load(path, "id"))
    assert "unsure (fuzzy): 'Short'" in said
    assert "missing: 'May'" in said
    assert "no longer used: 'Gone'" in said
    assert any(line.startswith("broken (") and "row" in line for line in said)
    assert not any("Plain" in line for line in said)


def test_a_text_that_counts_must_not_stand_alone(tree: Path) -> None:
    (tree / "shop" / "acts.py").write_text(
        'a = ngettext("Review", "Review %(n)d", 3)\nb = ngettext("%(n)d day", "%(n)d days", 3)\n'
    )
    catalogue = catalogs.load(tree / "django.po", "id")
    assert not any("alone" in line for line in catalogs.problems(collect(tree), catalogue))
    (tree / "shop" / "titles.py").write_text('c = _("Review")\nd = _("%(n)d day")\n')
    said = [line for line in catalogs.problems(collect(tree), catalogue) if "alone" in line]
    assert said == ["also stands alone, without its number: 'Review'"]
    catalogs.update(collect(tree), catalogue, tree / "django.po")
    assert "alone" not in (tree / "django.po").read_text()


def test_an_update_adds_new_texts_drops_old_ones_and_keeps_the_rest(tree: Path) -> None:
    path = tree / "locale" / "id" / "django.po"
    found = collect(tree)
    catalogs.update(found, catalogs.load(path, "id"), path)
    text = path.read_text().replace('msgid "Plain"\nmsgstr ""', 'msgid "Plain"\nmsgstr "Polos"')
    path.write_text(text)
    (tree / "shop" / "views.py").write_text(CODE + 'e = _("New")\n')
    (tree / "templates" / "mail.txt").unlink()
    catalogs.update(collect(tree), catalogs.load(path, "id"), path)
    written = catalogs.load(path, "id")
    plain = written.get("Plain")
    assert plain
    assert plain.string == "Polos"
    assert written.get("New") is not None
    assert written.get("Mailed") is None
    assert written.num_plurals == 1
