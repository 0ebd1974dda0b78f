"""What a client does with a therapist, what goes on a sheet, and what a therapist does. One list for each."""

from django.urls import URLPattern

CLIENT: list[URLPattern] = []

SHEETS: list[URLPattern] = []

PRACTICE: list[URLPattern] = []

urlpatterns = [*CLIENT, *SHEETS, *PRACTICE]
