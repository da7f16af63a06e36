from django.urls import path

from inspections.organisations import pages

app_name = "organisations"
urlpatterns = [
    path("", pages.organisation_list, name="list"),
    path("add/", pages.add_first, name="add_first"),
    path("<int:pk>/", pages.detail, name="detail"),
    path("<int:pk>/add/", pages.add, name="add"),
    path("<int:pk>/correct/", pages.correct, name="correct"),
    path("<int:pk>/people/add/", pages.add_person, name="add_person"),
    path("people/<int:pk>/", pages.person, name="person"),
    path("people/<int:pk>/log-in/", pages.give_log_in, name="give_log_in"),
    path("people/<int:pk>/office/", pages.give_office, name="give_office"),
    path("people/<int:pk>/interest/", pages.declare_interest, name="declare_interest"),
    path("offices/<int:pk>/end/", pages.end_office, name="end_office"),
    path("offices/<int:pk>/delegate/", pages.delegate, name="delegate"),
    path("delegations/<int:pk>/end/", pages.end_delegation, name="end_delegation"),
]
