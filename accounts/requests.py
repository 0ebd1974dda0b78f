"""Requests of somebody who is signed in, with their types."""

from accounts.models import User
from innerchild.http import HtmxRequest


class PersonRequest(HtmxRequest):
    """A request that passed the sign-in middleware."""

    user: User
