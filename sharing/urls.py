"""What a client does with a therapist, what goes on a sheet, and what a therapist does. One list for each."""

from django.urls import URLPattern, path

from sharing.views import joining, practice, reading

CLIENT: list[URLPattern] = []

SHEETS: list[URLPattern] = []

PRACTICE: list[URLPattern] = [
    path("practice/", practice.index, name="practice"),
    path("practice/join/", joining.join, name="practice_join_on"),
    path("practice/join/<slug:page>/", joining.page, name="practice_join"),
    path("practice/seen/", practice.seen, name="practice_seen"),
    path("practice/handouts/", practice.handouts, name="practice_handouts"),
    path("practice/invite/", practice.invite, name="practice_invite"),
    path("practice/close/", practice.close, name="practice_close"),
    path("practice/sheets/<uuid:pk>/", reading.sheet, name="practice_sheet"),
    path("practice/sheets/<uuid:pk>/talked/", reading.talked, name="practice_talked"),
    path("practice/clients/<uuid:pk>/suggest/", reading.suggest, name="practice_suggest"),
    path("practice/clients/<uuid:pk>/end/", practice.end, name="practice_end"),
    path("practice/clients/<uuid:pk>/parting/", practice.parting, name="practice_parting"),
]

urlpatterns = [*CLIENT, *SHEETS, *PRACTICE]
