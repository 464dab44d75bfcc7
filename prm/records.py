"""The base of every table."""

from django.db import models

from prm.ids import new_id


class Record(models.Model):
    """Base of every table: a time-ordered UUID and the instant of creation."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True
