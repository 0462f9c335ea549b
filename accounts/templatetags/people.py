"""What allauth's pages cannot be handed by a view of ours."""

from django import template
from django.db.models import QuerySet

from accounts import queries
from accounts.models import Membership

register = template.Library()


@register.simple_tag
def demo_people() -> QuerySet[Membership]:
    """The people whom the sign-in page offers in demo mode; nobody otherwise."""
    return queries.demo_people()
