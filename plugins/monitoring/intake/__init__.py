"""Doors for cases that were collected elsewhere: tables, exports of survey tools, and our form for those tools."""
