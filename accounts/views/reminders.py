"""Reminders: a page in settings, and the two addresses that work without signing in: a mail's and a calendar's."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import reminders
from accounts.models import Reminder
from accounts.own import sent
from accounts.reminder_form import ReminderForm
from accounts.requests import PersonRequest
from innerchild.http import render_page

ADDRESS = "reminder_address"  # in the session until the page has shown it, once


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: PersonRequest) -> HttpResponse:
    form = ReminderForm(request.user, sent(request))
    if request.method == "POST" and form.is_valid():
        if token := form.keep():
            request.session[ADDRESS] = token
            return redirect("reminders")
        return redirect(f"{reverse('settings')}?kept=reminders#reminders")
    token = "" if request.method == "POST" else request.session.pop(ADDRESS, "")
    address = f"{settings.INNERCHILD_URL}{reverse('reminder_feed', args=[token])}" if token else ""
    context = {"form": form, "way": form.way, "mail": settings.MAIL, "address": address}
    return render_page(request, "accounts/reminders.html", context, status=422 if form.errors else 200)


@require_POST
def again(request: PersonRequest) -> HttpResponse:
    reminders.begin_again(request.user)
    return redirect(f"{reverse('settings')}?kept=reminders#reminders")


@require_POST
def new_address(request: PersonRequest) -> HttpResponse:
    if token := reminders.replace_address(request.user):
        request.session[ADDRESS] = token
    return redirect("reminders")


@login_not_required
@csrf_exempt  # the signature is the proof; a mail program has no session (RFC 8058)
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing: scanners of mail follow every link. The press on the page does, or a program's POST."""
    reminder = reminders.by_stop_token(token)
    if reminder is None:
        return render_page(request, "accounts/reminder_stop.html", {"unknown": True}, status=404)
    if request.method == "POST":
        reminders.stop_mail(reminder)
        # RFC 8058: a program is not to be redirected
        return HttpResponse() if "List-Unsubscribe" in request.POST else redirect(request.path)
    return render_page(request, "accounts/reminder_stop.html", {"stopped": reminder.next_at is None})


@login_not_required
@require_safe
def calendar(_request: HttpRequest, token: str) -> HttpResponse:
    asked = Reminder.objects.filter(feed_hashed=reminders.hashed(token))
    row = asked.filter(owner__is_active=True, owner__closed_at=None).first()
    if row is None:
        raise Http404
    from accounts import feed  # noqa: PLC0415 - its library is three megabytes, and a calendar asks once a day

    response = HttpResponse(feed.calendar(row, now=timezone.now()), content_type="text/calendar; charset=utf-8")
    response["Referrer-Policy"] = "no-referrer"
    return response
