"""Who may stand where in this app. What somebody may not see answers as what isn't there."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse

from accounts.factors import has_second_factor, proved
from accounts.models import User
from accounts.requests import PersonRequest
from sharing.models import Practice

type View = Callable[..., HttpResponse]


def practice_of(person: User) -> Practice:
    """The open practice of that person. Raises `Http404` for everybody else."""
    practice = Practice.objects.filter(owner=person).first()
    if practice is None or not practice.is_open:
        raise Http404
    return practice


def may_read(request: PersonRequest) -> bool:
    """Whether this session was opened with a second factor, which anything shared waits for."""
    return has_second_factor(request.user) and proved(request)


def reading(view: View) -> View:
    """Only for an open practice, and only in a session that proved its second factor: else nothing is there."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        assert isinstance(request.user, User)
        practice = practice_of(request.user)
        if not may_read(request):  # type: ignore[arg-type]
            raise Http404
        return view(request, practice, *args, **kwargs)

    return wrapped
