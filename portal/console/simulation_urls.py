"""Addresses of simulations in the console."""

from django.urls import path

from portal.console import simulation_publish, simulations

SIMULATION = "simulations/<uuid:simulation_id>/"

urlpatterns = [
    path("simulations/", simulations.simulations, name="simulations"),
    path("simulations/new/", simulations.new, name="simulations-new"),
    path(SIMULATION, simulations.detail, name="simulations-detail"),
    path(f"{SIMULATION}work/", simulations.work, name="simulations-work"),
    path(f"{SIMULATION}again/", simulations.again, name="simulations-again"),
    path(f"{SIMULATION}publish/", simulation_publish.publish, name="simulations-publish"),
]
