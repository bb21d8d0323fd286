"""Whose money is it: every đồng that came in, by producer and hub, and what is paid out to producers."""
