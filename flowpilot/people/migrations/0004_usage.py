import uuid

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0003_sign_outs'),
    ]

    operations = [
        migrations.DeleteModel(name='WriteCount'),
        migrations.CreateModel(
            name='Usage',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=10)),
                ('of', models.UUIDField(help_text="The user's or the account's id.")),
                ('since', models.BigIntegerField(help_text='When the counting began, in seconds since 1970.')),
                ('count', models.PositiveIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'of'), name='ux_people_usage_kind_of')],
            },
        ),
    ]
