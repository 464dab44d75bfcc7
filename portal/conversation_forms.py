"""Forms of conversations, the same in console and portal."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.files.base import File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.conversations import selectors
from partners.models import Partner
from prm.errors import Unacceptable


class FilesInput(forms.ClearableFileInput):
    """A file field in which several can be chosen."""

    allow_multiple_selected = True


if TYPE_CHECKING:
    _Field = forms.Field
else:
    _Field = forms.FileField


class FilesField(_Field):
    """Several files; its value is a list, empty when none was chosen."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=FilesInput(), **kwargs)

    def clean(self, value: Any, initial: Any = None) -> "list[File[Any]]":
        """The chosen files; what they are is checked when they are kept."""
        chosen = value if isinstance(value, (list, tuple)) else [value]
        return [one for one in chosen if one]


class MessageForm(forms.Form):
    """One message with its files; files alone say enough."""

    use_required_attribute = False
    text = forms.CharField(
        label=gettext_lazy("Message"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": gettext_lazy("Write something.")},
    )
    attached = FilesField(
        label=gettext_lazy("Files"),
        required=False,
        help_text=gettext_lazy("Up to 5: pictures to 10 MB, PDF and office files to 25 MB."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.files.get(self.add_prefix("attached")):
            self.fields["text"].required = False


class OpenForm(MessageForm):
    """A new conversation of a partner's."""

    subject = forms.CharField(label=gettext_lazy("What is it about?"), max_length=160)
    field_order = ("partner", "subject", "text", "attached")


class OpenWithForm(OpenForm):
    """A new conversation of staff's, with a partner named in words."""

    partner = forms.CharField(
        label=gettext_lazy("Partner"),
        max_length=160,
        help_text=gettext_lazy("Name or e-mail address."),
    )

    def chosen(self) -> Partner:
        """The partner that was named. Raises Unacceptable when it is none or several."""
        found = selectors.partners_named(self.cleaned_data["partner"])
        if len(found) == 1:
            return found[0]
        if not found:
            raise Unacceptable(_("No partner has this name or address."), field="partner")
        names = ", ".join(one.name for one in found)
        message = _("Several partners match: %(names)s. Write the whole name.")
        raise Unacceptable(message % {"names": names}, field="partner", code="several")
