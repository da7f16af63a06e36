from django.contrib.auth import views
from django.urls import path
from django.views.generic import RedirectView

from project import session_pages

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="workflows:my_work", http_method_names=["get", "head"]), name="home"),
    path("login/", session_pages.LogIn.as_view(), name="login"),
    path("logout/", views.LogoutView.as_view(), name="logout"),
    path("password/", session_pages.ChangePassword.as_view(), name="password_change"),
    path("password/done/", views.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("preferences/", session_pages.preferences, name="preferences"),
    path("help/", session_pages.help_page, name="help"),
    path("health/", session_pages.health, name="health"),
]
