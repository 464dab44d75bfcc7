"""Addresses of the partner's own public page."""

from django.urls import path

from portal.partner import page, page_items

ITEM = "page/items/<uuid:item_id>/"
LANDING = "page/landings/<uuid:landing_id>/"

urlpatterns = [
    path("page/", page.page, name="page"),
    path("page/edit/", page.edit, name="page-edit"),
    path("page/preview/", page.preview, name="page-preview"),
    path("page/qr.<str:form>", page.code, name="page-code"),
    path("page/items/add/", page_items.add, name="page-items-add"),
    path(ITEM, page_items.edit, name="page-items-edit"),
    path(f"{ITEM}move/", page_items.move, name="page-items-move"),
    path(f"{ITEM}remove/", page_items.remove, name="page-items-remove"),
    path(LANDING, page.landing, name="page-landings"),
    path(f"{LANDING}take/", page.take, name="page-landings-take"),
]
