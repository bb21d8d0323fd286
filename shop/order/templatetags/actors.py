"""Who did something, in templates."""

from django import template

from shop.core.actors import local_name

register = template.Library()
register.filter(local_name)
