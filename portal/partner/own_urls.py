"""Addresses of a partner's materials, programs, profile and people."""

from django.urls import path

from portal.partner import materials, people, profile, programs

urlpatterns = [
    path("materials/", materials.materials, name="materials"),
    path("materials/<uuid:material_id>/file/", materials.file, name="materials-file"),
    path("programs/", programs.programs, name="programs"),
    path(
        "programs/<uuid:enrollment_id>/terms/<int:version>/",
        programs.terms,
        name="programs-terms",
    ),
    path("programs/<uuid:enrollment_id>/accept/", programs.accept, name="programs-accept"),
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
