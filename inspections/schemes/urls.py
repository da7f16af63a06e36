from django.urls import path

from inspections.schemes.pages import indicators, reviews, schemes, tasks

app_name = "schemes"
urlpatterns = [
    path("", schemes.scheme_list, name="list"),
    path("tasks/", tasks.mine, name="mine"),
    path("begin/<int:organisation_pk>/", schemes.begin, name="begin"),
    path("<int:pk>/", schemes.detail, name="detail"),
    path("<int:pk>/change/", schemes.change, name="change"),
    path("<int:pk>/end/", schemes.end, name="end"),
    path("<int:pk>/groups/add/", schemes.add_group, name="add_group"),
    path("groups/<int:pk>/change/", schemes.change_group, name="change_group"),
    path("groups/<int:pk>/tasks/add/", tasks.add_task, name="add_task"),
    path("tasks/<int:pk>/", tasks.task, name="task"),
    path("tasks/<int:pk>/change/", tasks.change_task, name="change_task"),
    path("tasks/<int:pk>/settle/", tasks.settle_task, name="settle_task"),
    path("tasks/<int:pk>/events/add/", tasks.record_event, name="record_event"),
    path("events/<int:pk>/strike/", tasks.strike_event, name="strike_event"),
    path("<int:pk>/indicators/add/", indicators.add_indicator, name="add_indicator"),
    path("indicators/<int:pk>/", indicators.indicator, name="indicator"),
    path("indicators/<int:pk>/change/", indicators.change_indicator, name="change_indicator"),
    path("indicators/<int:pk>/targets/<int:year>/", indicators.set_targets, name="set_targets"),
    path("indicators/<int:pk>/figures/add/", indicators.type_figure, name="type_figure"),
    path("indicators/<int:pk>/rows/<int:year>/", indicators.rows, name="rows"),
    path("<int:pk>/reviews/plan/", reviews.plan, name="plan_review"),
    path("reviews/<int:pk>/", reviews.review, name="review"),
    path("reviews/<int:pk>/move/", reviews.move, name="move_review"),
    path("reviews/<int:pk>/cancel/", reviews.cancel, name="cancel_review"),
    path("reviews/figures/<int:pk>/rows/", reviews.kept_rows, name="kept_rows"),
]
