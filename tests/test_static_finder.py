"""Which files of npm packages the site shows, and that it shows no others."""

from django.contrib.staticfiles import finders
from django.test import Client

from prm.static_finder import ASSETS, NodeModulesFinder


def test_every_listed_file_is_there() -> None:
    assert NodeModulesFinder().check() == []
    for address in ASSETS:
        assert finders.find(address), address


def test_nothing_else_of_node_modules_is_served(client: Client) -> None:
    shown = client.get("/static/npm/tabler/css/tabler.min.css")
    assert shown.status_code == 200
    shown.close()
    for path in (
        "npm/tabler/css/tabler.css",
        "npm/../package.json",
        "@tabler/core/package.json",
        "npm/axe/axe.min.js",
    ):
        assert finders.find(path) is None, path
        assert client.get(f"/static/{path}").status_code == 404, path


def test_the_typeface_comes_with_what_its_style_sheet_names(client: Client) -> None:
    sheet = client.get("/static/npm/inter/index.css").getvalue().decode()
    named = {part.split(")")[0] for part in sheet.split("url(./")[1:]}
    assert named
    for name in named:
        assert f"npm/inter/{name}" in ASSETS
