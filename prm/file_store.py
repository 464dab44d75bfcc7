"""Where uploads are kept: a directory of this host, or a bucket that all hosts share."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.core.exceptions import ImproperlyConfigured

LOCAL = "django.core.files.storage.FileSystemStorage"
S3 = "storages.backends.s3.S3Storage"
KNOWN = frozenset({"endpoint", "region"})


def file_store(address: str) -> dict[str, Any]:
    """The entry of STORAGES for PRM_FILES: "" or `s3://bucket/folder?endpoint=…&region=…`.

    The bucket stays private: every file goes through the product, which asks who may have it. Keys
    come from the environment as of any AWS program. Raises ImproperlyConfigured.
    """
    if not address:
        return {"BACKEND": LOCAL}
    parts = urlsplit(address)
    wanted = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if parts.scheme != "s3" or not parts.netloc or wanted.keys() - KNOWN:
        raise ImproperlyConfigured(
            "PRM_FILES is s3://bucket/folder?endpoint=https://host&region=name, or empty"
        )
    return {
        "BACKEND": S3,
        "OPTIONS": {
            "bucket_name": parts.netloc,
            "location": parts.path.strip("/"),
            "endpoint_url": wanted.get("endpoint"),
            "region_name": wanted.get("region"),
            "default_acl": None,
            "file_overwrite": False,
            "querystring_auth": True,
            # anything larger than this waits on disk while it is read
            "max_memory_size": 2 * 2**20,
        },
    }
