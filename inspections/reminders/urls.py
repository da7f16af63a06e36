from django.urls import path

from inspections.reminders import pages

app_name = "reminders"
urlpatterns = [
    path("", pages.message_list, name="list"),
    path("<int:pk>/read/", pages.read, name="read"),
    path("read/", pages.read_all, name="read_all"),
    path("settings/", pages.settings, name="settings"),
    path("feed/make/", pages.make_feed, name="make_feed"),
    path("feed/end/", pages.revoke_feed, name="revoke_feed"),
    path("feed/<str:token>.ics", pages.feed, name="feed"),
    path("deadlines/<int:pk>/", pages.remind, name="remind"),
]
