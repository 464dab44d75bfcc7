"""Measurements of the product against what the machine can do at best."""
