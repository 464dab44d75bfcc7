"""Files of imports that nobody carried out do not stay for ever."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from activity.models import Job
from commissions.imports import jobs, retention
from prm.errors import Conflict
from tests.cast import signed_in
from tests.commissions.imported import Shop, make_shop
from tests.commissions.test_imports import FIXTURE

MONTH = timedelta(days=31)


def age(shop: Shop, job: Job, by: timedelta = MONTH) -> None:
    """Let the job be that much older."""
    job = shop.read(job)
    over = job.finished_at and job.finished_at - by
    with shop.team.scope():
        Job.objects.filter(pk=job.pk).update(created_at=job.created_at - by, finished_at=over)


def checked(shop: Shop) -> Job:
    return shop.bring(FIXTURE, dry=True)


def failed(shop: Shop) -> Job:
    job = checked(shop)
    with shop.team.scope():
        Job.objects.filter(pk=job.pk).update(status=Job.Status.FAILED)
    return job


@pytest.mark.parametrize("make", [checked, failed])
def test_a_file_that_nobody_imported_goes_after_a_month(make: Callable[[Shop], Job]) -> None:
    shop = make_shop()
    job = make(shop)
    storage, name = shop.read(job).file.storage, str(shop.read(job).file.name)
    age(shop, job, timedelta(days=29))
    retention.step(shop.team.id)
    assert storage.exists(name)
    age(shop, job)
    with shop.team.scope():
        assert shop.team.id in retention.waiting()
    assert not retention.step(shop.team.id)
    assert not storage.exists(name)
    kept = shop.read(job)
    assert not kept.file
    assert kept.result, "the report stays"
    with shop.team.scope():
        assert shop.team.id not in retention.waiting()
        with pytest.raises(Conflict, match="no longer kept"):
            jobs.run(job=kept, plan=shop.plan(), dry=False)
    page = signed_in(shop.team.owner).get(f"/{shop.team.seller.slug}/console/imports/{job.pk}/")
    assert "Upload it again" in page.content.decode()


def test_what_was_imported_and_what_waits_stays() -> None:
    shop = make_shop()
    waits, done = shop.queue(FIXTURE), None
    age(shop, waits)
    retention.step(shop.team.id)
    assert shop.read(waits).file
    done = shop.bring(FIXTURE)
    age(shop, done)
    retention.step(shop.team.id)
    assert shop.read(done).file
