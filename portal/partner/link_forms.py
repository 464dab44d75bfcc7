"""Forms by which partners make links."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Enrollment
from portal.link_extras import LinkExtrasForm
from portal.link_pages import full_address
from portal.link_terms import LinkTermsForm
from tracking.models.links import CODE
from tracking.rules import SUB_IDS, SUB_LENGTH
from tracking.services import WantedLink
from tracking.services.many_links import MOST


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


class LinkForm(ShortLinkForm, LinkTermsForm, LinkExtrasForm):
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

    def __init__(self, *args: Any, enrollments: Sequence[Enrollment], **kwargs: Any) -> None:
        super().__init__(*args, enrollments=enrollments, **kwargs)
        self.offer(enrollments)

    @property
    def more(self) -> dict[str, Any]:
        """An end, a host, a campaign, a coupon, other pages for some visitors."""
        return {**self.terms(self.enrollment.program), **self.extras}


class ManyLinksForm(LinkExtrasForm):
    """Addresses, one a line, and what all of their links have alike."""

    program = forms.ChoiceField(label=gettext_lazy("Program"))
    rows = forms.CharField(
        label=gettext_lazy("Pages, one a line"),
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 10, "class": "mono", "spellcheck": "false"}),
        help_text=gettext_lazy(
            "A page’s address or only its path. After it, if you like, a semicolon or a tab and a "
            "name, then again and a code of your own: /beans; Spring beans; rani-spring"
        ),
    )
    sub1 = forms.CharField(
        label=gettext_lazy("Where you will use them"), max_length=SUB_LENGTH, required=False
    )
    field_order = ("program", "rows", "sub1", "campaign", "coupon")

    def __init__(self, *args: Any, enrollments: Sequence[Enrollment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.enrollments = {str(one.pk): one for one in enrollments}
        names = [(key, one.program.name) for key, one in self.enrollments.items()]
        self.fields["program"].choices = names  # type: ignore[attr-defined]
        if len(names) == 1:
            self.fields["program"].initial = names[0][0]
            self.fields["program"].widget = forms.HiddenInput()
        self.offer(enrollments)

    def clean_rows(self) -> list[str]:
        """Lines that are not empty; at most so many as are made at once."""
        lines = [line.strip() for line in self.cleaned_data["rows"].splitlines() if line.strip()]
        if len(lines) > MOST:
            message = _("At most %(most)s lines at once; there are %(count)s.")
            raise forms.ValidationError(message % {"most": MOST, "count": len(lines)})
        return lines

    @property
    def enrollment(self) -> Enrollment:
        """The chosen enrollment of a valid form."""
        return self.enrollments[self.cleaned_data["program"]]

    @property
    def wanted(self) -> list[WantedLink]:
        """The rows of a valid form."""
        subs = {"sub1": self.cleaned_data["sub1"]} if self.cleaned_data["sub1"] else {}
        return [
            _wanted(number, line, self.enrollment, subs)
            for number, line in enumerate(self.cleaned_data["rows"], 1)
        ]


def _wanted(number: int, line: str, enrollment: Enrollment, subs: dict[str, str]) -> WantedLink:
    """A line's address, name and code. Name and code that are too long are refused by the row."""
    parts = [part.strip() for part in line.split("\t" if "\t" in line else ";", 2)]
    page, name, code = (*parts, "", "")[:3]
    destination = full_address(enrollment.program, page)
    return WantedLink(number, line, destination, name or _name_of(destination), code, subs)


def _name_of(page: str) -> str:
    """The last words of a page's address."""
    last = page.partition("?")[0].rstrip("/").rpartition("/")[2]
    return unquote(last).replace("-", " ").replace("_", " ").strip().capitalize()[:120]
