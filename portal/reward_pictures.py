"""Pictures of rewards: redrawn images, shown in the page and never run."""

from typing import cast

from django.http import FileResponse, Http404, HttpResponse

from commissions.models import LoyaltyReward
from portal.downloads import SAFE_INLINE


def reward_picture(reward: LoyaltyReward) -> HttpResponse:
    """The picture; raises Http404 where there is none or it is gone from storage."""
    if not reward.picture or reward.picture_type not in SAFE_INLINE:
        raise Http404
    try:
        reward.picture.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(reward.picture, content_type=reward.picture_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=3600"
    # Streams are responses to everybody but the stubs.
    return cast("HttpResponse", response)
