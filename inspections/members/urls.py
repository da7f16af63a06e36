from django.urls import path

from inspections.members import pages

app_name = "members"
urlpatterns = [
    path("", pages.member_list, name="list"),
    path("cells/", pages.cells, name="cells"),
    path("cells/<int:pk>/admit/", pages.admit, name="admit"),
    path("<int:pk>/", pages.detail, name="detail"),
    path("<int:pk>/correct/", pages.correct, name="correct"),
    path("<int:pk>/full/", pages.make_full, name="make_full"),
    path("<int:pk>/transfer/", pages.transfer, name="transfer"),
    path("<int:pk>/release/", pages.release, name="release"),
    path("<int:pk>/send/", pages.send, name="send"),
    path("<int:pk>/exempt/", pages.exempt, name="exempt"),
    path("stays/<int:pk>/end/", pages.end_stay, name="end_stay"),
    path("exemptions/<int:pk>/end/", pages.end_exemption, name="end_exemption"),
    path("memberships/<int:pk>/correct/", pages.correct_membership, name="correct_membership"),
]
