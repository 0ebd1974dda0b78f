"""What a client does with a therapist, what goes on a sheet, and what a therapist does. One list for each."""

from django.urls import URLPattern, path

from sharing.views import owned, previews, sheets

CLIENT: list[URLPattern] = []

SHEETS: list[URLPattern] = [
    path("sharing/<uuid:pk>/sheet/", sheets.sheet_new, name="sheet_new"),
    path("sharing/<uuid:pk>/sheet/pick/", sheets.sheet_pick, name="sheet_pick"),
    path("sharing/<uuid:pk>/sheet/pieces/<int:place>/", sheets.sheet_piece, name="sheet_piece"),
    path("sharing/<uuid:pk>/sheet/preview/", previews.sheet_preview, name="sheet_preview"),
    path("sharing/<uuid:pk>/sheet/black/", previews.sheet_black, name="sheet_black"),
    path("sharing/sheets/<uuid:pk>/", owned.sheet, name="sheet"),
    path("sharing/sheets/<uuid:pk>/window/", owned.sheet_window, name="sheet_window"),
    path("sharing/sheets/<uuid:pk>/stop/", owned.sheet_stop, name="sheet_stop"),
]

PRACTICE: list[URLPattern] = []

urlpatterns = [*CLIENT, *SHEETS, *PRACTICE]
