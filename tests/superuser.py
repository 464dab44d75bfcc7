"""The database as its superuser sees it: for tests that tamper where no role of ours can."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from django.db import connection

from prm.roles import with_database


@contextmanager
def superuser() -> Iterator[Any]:
    """A cursor that no policy, grant or trigger stops; committed at the end."""
    url = with_database(os.environ["PRM_TEST_POSTGRES"], connection.settings_dict["NAME"])
    raw = psycopg2.connect(url)
    try:
        with raw, raw.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            yield cursor
    finally:
        raw.close()
