"""Files that applicants hand in."""

from django.db import models

from campaigns.models.enrollments import Application
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller


class ApplicationFile(Record):
    """The file that answers one question of an application; pictures are drawn anew."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    application = TenantForeignKey(Application, related_name="files", db_index=False)
    key = models.CharField(max_length=40)
    file = models.FileField(upload_to="applications/%Y/%m/", max_length=300)
    file_name = models.CharField(max_length=160)
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "application", "key"], name="application_file_once"
            )
        ]

    def __str__(self) -> str:
        return self.file_name
