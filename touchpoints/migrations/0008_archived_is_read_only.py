from django.db import migrations


def lock_what_is_archived(apps, schema_editor):
    archived = apps.get_model("touchpoints", "Journey").objects.filter(archived=True)
    apps.get_model("live", "Room").objects.filter(pk__in=archived.values("room")).update(read_only=True)


class Migration(migrations.Migration):
    dependencies = [("live", "0002_read_only"), ("touchpoints", "0007_agreed")]

    operations = [migrations.RunPython(lock_what_is_archived, migrations.RunPython.noop)]
