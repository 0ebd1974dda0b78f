"""What a person wrote, and the two doors out of it."""

from django.urls import URLPattern, path

from journal.views import conflicts, entries, for_good, history, kept, leave, notes, saves, sealing, turns

urlpatterns: list[URLPattern] = [
    path("kept/", kept.kept, name="kept"),
    path("kept/drawer/", kept.drawer, name="drawer"),
    path("kept/bin/", kept.bin_, name="bin"),
    path("kept/<uuid:pk>/", entries.entry, name="entry"),
    path("kept/<uuid:pk>/text/", saves.entry_text, name="entry_text"),
    path("kept/<uuid:pk>/edit/", entries.entry_edit, name="entry_edit"),
    path("kept/<uuid:pk>/bin/", entries.entry_bin, name="entry_bin"),
    path("kept/<uuid:pk>/unbin/", entries.entry_unbin, name="entry_unbin"),
    path("kept/<uuid:pk>/for-good/", for_good.entry_for_good, name="entry_for_good"),
    path("kept/<uuid:pk>/unseal/", sealing.entry_unseal, name="entry_unseal"),
    path("kept/<uuid:pk>/drawer/", entries.entry_drawer, name="entry_drawer"),
    path("kept/<uuid:pk>/note/", notes.entry_note, name="entry_note"),
    path("kept/<uuid:pk>/compare/", conflicts.entry_compare, name="entry_compare"),
    path("kept/<uuid:pk>/compare/choose/", conflicts.compare_choose, name="compare_choose"),
    path("kept/<uuid:pk>/compare/both/", conflicts.compare_both, name="compare_both"),
    path("kept/<uuid:pk>/earlier/", history.entry_earlier, name="entry_earlier"),
    path("kept/<uuid:pk>/earlier/<uuid:revision>/", history.entry_version, name="entry_version"),
    path("kept/<uuid:pk>/earlier/<uuid:revision>/restore/", history.version_restore, name="version_restore"),
    path("kept/<uuid:pk>/resurfacing/", entries.entry_resurfacing, name="entry_resurfacing"),
    path("kept/<uuid:pk>/turns/merge/", turns.turns_merge, name="turns_merge"),
    path("kept/<uuid:pk>/turns/<uuid:turn>/up/", turns.turn_up, name="turn_up"),
    path("kept/<uuid:pk>/turns/<uuid:turn>/down/", turns.turn_down, name="turn_down"),
    path("session/", saves.session, name="session"),
    path("leave/", leave.leave, name="leave"),
]
