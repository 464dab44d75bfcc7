"""What it means when a person is taken off a partner, in words for the page that asks first."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from partners.models import Member
from portal.access import user_of


def question_of(request: HttpRequest, member: Member, back: str) -> dict[str, object]:
    """What `components/confirm.html` asks about taking `member` off; `back` leaves him where he is.

    Reads the member's partner and user.
    """
    names = {"name": str(member.user), "partner": member.partner.name, "email": member.user.email}
    oneself = member.user_id == user_of(request).pk
    lines = [
        _("You can no longer open this portal, from the next click on.")
        if oneself
        else _("%(email)s can no longer open the portal of %(partner)s, from the next click on.")
        % names,
        _("Links, earnings and payouts belong to %(partner)s and stay as they are.") % names,
        _("What was done until now stays in the trail under the same name."),
        _("The same person can be invited again at any time."),
    ]
    return {
        "member": member,
        "title": _("Take %(name)s off %(partner)s?") % names,
        "act": _("Take yourself off") if oneself else _("Remove %(name)s") % names,
        "consequences": lines,
        "back": back,
    }
