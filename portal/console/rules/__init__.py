"""Rules in the console: listed, told in words, written as a sentence, compared and ended."""

from portal.console.rules.builder import edit, new, preview
from portal.console.rules.pages import detail, end, rules

__all__ = ["detail", "edit", "end", "new", "preview", "rules"]
