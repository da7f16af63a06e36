from django.urls import path

from inspections.superiors.pages import acting, board, showing

app_name = "superiors"
urlpatterns = [
    path("", board.board, name="board"),
    path("cells/", board.cell_list, name="cells"),
    path("meetings/", board.meeting_list, name="meetings"),
    path("cells/<int:pk>/", showing.cell, name="cell"),
    path("supervisions/", showing.supervisions, name="supervisions"),
    path("remarks/<int:pk>/", showing.remark, name="remark"),
    path("meetings/<int:pk>/visit/", acting.visit, name="visit"),
    path("meetings/<int:pk>/remark/", acting.leave, name="leave"),
    path("remarks/<int:pk>/answer/", acting.answer, name="answer"),
    path("remarks/<int:pk>/remind/", acting.remind, name="remind"),
    path("remarks/<int:pk>/ask/", acting.ask, name="ask"),
    path("remarks/<int:pk>/supervise/", acting.supervise, name="supervise"),
    path("remarks/<int:pk>/propose/", acting.propose, name="propose"),
    path("proposals/<int:pk>/decline/", acting.decline, name="decline"),
    path("visits/<int:pk>/strike/", acting.strike_visit, name="strike_visit"),
    path("supervisions/<int:pk>/strike/", acting.strike_supervision, name="strike_supervision"),
    path("follow/<int:organisation_pk>/", acting.follow, name="follow"),
    path("followings/<int:pk>/end/", acting.end, name="end_following"),
]
