"""What a list of templates is narrowed down to, as it travels in the URL."""

from dataclasses import dataclass, fields

from django.db.models import QuerySet

from script_builder.models import Language, Risk, RunAs, ScriptTemplate, TemplateWord
from script_builder.words import hop, known, tag_key

MOST = 100  # categories or tags to choose from
STATUSES = [("draft", "Drafts"), ("published", "Published"), ("archived", "Archived")]
SORTS = {"": "Most reliable", "name": "Name", "newest": "Newest", "runs": "Most runs"}
ORDER = {"name": ("name", "id"), "newest": ("-created_at", "id"), "runs": ("-runs", "name", "id")}
# What one may choose of each; anything else in a URL counts as not said.
CHOICES = {"language": Language.values, "risk": Risk.values, "run_as": [value for value in RunAs.values if value]}


@dataclass(frozen=True)
class Filters:
    """The search and the filters of `/scripts/`."""

    q: str = ""
    language: str = ""
    category: str = ""
    tag: str = ""
    status: str = ""
    run_as: str = ""
    risk: str = ""
    sort: str = ""

    @classmethod
    def of(cls, sent) -> "Filters":
        """What a query string says; what is no possible choice is left out."""
        said = {field.name: sent.get(field.name, "").replace("\0", "").strip()[:200] for field in fields(cls)}
        allowed = CHOICES | {"status": [value for value, _ in STATUSES], "sort": SORTS}
        return cls(**{name: value if value in allowed.get(name, [value]) else "" for name, value in said.items()})

    @property
    def narrows(self) -> bool:
        """Whether anything is left out because of it."""
        return any(getattr(self, field.name) for field in fields(self) if field.name != "sort")

    def apply(self, templates: QuerySet[ScriptTemplate], account_id) -> QuerySet[ScriptTemplate]:
        """The templates that these filters let through, in their order; the search itself is not among them."""
        archived = self.status == "archived"
        templates = templates.filter(archived_at__isnull=not archived)
        exact = {name: getattr(self, name) for name in ("language", "category", "run_as", "risk")}
        exact["status"] = "" if archived else self.status
        templates = templates.filter(**{name: value for name, value in exact.items() if value})
        if self.tag:
            tagged = TemplateWord.objects.tagged(account_id, tag_key(self.tag))
            templates = templates.filter(pk__in=tagged.values("template"))
        return templates.order_by(*ORDER[self.sort]) if self.sort else templates.ranked()


def choices(account_id) -> dict:
    """What there is to choose from, with the categories and tags that the account uses."""
    return {
        "languages": Language.choices,
        "categories": hop(ScriptTemplate, "category", [{"account": account_id}], MOST),
        "tags": known(account_id, initials=[TemplateWord.TAG], most=MOST),
        "statuses": STATUSES,
        "runs_as": [choice for choice in RunAs.choices if choice[0]],
        "risks": Risk.choices,
        "sorts": SORTS.items(),
    }
