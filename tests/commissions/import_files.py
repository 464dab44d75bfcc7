"""A seller, and files of every kind brought to him as the console and the API bring them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile

from activity.models import Job
from campaigns import services as campaigns
from campaigns.models import Enrollment, Program
from commissions.imports import jobs, planning, reading
from commissions.imports.kinds import KINDS
from commissions.imports.report import Report
from partners import services as partners
from partners.models import Partner
from tests.cast import Team, make_team, token

PAGE = "https://shop.example/"


@dataclass
class Desk:
    """A seller with a program, where files arrive."""

    team: Team
    program: Program

    def bring(
        self,
        kind: str,
        text: str | bytes,
        *,
        dry: bool = False,
        columns: dict[str, str] | None = None,
        **options: Any,
    ) -> Job:
        """A file to its end."""
        job = self.queue(kind, text, dry=dry, columns=columns, **options)
        while jobs.step(self.team.id):
            pass
        with self.team.scope():
            return Job.objects.select_related("seller").get(pk=job.pk)

    def queue(
        self,
        kind: str,
        text: str | bytes,
        *,
        dry: bool = False,
        columns: dict[str, str] | None = None,
        **options: Any,
    ) -> Job:
        """A file for the worker."""
        data = text.encode() if isinstance(text, str) else text
        file = ContentFile(data)
        layout = reading.look(file)
        plan = planning.plan_for(
            KINDS[kind],
            layout.header,
            reading.sample(file, layout),
            columns=columns or {},
            **{"currency": "EUR", "time_zone": "UTC", **options},
        )
        with self.team.scope():
            job = jobs.upload(
                seller=self.team.seller,
                file=file,
                name=f"{kind}.csv",
                actor=self.team.actor,
                kind=kind,
            )
            return jobs.run(job=job, plan=plan, dry=dry)

    def report(self, job: Job) -> Report:
        """What a run found."""
        return Report.of(job.result)

    def problems(self, job: Job) -> list[tuple[int, str]]:
        """Row and field of all that was not taken."""
        with self.team.scope():
            return list(job.problems.order_by("row").values_list("row", "field"))

    def why(self, job: Job) -> list[str]:
        """The sentences."""
        with self.team.scope():
            return list(job.problems.order_by("row").values_list("message", flat=True))

    def partner(self, name: str, **fields: Any) -> Enrollment:
        """A partner in the program."""
        with self.team.scope():
            partner: Partner = partners.create_partner(
                seller=self.team.seller, actor=self.team.actor, name=name, **fields
            )
            return campaigns.enroll(program=self.program, partner=partner, actor=self.team.actor)


def make_desk() -> Desk:
    """A seller with a program and nobody in it."""
    team = make_team()
    with team.scope():
        program = campaigns.create_program(
            seller=team.seller,
            actor=team.actor,
            name="Europe",
            slug=f"europe-{token()}",
            currency="EUR",
            landing_url=PAGE,
            terms="Be fair.",
        )
    return Desk(team, program)


def csv(header: str, rows: Iterable[str]) -> str:
    """Lines as a file."""
    return "\n".join([header, *rows]) + "\n"
