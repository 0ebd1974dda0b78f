import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """What was brought in with an archive, so that it can be taken out again whole."""

    dependencies = [
        ("exercises", "0001_initial"),
        ("journal", "0003_imports"),
    ]

    operations = [
        migrations.AddField(
            model_name="place",
            name="batch",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.DB_SET_NULL,
                related_name="places",
                to="journal.import",
            ),
        ),
        migrations.AddField(
            model_name="visit",
            name="batch",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.DB_SET_NULL,
                related_name="visits",
                to="journal.import",
            ),
        ),
    ]
