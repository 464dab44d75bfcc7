"""Addresses of a member's points and of referring friends."""

from django.urls import path

from portal.partner import friends, points

urlpatterns = [
    path("points/", points.points, name="points"),
    path("points/rewards/<uuid:reward_id>/", points.redeem, name="points-redeem"),
    path("points/rewards/<uuid:reward_id>/picture/", points.picture, name="points-picture"),
    path("friends/", friends.friends, name="friends"),
]
