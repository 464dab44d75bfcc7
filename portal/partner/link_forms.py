"""Forms by which partners make links."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Enrollment
from portal.link_pages import full_address
from portal.link_terms import LinkTermsForm
from tracking.models.links import CODE
from tracking.rules import SUB_IDS, SUB_LENGTH


class ShortLinkForm(forms.Form):
    """A page and where the link is used; the program only where there are several."""

    program = forms.ChoiceField(label=gettext_lazy("Program"))
    destination = forms.CharField(label=gettext_lazy("Page"), max_length=2000)
    sub1 = forms.CharField(
        label=gettext_lazy("Where you will use it"), max_length=SUB_LENGTH, required=False
    )

    def __init__(self, *args: Any, enrollments: Sequence[Enrollment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.enrollments = {str(one.pk): one for one in enrollments}
        names = [(key, one.program.name) for key, one in self.enrollments.items()]
        self.fields["program"].choices = names  # type: ignore[attr-defined]
        first = next(iter(self.enrollments.values()), None)
        if first:
            self.fields["program"].initial = str(first.pk)
            self.fields["destination"].initial = first.program.landing_url
            host = urlsplit(first.program.landing_url).hostname
            self.fields["destination"].label = _("Page at %(host)s") % {"host": host}
        if len(self.enrollments) == 1:
            self.fields["program"].widget = forms.HiddenInput()
        self.fields["sub1"].widget.attrs["placeholder"] = _("newsletter-nov")

    @property
    def enrollment(self) -> Enrollment:
        """The chosen enrollment of a valid form."""
        return self.enrollments[self.cleaned_data["program"]]

    @property
    def page(self) -> str:
        """The page's full address; a path alone is one on the landing page's host."""
        return full_address(self.enrollment.program, self.cleaned_data["destination"])

    @property
    def label_text(self) -> str:
        """A name for the link: the one given, else the last words of the page's address."""
        given = self.cleaned_data.get("label", "").strip()
        last = urlsplit(self.page).path.rstrip("/").rpartition("/")[2]
        return given or unquote(last).replace("-", " ").replace("_", " ").strip().capitalize()[:120]

    @property
    def subs(self) -> dict[str, str]:
        """Sub ids that were filled in."""
        return {name: self.cleaned_data[name] for name in SUB_IDS if self.cleaned_data.get(name)}

    @property
    def more(self) -> dict[str, Any]:
        """What else services take."""
        return {}


class LinkForm(ShortLinkForm, LinkTermsForm):
    """Everything that a link may have."""

    label = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Only you and the seller see it."),
    )
    code = forms.CharField(
        label=gettext_lazy("Your own code"),
        max_length=50,
        required=False,
        validators=[CODE],
        help_text=gettext_lazy("The end of the address: /r/your-code. Without one we choose."),
    )
    sub2 = forms.CharField(label=gettext_lazy("Sub id 2"), max_length=SUB_LENGTH, required=False)
    sub3 = forms.CharField(label=gettext_lazy("Sub id 3"), max_length=SUB_LENGTH, required=False)
    sub4 = forms.CharField(label=gettext_lazy("Sub id 4"), max_length=SUB_LENGTH, required=False)
    sub5 = forms.CharField(label=gettext_lazy("Sub id 5"), max_length=SUB_LENGTH, required=False)
    field_order = ("program", "destination", "label", "sub1", "code", "expires_at", "domain")

    @property
    def more(self) -> dict[str, Any]:
        """An end, a host, other pages for some visitors."""
        return self.terms(self.enrollment.program)
