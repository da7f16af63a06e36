from django.urls import path

from inspections.organisations.pages import people, succession, tree

app_name = "organisations"
urlpatterns = [
    path("", tree.organisation_list, name="list"),
    path("add/", tree.add_first, name="add_first"),
    path("<int:pk>/", tree.detail, name="detail"),
    path("<int:pk>/add/", tree.add, name="add"),
    path("<int:pk>/correct/", tree.correct, name="correct"),
    path("<int:pk>/end/", tree.end, name="end"),
    path("<int:pk>/move/", succession.move, name="move"),
    path("<int:pk>/reorganise/", succession.reorganise, name="reorganise"),
    path("<int:pk>/reorganise/rename/", succession.rename, name="rename"),
    path("<int:pk>/reorganise/merge/", succession.succeed, {"kind": "merge"}, name="merge"),
    path("<int:pk>/reorganise/split/", succession.succeed, {"kind": "split"}, name="split"),
    path("<int:pk>/reorganise/dissolve/", succession.succeed, {"kind": "dissolve"}, name="dissolve"),
    path("<int:pk>/passed/", succession.passed, name="passed"),
    path("<int:pk>/people/add/", people.add_person, name="add_person"),
    path("<int:pk>/log-ins/", people.give_log_ins, name="give_log_ins"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/log-in/", people.give_log_in, name="give_log_in"),
    path("people/<int:pk>/password/", people.renew_password, name="renew_password"),
    path("people/<int:pk>/correct/", people.correct_person, name="correct_person"),
    path("people/<int:pk>/access/", people.change_activity, name="change_activity"),
    path("people/<int:pk>/office/", people.give_office, name="give_office"),
    path("people/<int:pk>/interest/", people.declare_interest, name="declare_interest"),
    path("interests/<int:pk>/end/", people.end_interest, name="end_interest"),
    path("offices/<int:pk>/end/", people.end_office, name="end_office"),
    path("offices/<int:pk>/delegate/", people.delegate, name="delegate"),
    path("delegations/<int:pk>/end/", people.end_delegation, name="end_delegation"),
]
