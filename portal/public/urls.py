"""Addresses of public pages."""

from django.urls import path

from portal import kit, preferences
from portal.public import (
    applications,
    banners,
    brand,
    feeds,
    invitations,
    invited,
    landing,
    language,
    mail_choice,
    partner_urls,
    profile,
    programs,
    signup,
    switcher,
)

urlpatterns = [
    path("", landing.landing, name="landing"),
    path("switch/", switcher.switcher, name="switcher"),
    path("switch/seat/", switcher.seat, name="switcher-seat"),
    path("open-account/", signup.signup, name="signup"),
    path("profile/", profile.profile, name="profile"),
    path("theme/", preferences.theme, name="theme"),
    path("language/", language.language, name="language"),
    path("mail/<str:token>/", mail_choice.choice, name="mail-choice"),
    path("join/<str:token>/", invitations.invitation, name="invitation"),
    path("invitations/<uuid:invitation_id>/accept/", invitations.accept, name="invitation-accept"),
    path("<slug:seller_slug>/brand/<int:version>/style.css", brand.stylesheet, name="brand-css"),
    path("<slug:seller_slug>/brand/<int:version>/logo.png", brand.logo, name="brand-logo"),
    path(
        "<slug:seller_slug>/brand/<int:version>/icon-<int:size>.png",
        brand.icon,
        name="brand-icon",
    ),
    path("<slug:seller_slug>/programs/", programs.programs, name="program-list"),
    path("<slug:seller_slug>/programs/<slug:program_slug>/", programs.program, name="program-page"),
    path(
        "<slug:seller_slug>/programs/<slug:program_slug>/apply/",
        applications.apply,
        name="program-apply",
    ),
    path("<slug:seller_slug>/invited/<str:token>/", invited.invited, name="invited"),
    path("<slug:seller_slug>/banners/<uuid:material_id>/", banners.banner, name="banner"),
    path(
        "<slug:seller_slug>/banners/<uuid:material_id>/<str:code>/",
        banners.named_banner,
        name="banner-named",
    ),
    path("<slug:seller_slug>/feeds/<str:code>.<str:form>", feeds.feed, name="feed"),
    *partner_urls.urlpatterns,
    path("kit/", kit.show, name="kit"),
    # last: it takes every address of one part
    path("<slug:seller_slug>/", programs.front, name="program-front"),
]
