"""Forms of an import: the file, and what its columns mean."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import selectors as campaigns
from commissions.imports import cells as written
from commissions.imports.mapping import Plan
from commissions.imports.running import Kind
from portal import choices

DATE_WORDS = {
    "year": gettext_lazy("2026-11-19, the year first"),
    "day": gettext_lazy("19/11/2026, the day first"),
    "month": gettext_lazy("11/19/2026, the month first"),
}

PROGRAM_WORDS = {
    "sales": gettext_lazy("Its rules say what the sales earn, each by the rule of its date."),
    "partners": gettext_lazy("The file's partners are put into it. Without one, into none."),
    "links": gettext_lazy("Needed where a partner is in several programs."),
}


class FileForm(forms.Form):
    """A file, of whatever kind."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.gz,text/csv,application/gzip"}),
        help_text=gettext_lazy(
            "CSV, also packed as .csv.gz, up to 50 MB. The first line names the columns."
        ),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.MAX_UPLOAD_BYTES:
            raise forms.ValidationError(_("The file is larger than 50 MB. Pack it as .csv.gz."))
        return file


class MappingForm(forms.Form):
    """What each column of a kind of file means, and how to read it."""

    program = forms.ChoiceField(label=gettext_lazy("Program"), required=False)
    currency = forms.ChoiceField(label=gettext_lazy("Currency where no column says it"))
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone of the dates"))
    dates = forms.ChoiceField(
        label=gettext_lazy("Dates are written like"), choices=list(DATE_WORDS.items())
    )
    comma = forms.ChoiceField(
        label=gettext_lazy("Decimal mark"),
        choices=[("", gettext_lazy("1,234.50, a point")), ("1", gettext_lazy("1.234,50, a comma"))],
        required=False,
    )
    credit_prefix = forms.CharField(
        label=gettext_lazy("Numbers of credit notes begin with"),
        max_length=10,
        required=False,
        help_text=gettext_lazy("For example C. Credit notes take commission back."),
    )
    create_partners = forms.BooleanField(
        label=gettext_lazy("Make partners that are not known yet, and put them into the program"),
        required=False,
    )
    ignored = forms.CharField(
        label=gettext_lazy("Values of the partner column that name no partner"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One on each line. Their sales are kept and earn nobody anything."),
    )

    def __init__(self, *args: Any, kind: Kind, header: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for name in [name for name in self.fields if name not in kind.options]:
            del self.fields[name]
        columns = [("", _("No column")), *((name, name) for name in header if name)]
        for key, target in kind.fields.items():
            self.fields[f"column_{key}"] = forms.ChoiceField(
                label=str(target.label),
                choices=columns,
                required=target.required,
                help_text=str(target.help),
            )
        programs = [(str(row.pk), row.name) for row in campaigns.programs().order_by("name")]
        none = [] if kind.needs_program else [("", _("No program"))]
        self._choices("program", [*none, *programs])
        if "program" in self.fields:
            self.fields["program"].required = kind.needs_program
            self.fields["program"].help_text = PROGRAM_WORDS[kind.name]
        self._choices("currency", choices.currencies())
        self._choices("time_zone", choices.time_zones())

    @property
    def columns(self) -> list[forms.BoundField]:
        """The fields that stand for columns."""
        return [self[f"column_{key}"] for key in self.kind.fields]

    @property
    def others(self) -> list[forms.BoundField]:
        """How to read them."""
        return [self[name] for name in self.fields if not name.startswith("column_")]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        chosen: dict[str, str] = {}
        for key in self.kind.fields:
            name = data.get(f"column_{key}")
            both_countries = {key, chosen.get(name or "", "")} == {"partner", "country"}
            if name and name in chosen and not both_countries:
                message = _("This column means “%(other)s” already.")
                label = self.kind.fields[chosen[name]].label
                self.add_error(f"column_{key}", message % {"other": label})
            elif name:
                chosen[name] = key
        return data

    def plan(self) -> Plan:
        """The valid form as a plan."""
        data = self.cleaned_data
        names = {key: data[f"column_{key}"] for key in self.kind.fields}
        return Plan(
            columns={key: name for key, name in names.items() if name},
            program=data.get("program", ""),
            currency=data.get("currency", ""),
            time_zone=data.get("time_zone") or "UTC",
            credit_prefix=data.get("credit_prefix", "").strip(),
            dates=data.get("dates") or "year",
            comma=bool(data.get("comma")),
            create_partners=data.get("create_partners", False),
            ignored=[
                text for line in data.get("ignored", "").splitlines() if (text := line.strip())
            ],
        )

    def _choices(self, name: str, found: Sequence[tuple[str, str]]) -> None:
        if name in self.fields:
            self.fields[name].choices = found  # type: ignore[attr-defined]


def initial_of(plan: Plan) -> dict[str, Any]:
    """A plan as the form shows it."""
    values: dict[str, Any] = {f"column_{key}": name for key, name in plan.columns.items()}
    for name in ("program", "currency", "time_zone", "dates", "credit_prefix", "create_partners"):
        values[name] = getattr(plan, name)
    return {**values, "comma": "1" if plan.comma else "", "ignored": "\n".join(plan.ignored)}


def guessed(
    kind: Kind,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    currency: str,
    time_zone: str,
) -> Mapping[str, Any]:
    """First values of the form, from column names and the first rows."""
    columns = written.guess(header, kind.fields)
    values = written.values_of(columns, header, rows)
    return {
        **{f"column_{key}": name for key, name in columns.items()},
        "dates": written.guess_dates(values(kind.dates)),
        "comma": "1" if written.guess_comma(values(kind.amounts)) else "",
        "currency": currency,
        "time_zone": time_zone,
    }
