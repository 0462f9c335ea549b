from django.db import migrations, models
from django.db.models.functions import Lower

NOW = models.Q(retired_at=None)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_report_every")]

    operations = [
        migrations.AlterModelOptions(
            name="department", options={"default_manager_name": "ever", "ordering": ["position"]}
        ),
        migrations.AlterModelManagers(name="department", managers=[("ever", models.Manager())]),
        migrations.AddField(
            model_name="department", name="retired_at", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.RemoveConstraint(model_name="department", name="department_name"),
        migrations.RemoveConstraint(model_name="department", name="department_code"),
        migrations.AddConstraint(
            model_name="department",
            constraint=models.UniqueConstraint("organisation", Lower("name"), condition=NOW, name="department_name"),
        ),
        migrations.AddConstraint(
            model_name="department",
            constraint=models.UniqueConstraint(
                fields=["organisation", "code"], condition=NOW, name="department_code"
            ),
        ),
    ]
