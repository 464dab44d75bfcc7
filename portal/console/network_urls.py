"""Addresses of partners, applications, programs, campaigns and materials."""

from django.urls import path

from portal.console import (
    advisor,
    applications,
    campaigns,
    credit_settings,
    materials,
    materials_named,
    members,
    partners,
    program_questions,
    programs,
    tracking,
)

PARTNER = "partners/<uuid:partner_id>/"
PROGRAM = "programs/<uuid:program_id>/"

urlpatterns = [
    path("partners/", partners.partners, name="partners"),
    path("partners/new/", partners.create, name="partners-create"),
    path(PARTNER, partners.detail, name="partners-detail"),
    path(f"{PARTNER}edit/", partners.edit, name="partners-edit"),
    path(f"{PARTNER}suspend/", partners.suspend, name="partners-suspend"),
    path(f"{PARTNER}reactivate/", partners.reactivate, name="partners-reactivate"),
    path(f"{PARTNER}terminate/", partners.terminate, name="partners-terminate"),
    path(f"{PARTNER}enroll/", partners.enroll, name="partners-enroll"),
    path(
        f"{PARTNER}enrollments/<uuid:enrollment_id>/end/",
        partners.end_enrollment,
        name="partners-end-enrollment",
    ),
    path(f"{PARTNER}people/invite/", members.invite, name="members-invite"),
    path(f"{PARTNER}people/<uuid:member_id>/role/", members.change, name="members-change"),
    path(f"{PARTNER}people/<uuid:member_id>/remove/", members.remove, name="members-remove"),
    path(
        f"{PARTNER}invitations/<uuid:invitation_id>/withdraw/",
        members.withdraw,
        name="members-withdraw",
    ),
    path(
        f"{PARTNER}invitations/<uuid:invitation_id>/resend/",
        members.resend,
        name="members-resend",
    ),
    path("applications/", applications.applications, name="applications"),
    path("applications/<uuid:application_id>/", applications.detail, name="applications-detail"),
    path(
        "applications/files/<uuid:application_file_id>/",
        applications.file,
        name="applications-file",
    ),
    path(
        "applications/<uuid:application_id>/approve/",
        applications.approve,
        name="applications-approve",
    ),
    path(
        "applications/<uuid:application_id>/reject/",
        applications.reject,
        name="applications-reject",
    ),
    path("programs/", programs.programs, name="programs"),
    path("programs/new/", programs.create, name="programs-create"),
    path("programs/new/example/", programs.example, name="programs-example"),
    path("programs/advisor/", advisor.advisor, name="programs-advisor"),
    path(PROGRAM, programs.detail, name="programs-detail"),
    path(f"{PROGRAM}edit/", programs.edit, name="programs-edit"),
    path(f"{PROGRAM}credit/", credit_settings.credit, name="programs-credit"),
    path(f"{PROGRAM}questions/", program_questions.questions, name="programs-questions"),
    path(
        f"{PROGRAM}questions/preview/",
        program_questions.preview,
        name="programs-questions-preview",
    ),
    path(f"{PROGRAM}open/", programs.open_program, name="programs-open"),
    path(f"{PROGRAM}close/", programs.close, name="programs-close"),
    path(f"{PROGRAM}terms/<int:version>/", programs.terms, name="programs-terms"),
    path(f"{PROGRAM}tracking/", tracking.tracking, name="programs-tracking"),
    path(f"{PROGRAM}tracking/test/", tracking.test, name="programs-tracking-test"),
    path(f"{PROGRAM}tracking/open/", tracking.open_shop, name="programs-tracking-open"),
    path(f"{PROGRAM}tracking/progress/", tracking.progress, name="programs-tracking-progress"),
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/new/", campaigns.create, name="campaigns-create"),
    path("campaigns/<uuid:campaign_id>/", campaigns.edit, name="campaigns-edit"),
    path("campaigns/<uuid:campaign_id>/end/", campaigns.end, name="campaigns-end"),
    path("materials/", materials.materials, name="materials"),
    path("materials/new/", materials.create, name="materials-create"),
    path("materials/<uuid:material_id>/", materials.detail, name="materials-detail"),
    path("materials/<uuid:material_id>/file/", materials.file, name="materials-file"),
    path("materials/<uuid:material_id>/renew/", materials.renew, name="materials-renew"),
    path("materials/named/", materials_named.named, name="materials-named"),
    path(
        "materials/named/<uuid:branded_id>/",
        materials_named.detail,
        name="materials-named-detail",
    ),
    path(
        "materials/named/<uuid:branded_id>/file/",
        materials_named.file,
        name="materials-named-file",
    ),
    path(
        "materials/named/<uuid:branded_id>/approve/",
        materials_named.approve,
        name="materials-named-approve",
    ),
    path(
        "materials/named/<uuid:branded_id>/reject/",
        materials_named.reject,
        name="materials-named-reject",
    ),
    path("materials/<uuid:material_id>/withdraw/", materials.withdraw, name="materials-withdraw"),
    path("materials/<uuid:material_id>/restore/", materials.restore, name="materials-restore"),
]
