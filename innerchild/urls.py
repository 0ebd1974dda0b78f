"""Where everything is. Each app owns its own list."""

from django.urls import include, path

from innerchild import health, paper, views, wellknown

handler400 = "innerchild.failures.bad_request"
handler403 = "innerchild.failures.forbidden"
handler404 = "innerchild.failures.not_found"
handler429 = "accounts.views.door.too_often"  # allauth asks for it
handler500 = "innerchild.failures.server_error"

urlpatterns = [
    path("", views.landing, name="landing"),
    path("about/", views.about, name="about"),
    path("try/", views.try_a_minute, name="try"),
    path("privacy/", views.privacy, name="privacy_notice"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("help/", views.help_now, name="help"),
    path("steady/", views.steady, name="steady"),
    path("steady/<slug:way>/", views.steady, name="steady_way"),
    path("start/", paper.start, name="start"),
    path("therapists/", paper.therapists, name="therapists"),
    path("therapists/link/", paper.link, name="practice_link"),
    path("therapists/handouts/", paper.handouts, name="handouts"),
    path("therapists/handouts/<slug:key>/", paper.handout, name="handout"),
    path("site.webmanifest", wellknown.manifest, name="manifest"),
    path(".well-known/security.txt", wellknown.security, name="security_txt"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include("sharing.urls")),
    path("", include("journal.urls")),  # before accounts: its settings/<key>/ would take settings/export/
    path("", include("accounts.urls")),
    path("", include("exercises.urls")),
]
