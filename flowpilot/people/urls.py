from django.contrib.auth.views import LogoutView
from django.urls import path

from flowpilot.people import views

app_name = "people"
urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="sign_in"),
    path("sign-out/", LogoutView.as_view(), name="sign_out"),
    path("password/", views.Password.as_view(), name="password"),
    path("profile/", views.profile, name="profile"),
    path("profile/shortcuts/", views.shortcuts, name="shortcuts"),
    path("profile/sign-out-elsewhere/", views.sign_out_elsewhere, name="sign_out_elsewhere"),
    path("profile/tokens/<uuid:token_id>/revoke/", views.revoke, name="revoke"),
]
