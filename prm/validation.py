"""Model rules as refusals by the field."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext as _

from prm.errors import FieldError, Unacceptable

_is_web_address = URLValidator(schemes=["http", "https"])


def require_valid(row: models.Model, *, only: Iterable[str] | None = None) -> None:
    """Check the fields of `row` (or just those in `only`) against its model.

    Raises Unacceptable with one error per wrong field. Uniqueness is left to the database.
    """
    names = {field.name for field in row._meta.fields}
    exclude = names - set(only) if only is not None else set()
    refuse_if_any(
        [
            FieldError(name, "null_characters", _("Remove the zero character."))
            for name in sorted(names - exclude)
            if isinstance(value := getattr(row, name, None), str) and "\x00" in value
        ]
    )
    refuse_if_any(
        [
            FieldError(field.name, "max_length", _too_long(field.max_length))
            for field in row._meta.fields
            # Django checks the length of a text only in forms.
            if isinstance(field, models.TextField)
            and field.max_length is not None
            and field.name not in exclude
            and len(getattr(row, field.name) or "") > field.max_length
        ]
    )
    try:
        row.clean_fields(exclude=exclude)
        row.clean()
    except ValidationError as error:
        raise refusal(error) from error


def _too_long(limit: int) -> str:
    return _("At most %(limit)d characters.") % {"limit": limit}


def refusal(error: ValidationError) -> Unacceptable:
    """A ValidationError as the refusal that the API and the pages show."""
    found = [
        FieldError(
            "" if field == NON_FIELD_ERRORS else field,
            one.code or "invalid",
            " ".join(str(message) for message in one.messages),
        )
        for field, several in error.error_dict.items()
        for one in several
    ]
    return Unacceptable(_("Some values cannot be accepted."), errors=found)


def refuse_if_any(errors: list[FieldError]) -> None:
    """Raise Unacceptable that carries `errors`, when there are any."""
    if errors:
        raise Unacceptable(_("Some values cannot be accepted."), errors=errors)


def checked_url(url: str, field: str) -> str:
    """`url` stripped, if it is an absolute http or https address; else raises Unacceptable."""
    text = url.strip()
    try:
        _is_web_address(text)
        urlsplit(text)
    except (ValidationError, ValueError):
        message = _("Give the whole address, like https://example.com/page.")
        raise Unacceptable(message, field=field) from None
    return text


def changed_fields(
    record: models.Model, wanted: Mapping[str, object]
) -> dict[str, tuple[object, object]]:
    """{field: (before, after)} of the wanted values that differ from the record's."""
    return {
        name: (getattr(record, name), value)
        for name, value in wanted.items()
        if getattr(record, name) != value
    }
