import uuid

from django.db import models

from script_builder.models.template import ScriptTemplate


class TemplateWordQuerySet(models.QuerySet):
    def among(self, account_id, words):
        """The words of the account's library that are one of these."""
        return self.filter(account=account_id, initial__in={word[0] for word in words}, word__in=words)

    def tagged(self, account_id, tag):
        """The tags of the account's library that are this one."""
        return self.filter(account=account_id, initial=TemplateWord.TAG, word=tag)


class TemplateWord(models.Model):
    """A word by which a template is found, or one of its tags; made from its details whenever they are saved."""

    LONGEST = 40
    TAG = ""  # in the place of an initial: a whole tag, for the filter, rather than a word of it

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey("people.Account", models.CASCADE, related_name="+")
    template = models.ForeignKey(ScriptTemplate, models.CASCADE, related_name="words")
    word = models.CharField(max_length=LONGEST)
    # A misspelt word still begins as it should, most likely.
    initial = models.CharField(max_length=1, blank=True)

    objects = TemplateWordQuerySet.as_manager()

    class Meta:
        db_table = "script_template_words"
        constraints = [
            models.UniqueConstraint(fields=["template", "initial", "word"], name="ux_script_template_words_word"),
        ]
        indexes = [
            models.Index(fields=["account", "initial", "word", "template"], name="ix_script_template_words_found"),
        ]

    def __str__(self):
        return self.word
