"""Addresses of a partner's materials, programs, profile and people."""

from django.urls import path

from portal.partner import (
    material_acts,
    material_kit,
    materials,
    onboarding,
    people,
    profile,
    programs,
)

urlpatterns = [
    path("materials/", materials.materials, name="materials"),
    path("materials/kit/", material_kit.kit, name="materials-kit"),
    path("materials/<uuid:material_id>/file/", materials.file, name="materials-file"),
    path("materials/<uuid:material_id>/link/", material_acts.link, name="materials-link"),
    path("materials/<uuid:material_id>/name/", material_acts.name, name="materials-name"),
    path("materials/<uuid:material_id>/code.<str:form>", material_acts.code, name="materials-code"),
    path("materials/named/<uuid:branded_id>/", material_acts.named, name="materials-named"),
    path("programs/", programs.programs, name="programs"),
    path(
        "programs/<uuid:enrollment_id>/terms/<int:version>/",
        programs.terms,
        name="programs-terms",
    ),
    path("programs/<uuid:enrollment_id>/accept/", programs.accept, name="programs-accept"),
    path("onboarding/", onboarding.onboarding, name="onboarding"),
    path(
        "onboarding/<uuid:enrollment_id>/<uuid:step_id>/",
        onboarding.tick,
        name="onboarding-tick",
    ),
    path("profile/", profile.profile, name="profile"),
    path("people/", people.people, name="people"),
    path("people/<uuid:member_id>/role/", people.change, name="people-change"),
    path("people/<uuid:member_id>/remove/", people.remove, name="people-remove"),
    path(
        "people/invitations/<uuid:invitation_id>/withdraw/",
        people.withdraw,
        name="people-withdraw",
    ),
    path("people/invitations/<uuid:invitation_id>/resend/", people.resend, name="people-resend"),
]
