"""App configuration."""

from django.apps import AppConfig

from sellers import hooks


class PartnersConfig(AppConfig):
    name = "partners"

    def ready(self) -> None:
        # Models, which these need, can be imported only now.
        from partners.selectors import seats  # noqa: PLC0415
        from sellers.reader import register_seats  # noqa: PLC0415

        register_seats(seats)
        hooks.register("seats.everywhere", "partners.selectors.seats_everywhere")
        hooks.register("partner.name", "partners.selectors.partner_name")
        hooks.register("partner.join", "partners.services.take_place")
