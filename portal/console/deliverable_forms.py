"""Forms about briefs and pieces."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Enrollment, Program
from commissions.models import Brief
from commissions.models.deliverables import MOST_PIECES
from commissions.services.briefs import WORDS_ONLY, BriefInput
from partners.models import Partner
from portal.console.sale_forms import in_minor, money_field
from prm.money import to_major

_DAY: Final = {"type": "date"}
NAMES: Final = (
    "title", "description", "kind", "pieces", "fee", "due_on", "needs_url", "needs_file",
    "backlink", "live_days",
)  # fmt: skip


class BriefForm(forms.Form):
    """What is agreed: how many pieces, for what, until when, with which proof."""

    title = forms.CharField(label=gettext_lazy("What is agreed"), max_length=120)
    description = forms.CharField(
        label=gettext_lazy("More about it"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("What must be in it, and what must not."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Brief.Kind.choices)
    pieces = forms.IntegerField(
        label=gettext_lazy("How many pieces"), min_value=1, max_value=MOST_PIECES, initial=1
    )
    fee = forms.ChoiceField(
        label=gettext_lazy("What it pays"),
        choices=Brief.Fee.choices,
        widget=forms.RadioSelect,
        initial=Brief.Fee.PIECE,
        help_text=gettext_lazy("Each piece is paid when you approve it, once."),
    )
    amount = money_field(
        gettext_lazy("Fee, in the program’s currency"),
        required=False,
        help_text=gettext_lazy("Leave it empty where the rules say what a piece pays."),
    )
    due_on = forms.DateField(
        label=gettext_lazy("Due on"),
        required=False,
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
    )
    needs_url = forms.BooleanField(
        label=gettext_lazy("The page’s address is asked for as proof"), required=False, initial=True
    )
    needs_file = forms.BooleanField(
        label=gettext_lazy("A PDF or picture is asked for as proof"), required=False
    )
    backlink = forms.CharField(
        label=gettext_lazy("The page must link to"),
        max_length=500,
        required=False,
        help_text=gettext_lazy(
            "Your website like shop.example, or one page of it. We look at the page when it is "
            "handed in and before you approve it. The partner’s own link counts too."
        ),
    )
    live_days = forms.IntegerField(
        label=gettext_lazy("Days the link must stay"),
        min_value=0,
        max_value=3650,
        required=False,
        help_text=gettext_lazy("We look every week until then, and tell you when it is gone."),
    )

    program: Program

    def clean(self) -> dict[str, Any]:
        """The fee is asked for unless rules decide."""
        data = super().clean() or {}
        fee = data.get("fee")
        asked = "amount" in self.fields and fee in {Brief.Fee.PIECE, Brief.Fee.TOTAL}
        if asked and not data.get("amount") and "amount" not in self.errors:
            self.add_error("amount", _("Give a fee above zero."))
        return data

    def values(self) -> dict[str, Any]:
        """The terms as the services take them; may add a mistake about decimals."""
        data: dict[str, Any] = {
            name: self.cleaned_data[name] for name in NAMES if name in self.fields
        }
        if "live_days" in data:
            data["live_days"] = data["live_days"] or 0
        if "amount" in self.fields:
            by_rule = data.get("fee") == Brief.Fee.RULE
            data["amount_minor"] = 0 if by_rule else in_minor(self, "amount", self.program.currency)
        return data


class NewBriefForm(BriefForm):
    """A brief with whom it is agreed with: everybody in a program, or one partner."""

    whom = forms.ChoiceField(label=gettext_lazy("With whom"))
    field_order = ("whom", *NAMES[:5], "amount", *NAMES[5:])

    def __init__(
        self, *args: Any, programs: list[Program], enrollments: list[Enrollment], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.sides: dict[str, tuple[Program, Partner | None]] = {}
        groups: list[Any] = [("", _("Choose"))] if len(programs) > 1 else []
        for program in programs:
            members = [one for one in enrollments if one.program_id == program.pk]
            everybody = f"program:{program.pk}"
            self.sides[everybody] = (program, None)
            self.sides |= {f"enrollment:{one.pk}": (program, one.partner) for one in members}
            named = [(f"enrollment:{one.pk}", one.partner.name) for one in members]
            all_of_it = _("Everybody in %(program)s") % {"program": program.name}
            groups.append((program.name, [(everybody, all_of_it), *named]))
        self.fields["whom"].choices = groups  # type: ignore[attr-defined]

    def parties(self) -> tuple[Program, Partner | None]:
        """The program, and the partner or None for everybody; sets what amounts are in."""
        program, partner = self.sides[self.cleaned_data["whom"]]
        self.program = program
        return program, partner

    def brief(self) -> BriefInput:
        """The brief of the valid form."""
        return BriefInput(**self.values())


class ChangeBriefForm(BriefForm):
    """A brief's terms; once a piece is handed in only its words and its day."""

    def __init__(self, *args: Any, brief: Brief, fixed: bool, **kwargs: Any) -> None:
        initial = {name: getattr(brief, name) for name in NAMES}
        if brief.amount_minor:
            initial["amount"] = to_major(brief.amount_minor, brief.program.currency)
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.program = brief.program
        if fixed:
            for name in [name for name in self.fields if name not in WORDS_ONLY]:
                del self.fields[name]


class ApproveForm(forms.Form):
    """Approving without the link, with the reason."""

    reason = forms.CharField(label=gettext_lazy("Why without the link"), max_length=500)
