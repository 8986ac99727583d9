from django.apps import AppConfig


class ClinicConfig(AppConfig):
    """The composition root as an app: whoever runs Django can also send tasks."""

    name = "clinic"

    def ready(self) -> None:
        from clinic import celery  # noqa: F401  shared tasks need the configured application in every process
