"""What a client does with a therapist, what goes on a sheet, and what a therapist does. One list for each."""

from django.urls import URLPattern, path

from sharing.views import connecting, joining, mine, owned, pieces, practice, previews, reading, sheets

CLIENT: list[URLPattern] = [
    path("sharing/", mine.hub, name="sharing"),
    path("sharing/connect/", connecting.connect, name="sharing_connect"),
    path("sharing/connect/<str:code>/", connecting.by_code, name="sharing_code"),
    path("invited/<str:token>/", connecting.invited, name="invited"),
    path("start/<str:code>/", connecting.practice_start, name="practice_start"),
    path("sharing/<uuid:pk>/", mine.connection, name="connection"),
    path("sharing/<uuid:pk>/end/", mine.end, name="connection_end"),
    path("sharing/<uuid:pk>/parting/", mine.parting, name="connection_parting"),
    path("sharing/<uuid:pk>/suggestions/", mine.suggestions, name="connection_suggestions"),
    path("sharing/suggestions/<uuid:pk>/away/", mine.away, name="suggestion_away"),
]

SHEETS: list[URLPattern] = [
    path("sharing/<uuid:pk>/sheet/", sheets.sheet_new, name="sheet_new"),
    path("sharing/<uuid:pk>/sheet/pick/", sheets.sheet_pick, name="sheet_pick"),
    path("sharing/<uuid:pk>/sheet/pieces/<int:place>/", pieces.sheet_piece, name="sheet_piece"),
    path("sharing/<uuid:pk>/sheet/preview/", previews.sheet_preview, name="sheet_preview"),
    path("sharing/<uuid:pk>/sheet/black/", previews.sheet_black, name="sheet_black"),
    path("sharing/sheets/<uuid:pk>/", owned.sheet, name="sheet"),
    path("sharing/sheets/<uuid:pk>/window/", owned.sheet_window, name="sheet_window"),
    path("sharing/sheets/<uuid:pk>/stop/", owned.sheet_stop, name="sheet_stop"),
]

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
