"""A member's row as the lock before whatever spends or writes off his points."""

from campaigns.models import Enrollment


def lock_member(enrollment: Enrollment) -> Enrollment:
    """The member's row, locked against others who move his points; needs a transaction.

    Lines that the engine writes for him only refer to the row and need not wait.
    """
    rows = Enrollment.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("program__seller", "partner__seller", "tier").get(pk=enrollment.pk)
