"""Who may compute a program whose rules look back: one worker at a time."""

from collections.abc import Iterable

from django.db import connection


def lock_programs(programs: Iterable[str]) -> None:
    """Wait for the programs' locks, in key order; held until the transaction ends."""
    with connection.cursor() as cursor:
        for program in sorted(programs):
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
                [f"commissions.program:{program}"],
            )
