"""Files of applicants: looked at, drawn anew where they are pictures, and kept."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, Final

from django.core.files.base import ContentFile, File

from campaigns import uploads
from campaigns.models import Application, ApplicationFile
from campaigns.uploads import Checked
from prm.errors import FieldError, Unacceptable
from prm.validation import refuse_if_any

PICTURES: Final = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif"})


def checked_files(files: "Mapping[str, File[Any]]") -> dict[str, Checked]:
    """The uploads by question, fit to be kept; raises Unacceptable on `answers.<key>`."""
    found: dict[str, Checked] = {}
    faults: list[FieldError] = []
    for key, upload in files.items():
        picture = PurePath(upload.name or "").suffix.lower() in PICTURES
        try:
            found[key] = (
                uploads.checked_image(upload) if picture else uploads.checked_document(upload)
            )
        except Unacceptable as refusal:
            faults.append(FieldError(f"answers.{key}", "file", refusal.message))
    refuse_if_any(faults)
    return found


def keep_files(*, application: Application, files: Mapping[str, Checked]) -> None:
    """Store what `checked_files` passed, under names that nobody chose."""
    for key, checked in files.items():
        row = ApplicationFile(
            seller_id=application.seller_id,
            application=application,
            key=key,
            file_name=checked.name,
            content_type=checked.content_type,
            size=len(checked.content),
        )
        ending = checked.name.rpartition(".")[2]
        row.file.save(f"{row.pk}.{ending}", ContentFile(checked.content), save=False)
        row.save(force_insert=True)
