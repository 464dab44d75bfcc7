"""How form controls get their classes; used by templates/components/field.html only."""

from django import template
from django.forms import (
    BaseForm,
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    RadioSelect,
    Select,
)
from django.forms.boundfield import BoundWidget
from django.utils.safestring import SafeString

register = template.Library()


def _control_class(field: BoundField) -> str:
    widget = field.field.widget
    if isinstance(widget, CheckboxInput):
        css = "form-check-input"
    elif isinstance(widget, Select):
        css = "form-select"
    else:
        css = "form-control"
    return f"{css} is-invalid" if field.errors else css


@register.filter
def styled(field: BoundField) -> SafeString:
    """The control of `field` with the product's classes beside the widget's own."""
    own = field.field.widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"{own} {_control_class(field)}".strip()})


@register.filter
def with_class(field: BoundField, css: str) -> SafeString:
    """The control of `field` with these classes and no others."""
    return field.as_widget(attrs={"class": css})


@register.filter
def token(field: BoundField, css: str = "") -> SafeString:
    """The control of `field` as a blank in a sentence; marked when it has a mistake."""
    return with_class(field, f"tok {css}{' is-invalid' if field.errors else ''}")


@register.filter
def styled_option(option: BoundWidget) -> SafeString:
    """One radio or check box of a list of choices."""
    option.data["attrs"]["class"] = "form-check-input"
    return option.tag()


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """Whether the label stands after the control."""
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def is_choice_list(field: BoundField) -> bool:
    """Whether the field is a group of radios or check boxes, which needs a legend."""
    return isinstance(field.field.widget, RadioSelect | CheckboxSelectMultiple)


@register.filter
def faulty_fields(form: BaseForm) -> list[BoundField]:
    """Visible fields with mistakes, in the form's order, for the summary on top."""
    return [field for field in form.visible_fields() if field.errors]


@register.filter
def filter_control(field: BoundField) -> SafeString:
    """A small control that belongs to the list's one GET form, wherever it stands on the page."""
    css = f"{_control_class(field)} form-control-s"
    return field.as_widget(attrs={"class": css, "form": "filters"})
