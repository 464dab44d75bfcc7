"""How a file is read where nobody maps its columns by hand: by their names and its first rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from commissions.imports import cells
from commissions.imports.mapping import Plan
from commissions.imports.running import Kind
from prm.errors import FieldError
from prm.validation import refuse_if_any


def plan_for(
    kind: Kind,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    columns: Mapping[str, str],
    **options: Any,
) -> Plan:
    """A plan for a file with this header and these first rows.

    `columns` are {field: column} where the names do not say it, "" for a field that has none;
    `options` are those of Plan. Raises Unacceptable for fields and columns that are not there.
    """
    faults = [
        FieldError(f"columns.{key}"[:100], "unknown", _fault(kind, key))
        for key, name in columns.items()
        if key not in kind.fields or (name and name not in header)
    ]
    refuse_if_any(faults)
    found = {**cells.guess(header, kind.fields), **columns}
    named = set(columns.values())
    found = {
        key: name for key, name in found.items() if name and (key in columns or name not in named)
    }
    values = cells.values_of(found, header, rows)
    guessed: dict[str, Any] = {
        "dates": cells.guess_dates(values(kind.dates)),
        "comma": cells.guess_comma(values(kind.amounts)),
    }
    given = {name: value for name, value in options.items() if name in kind.options}
    return Plan(columns=found, **{**guessed, **given})


def _fault(kind: Kind, key: str) -> str:
    if key in kind.fields:
        return _("The file has no column of this name.")
    return _("Fields are: %(fields)s.") % {"fields": ", ".join(kind.fields)}
