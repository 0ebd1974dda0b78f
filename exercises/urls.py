from django.urls import path

from exercises.views import home, place, reading, steps, welcome, wishes

urlpatterns = [
    path("home/", home.home, name="home"),
    path("home/not-today/", home.not_today, name="not_today"),
    path("welcome/begin/", welcome.begin, name="welcome_begin"),
    path("steps/<slug:step>/", steps.step, name="step"),
    path("steps/<slug:step>/<slug:screen>/", steps.screen, name="screen"),
    path("kept/<uuid:pk>/read/", reading.entry_read, name="entry_read"),
    path("kept/<uuid:pk>/wish/", wishes.entry_wish, name="entry_wish"),
    path("place/", place.place, name="place"),
    path("place/scene/", place.redraw, name="place_scene"),
    path("place/<uuid:pk>/", place.place, name="place_one"),
    path("place/<uuid:pk>/home/", place.set_home, name="place_home"),
    path("place/<uuid:pk>/change/", place.change, name="place_change"),
    path("place/<uuid:pk>/box/", place.box, name="place_box"),
]
