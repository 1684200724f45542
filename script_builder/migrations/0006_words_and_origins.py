import re
import unicodedata

from django.db import migrations

COMMON = set("a an and as at by for from if in into is it its of on or that the then this to with".split())


def folded(text):
    split = unicodedata.normalize('NFKD', text.casefold())
    return ''.join(character for character in split if not unicodedata.combining(character))


def fill(apps, schema_editor):
    """What is there already is found by its words, and goes on from the newest version of its template."""
    Word = apps.get_model('script_builder', 'TemplateWord')
    for template in apps.get_model('script_builder', 'ScriptTemplate').objects.iterator():
        tags = [str(tag)[:40] for tag in template.tags if str(tag).strip()]
        said = f"{template.name} {' '.join(tags)} {template.category} {template.description}"
        found = [word[:40] for word in re.findall(r'[^\W_]+', folded(said)) if word not in COMMON][:150]
        rows = [(word[0], word) for word in found] + [('', folded(tag)[:40]) for tag in tags]
        Word.objects.bulk_create(
            Word(account_id=template.account_id, template=template, initial=initial, word=word)
            for initial, word in dict.fromkeys(rows)
        )
    versions = apps.get_model('script_builder', 'ScriptTemplateVersion').objects
    sessions = apps.get_model('script_builder', 'ScriptBuilderSession').objects
    for session in sessions.exclude(template=None).iterator():
        newest = versions.filter(template=session.template_id).order_by('-number').first()
        sessions.filter(pk=session.pk).update(made_from=newest)


def empty(apps, schema_editor):
    apps.get_model('script_builder', 'TemplateWord').objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [
        ('script_builder', '0005_template_library'),
    ]

    operations = [
        migrations.RunPython(fill, empty),
    ]
