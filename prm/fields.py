"""Model fields that carry house rules into the schema."""

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    _Key = models.ForeignKey[Any, Any]
else:
    _Key = models.ForeignKey


class TenantForeignKey(_Key):
    """Foreign key between two tenant-owned tables.

    PostgreSQL checks foreign keys without row security, so a plain one would accept another
    seller's id. The constraint is therefore made on (seller_id, x_id) by
    `sellers.row_security`, and Django makes none of its own.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        kwargs.setdefault("on_delete", models.PROTECT)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["db_constraint"]
        return name, path, args, kwargs
