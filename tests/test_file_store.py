"""Files in a bucket: kept, read back and served through the product, never by an open address."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from prm.file_store import LOCAL, file_store
from tests.bucket import bucket
from tests.campaigns.scene import image, make_program, upload
from tests.cast import make_team, signed_in


def test_local_by_default() -> None:
    assert file_store("") == {"BACKEND": LOCAL}


@pytest.mark.parametrize("address", ["/srv/files", "https://x", "s3://", "s3://b?acl=public"])
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        file_store(address)


def test_a_banner_lives_in_a_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    team = make_team()
    with team.scope():
        program = make_program(team)
    with bucket() as (address, kept):
        store = file_store(f"s3://uploads/prm?endpoint={address}&region=eu-central-1")
        static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
        with override_settings(STORAGES={"default": store, "staticfiles": static}):
            marketer = signed_in(team.marketer)
            values = {"program": str(program.pk), "kind": "banner", "name": "Panen"}
            made = marketer.post(
                team.url("materials/new/"), {**values, "file": upload("x.png", image())}
            )
            assert made.status_code == 302
            ((path, content),) = kept.items()
            assert path.startswith("/uploads/prm/materials/")
            url = made.headers["Location"] + "file/"
            shown = marketer.get(url, {"inline": "1"})
            assert b"".join(shown.streaming_content) == content  # type: ignore[attr-defined]
            assert address not in marketer.get(made.headers["Location"]).text
            kept.clear()
            assert marketer.get(url).status_code == 404
