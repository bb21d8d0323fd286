"""Forks of Oscar's dashboard apps."""
