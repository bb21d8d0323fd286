"""Carriers' lists of cash: read a file, find its columns, judge each row, book what fits."""
