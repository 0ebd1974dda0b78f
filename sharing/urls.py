"""What a client does with a therapist, what goes on a sheet, and what a therapist does. One list for each."""

from django.urls import URLPattern, path

from sharing.views import connecting, mine

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

SHEETS: list[URLPattern] = []

PRACTICE: list[URLPattern] = []

urlpatterns = [*CLIENT, *SHEETS, *PRACTICE]
