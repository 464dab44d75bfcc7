"""Parts of a sentence: templates set into running text without the gaps around their markup."""

from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def inline(context: template.Context, name: str, **values: Any) -> SafeString:
    """`{% inline "console/rules/token.html" t=b.who %}`: like include, without white space around.

    A comma can stand right behind it.
    """
    with context.push(**values):
        found = get_template(name).template.render(context)  # type: ignore[attr-defined]
    return SafeString(found.strip())
