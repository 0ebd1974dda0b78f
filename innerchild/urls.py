"""Where everything is. Each app owns its own list."""

from django.urls import include, path

from innerchild import health, views

handler400 = "innerchild.failures.bad_request"
handler403 = "innerchild.failures.forbidden"
handler404 = "innerchild.failures.not_found"
handler429 = "accounts.views.door.too_often"  # allauth asks for it
handler500 = "innerchild.failures.server_error"

urlpatterns = [
    path("", views.landing, name="landing"),
    path("about/", views.about, name="about"),
    path("help/", views.help_now, name="help"),
    path("steady/", views.steady, name="steady"),
    path("steady/<slug:way>/", views.steady, name="steady_way"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include("accounts.urls")),
    path("", include("journal.urls")),
    path("", include("exercises.urls")),
]
