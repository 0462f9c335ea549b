from django.apps import AppConfig


class TouchpointsConfig(AppConfig):
    name = "touchpoints"
    verbose_name = "Journey map"
    default_auto_field = "django.db.models.BigAutoField"
