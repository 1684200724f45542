import uuid

from django.db import models

from script_builder.models.template import ScriptTemplate


class TemplateWord(models.Model):
    """A word by which a template is found, or one of its tags; made from its details whenever they are saved."""

    LONGEST = 40

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey("people.Account", models.CASCADE, related_name="+")
    template = models.ForeignKey(ScriptTemplate, models.CASCADE, related_name="words")
    word = models.CharField(max_length=LONGEST)
    initial = models.CharField(max_length=1, help_text="What a misspelt word still begins with, most likely.")
    is_tag = models.BooleanField(default=False, help_text="A whole tag, for the filter, rather than a word of it.")

    class Meta:
        db_table = "script_template_words"
        constraints = [
            models.UniqueConstraint(fields=["template", "is_tag", "word"], name="ux_script_template_words_word"),
        ]
        indexes = [
            models.Index(
                fields=["account", "is_tag", "initial", "word", "template"], name="ix_script_template_words_found"
            ),
        ]

    def __str__(self):
        return self.word
