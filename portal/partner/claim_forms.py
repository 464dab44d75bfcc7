"""Forms by which a partner claims a missing sale and answers questions about it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Program
from portal import choices
from portal.console.sale_forms import in_minor, money_field


class ClaimForm(forms.Form):
    """A sale that the partner misses, with what proves it."""

    program = forms.ChoiceField(label=gettext_lazy("Program"))
    order = forms.CharField(
        label=gettext_lazy("Order number"),
        max_length=120,
        help_text=gettext_lazy("As the shop wrote it to the customer."),
    )
    bought_on = forms.DateField(
        label=gettext_lazy("Day of the order"), widget=forms.DateInput(attrs={"type": "date"})
    )
    amount = money_field(gettext_lazy("Amount, as far as you know"))
    currency = forms.ChoiceField(label=gettext_lazy("Currency"))
    statement = forms.CharField(
        label=gettext_lazy("How did the customer come through you?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    url = forms.URLField(
        label=gettext_lazy("A page that shows it"),
        max_length=500,
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"inputmode": "url", "placeholder": "https://"}),
    )
    file = forms.FileField(
        label=gettext_lazy("PDF or picture"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("PDF up to 25 MB, PNG, JPEG, WebP or GIF up to 10 MB."),
    )

    def __init__(self, *args: Any, programs: list[Program], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programs = {str(one.pk): one for one in programs}
        named = [(str(one.pk), one.name) for one in programs]
        if len(named) > 1:
            named = [("", _("Choose a program")), *named]
        self.fields["program"].choices = named  # type: ignore[attr-defined]
        self.fields["currency"].choices = choices.currencies()  # type: ignore[attr-defined]
        if programs:
            self.fields["currency"].initial = programs[0].currency

    def values(self) -> dict[str, Any]:
        """Arguments of the service; may add mistakes about decimals."""
        data = {**self.cleaned_data}
        amount = in_minor(self, "amount", data["currency"])
        del data["amount"]
        return {**data, "program": self.programs[data["program"]], "amount_minor": amount}


class AnswerForm(forms.Form):
    """An answer to the seller's question."""

    text = forms.CharField(
        label=gettext_lazy("Your answer"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
