from django.urls import path

from organization.views import own, settings, sign_in

app_name = "organization"
urlpatterns = [
    path("", own.home, name="home"),
    path("login/", sign_in.login, name="login"),
    path("logout/", sign_in.logout, name="logout"),
    path("role/", sign_in.role_choose, name="role_choose"),
    path("role/switch/", sign_in.role_switch, name="role_switch"),
    path("branch/switch/", sign_in.branch_switch, name="branch_switch"),
    path("lock/", sign_in.lock, name="lock"),
    path("unlock/", sign_in.unlock, name="unlock"),
    path("profile/", own.profile, name="profile"),
    path("profile/preferences/", own.preference_change, name="preference_change"),
    path("profile/password/", own.password_change, name="password_change"),
    path("settings/", settings.settings_home, name="settings"),
]
