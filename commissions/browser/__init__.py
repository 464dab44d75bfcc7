"""Leads and sales that visitors' browsers report, which anybody can make them say."""
