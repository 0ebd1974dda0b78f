"""What a person wrote, and the two doors out of it."""

from django.urls import URLPattern, path

from journal.views import entries, kept, leave, saves, turns

urlpatterns: list[URLPattern] = [
    path("kept/", kept.kept, name="kept"),
    path("kept/drawer/", kept.drawer, name="drawer"),
    path("kept/bin/", kept.bin_, name="bin"),
    path("kept/<uuid:pk>/", entries.entry, name="entry"),
    path("kept/<uuid:pk>/text/", saves.entry_text, name="entry_text"),
    path("kept/<uuid:pk>/edit/", entries.entry_edit, name="entry_edit"),
    path("kept/<uuid:pk>/read/", entries.entry_read, name="entry_read"),
    path("kept/<uuid:pk>/bin/", entries.entry_bin, name="entry_bin"),
    path("kept/<uuid:pk>/unbin/", entries.entry_unbin, name="entry_unbin"),
    path("kept/<uuid:pk>/drawer/", entries.entry_drawer, name="entry_drawer"),
    path("kept/<uuid:pk>/resurfacing/", entries.entry_resurfacing, name="entry_resurfacing"),
    path("kept/<uuid:pk>/turns/merge/", turns.turns_merge, name="turns_merge"),
    path("kept/<uuid:pk>/turns/<uuid:turn>/up/", turns.turn_up, name="turn_up"),
    path("kept/<uuid:pk>/turns/<uuid:turn>/down/", turns.turn_down, name="turn_down"),
    path("session/", saves.session, name="session"),
    path("leave/", leave.leave, name="leave"),
]
