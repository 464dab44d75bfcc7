"""Collects the texts of code and templates and compares them with the translations in locale/.

Does what makemessages does, with Babel in place of GNU gettext, which a machine may not have.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

# Of the languages in settings.LANGUAGES but English; Babel does not know them all.
PLURAL_FORMS = {"id": "nplurals=1; plural=0;"}
_SINGULAR = ("gettext", "gettext_lazy", "gettext_noop", "_")
_PLURAL = ("ngettext", "ngettext_lazy")
_CONTEXT = ("pgettext", "pgettext_lazy")
_CONTEXT_PLURAL = ("npgettext", "npgettext_lazy")
_SKIPPED = {"migrations", "tests", "node_modules", "__pycache__"}
_LINE_WIDTH = 100
_ALONE = "alone"  # flag of a text that stands somewhere without a number
_PLACE = re.compile(r"%\((\w+)\)")


def collect(packages: list[Path], templates: Path) -> Catalog:
    """Every text that is marked for translation, as a catalogue without translations."""
    found = Catalog(domain="django", charset="utf-8")
    for source in _sources(packages, templates):
        text = source.read_text(encoding="utf-8")
        if source.suffix != ".py":
            # what is left has the layout of the template and would read as bad indentation
            text = re.sub(r"(?m)^[ \t]+", "", templatize(text, origin=str(source)))
        _add_texts(found, text)
    return found


def _sources(packages: list[Path], templates: Path) -> Iterator[Path]:
    for package in sorted(packages):
        for path in sorted(package.rglob("*.py")):
            if not _SKIPPED & set(path.relative_to(package).parts):
                yield path
        yield from _templates(package / "templates")
    yield from _templates(templates)


def _templates(directory: Path) -> list[Path]:
    return sorted(path for path in directory.rglob("*") if path.suffix in {".html", ".txt"})


def _add_texts(found: Catalog, text: str) -> None:
    keywords = dict.fromkeys((*_SINGULAR, *_PLURAL, *_CONTEXT, *_CONTEXT_PLURAL))
    extracted = extract_python(BytesIO(text.encode()), keywords, (), {"encoding": "utf-8"})
    for _line, function, arguments, _comments in extracted:
        given = list(arguments) if isinstance(arguments, tuple | list) else [arguments]
        context = None
        if function in _CONTEXT + _CONTEXT_PLURAL:
            context = given.pop(0)
        texts = given[: 2 if function in _PLURAL + _CONTEXT_PLURAL else 1]
        if all(isinstance(part, str) and part for part in texts):
            msgid = texts[0] if len(texts) == 1 else tuple(texts)
            found.add(msgid, context=context, flags=[_ALONE] if len(texts) == 1 else [])


def load(path: Path, language: str) -> Catalog:
    """The translations on disk; an empty catalogue where there is no file yet."""
    header = f'msgid ""\nmsgstr ""\n"Plural-Forms: {PLURAL_FORMS[language]}\\n"\n'
    source = path.read_bytes() if path.exists() else header.encode()
    return read_po(BytesIO(source), locale=language, domain="django")


def problems(found: Catalog, translated: Catalog) -> list[str]:
    """What is missing, unsure, broken or left over, one line each."""
    said: list[str] = []
    for message in found:
        if message.id:
            known = translated.get(message.id, message.context)
            if fault := _fault(known, translated):
                said.append(f"{fault}: {_first(message)}")
            if _lacks_its_number(message):
                said.append(f"also stands alone, without its number: {_first(message)}")
    said += [
        f"no longer used: {_first(message)}"
        for message in translated
        if message.id and found.get(message.id, message.context) is None
    ]
    return said


def _fault(known: Message | None, translated: Catalog) -> str | None:
    if known is None:
        return "missing"
    if known.fuzzy:
        return "unsure (fuzzy)"
    strings = known.string if isinstance(known.string, tuple | list) else (known.string,)
    if not all(strings):
        return "untranslated"
    if errors := known.check(translated):
        return f"broken ({errors[0]})"
    return None


def _lacks_its_number(message: Message) -> bool:
    """Whether a text is used alone and also as the singular of one with more to fill in.

    Both are one entry in a catalogue, and a language without plurals would show the placeholder.
    """
    if not message.pluralizable or _ALONE not in message.flags:
        return False
    one, many = (set(_PLACE.findall(part)) for part in message.id)
    return bool(many - one)


def _first(message: Message) -> str:
    return repr(message.id[0] if isinstance(message.id, tuple | list) else message.id)


def update(found: Catalog, translated: Catalog, path: Path) -> None:
    """Writes the file anew: new texts empty, unused ones gone, translations kept."""
    translated.update(found, no_fuzzy_matching=True, update_header_comment=False)
    translated.obsolete.clear()
    for message in translated:
        message.flags.discard(_ALONE)
    # dates in the header would make every update a conflict
    translated.creation_date = translated.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    translated.header_comment = ""
    translated.fuzzy = False
    translated.project, translated.msgid_bugs_address = "prm", ""
    translated.last_translator = translated.language_team = ""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as output:
        write_po(output, translated, width=_LINE_WIDTH, no_location=True, sort_output=True)
