"""Files that people upload: images drawn anew, documents looked at from the inside.

A sniffer can be fooled, so an image is decoded and encoded again, which leaves behind whatever
else hid in the file; everything else is only ever served as a download.
"""

from campaigns.uploads.files import Checked, file_name, read
from campaigns.uploads.papers import (
    DOCUMENT_TYPES,
    MAX_DOCUMENT_BYTES,
    checked_document,
    checked_proof,
)
from campaigns.uploads.pictures import (
    IMAGE_TYPES,
    MAX_IMAGE_BYTES,
    MAX_PIXELS,
    checked_image,
)

__all__ = [
    "DOCUMENT_TYPES",
    "IMAGE_TYPES",
    "MAX_DOCUMENT_BYTES",
    "MAX_IMAGE_BYTES",
    "MAX_PIXELS",
    "Checked",
    "checked_document",
    "checked_image",
    "checked_proof",
    "file_name",
    "read",
]
