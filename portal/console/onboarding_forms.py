"""The form of one step of a program's check-list."""

import uuid
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from campaigns.models import OnboardingStep
from campaigns.models.onboarding import Gate, StepKind, TickedBy
from campaigns.services.onboarding import MAX_STEPS
from portal.console import builder_rows

PREFIX: Final = "s"
NAMES: Final = ("id", "kind", "label", "text", "url", "ticked_by")


class StepForm(forms.Form):
    """One step. Of a built-in one the words may be changed, and what it keeps closed."""

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(choices=StepKind.choices, widget=forms.HiddenInput)
    label = forms.CharField(
        label=gettext_lazy("What there is to do"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("Left empty, a built-in step has the product’s own words."),
    )
    text = forms.CharField(
        label=gettext_lazy("Hint"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    url = forms.URLField(
        label=gettext_lazy("Page to open"), max_length=500, required=False, assume_scheme="https"
    )
    ticked_by = forms.ChoiceField(
        label=gettext_lazy("Who ticks it"), choices=TickedBy.choices, required=False
    )
    gates = forms.MultipleChoiceField(
        label=gettext_lazy("Stays closed until then"),
        choices=Gate.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.kind_code != StepKind.OWN:
            del self.fields["url"], self.fields["ticked_by"]
        else:
            self.fields["label"].help_text = ""

    @property
    def kind_code(self) -> str:
        """The kind of the step, of a posted form too."""
        given = self.data.get(self.add_prefix("kind")) if self.is_bound else None
        return str(given or self.initial.get("kind") or StepKind.OWN)

    @property
    def words(self) -> str:
        """What the step is called in the builder."""
        return str(dict(StepKind.choices).get(self.kind_code, self.kind_code))

    def row(self) -> dict[str, Any]:
        """The step as the service takes it."""
        return dict(self.cleaned_data)


StepFormSet = forms.formset_factory(
    StepForm, extra=0, max_num=MAX_STEPS, absolute_max=MAX_STEPS + 5
)


def rows_of(steps: list[OnboardingStep]) -> list[dict[str, Any]]:
    """Steps as the builder shows them."""
    names = ("kind", "label", "text", "url", "ticked_by", "gates")
    return [{"id": str(step.pk), **{name: getattr(step, name) for name in names}} for step in steps]


def rows_of_post(data: QueryDict) -> list[dict[str, Any]]:
    """The rows as they stand in a posted builder, whole or not."""
    rows = builder_rows.rows_of_post(
        {key: str(value) for key, value in data.items()}, PREFIX, NAMES, MAX_STEPS
    )
    return [
        {**row, "id": _id(row["id"]), "gates": data.getlist(f"{PREFIX}-{n}-gates")}
        for n, row in enumerate(rows)
    ]


def with_act(rows: list[dict[str, Any]], act: str) -> list[dict[str, Any]]:
    """The rows after a button: `add:<kind>`, `up:2`, `down:2` or `remove:2`; else as they are."""
    what, _colon, kind = act.partition(":")
    if what == "add" and kind in StepKind.values and len(rows) < MAX_STEPS:
        return [*rows, {"kind": kind, "ticked_by": TickedBy.PARTNER}]
    return builder_rows.moved(rows, act)


def kinds_left(rows: list[dict[str, Any]]) -> list[tuple[str, Any]]:
    """Kinds that may still be added: each built-in one once, own ones always."""
    present = {row.get("kind") for row in rows}
    return [
        (kind, words)
        for kind, words in StepKind.choices
        if kind == StepKind.OWN or kind not in present
    ]


def _id(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return ""
