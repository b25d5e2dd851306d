"""Commits that need not wait for the disk, because what they keep is derived again from what is there already."""

from django.db import connection


def wait_for_no_disk() -> None:
    """The transaction that is open commits without waiting for the disk.

    A database server that dies within about half a second loses it whole, never in part; a later commit that waits,
    waits for this one too.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
