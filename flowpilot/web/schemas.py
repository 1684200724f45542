"""What every schema of the API shares: strict input, people, and long lists in pages."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from django.core import signing
from django.db.models import Q, QuerySet
from ninja import Schema
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from flowpilot.web.lines import ENDS
from flowpilot.web.problems import invalid

MOST_A_PAGE = 100
# PostgreSQL keeps no NUL in a text.
NO_NUL = r"^[^\x00]*$"
Line = Annotated[str, Field(pattern=rf"^[^\x00{ENDS}]*$")]
# Line ends as the record keeps them, whatever the sender's system writes.
Text = Annotated[str, Field(pattern=NO_NUL), AfterValidator(lambda text: text.replace("\r\n", "\n"))]
Id = Annotated[UUID, Field(strict=False)]


def example(**fields) -> dict:
    """What a schema says of itself in the documentation: one example."""
    return {"examples": [fields]}


class In(BaseModel):
    """What is sent: exactly these fields, each of its own type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Out(BaseModel):
    """What is answered."""


class PersonOut(Out):
    """Somebody of the account."""

    id: UUID
    name: str

    @classmethod
    def of(cls, user) -> "PersonOut | None":
        """The person, where there is one."""
        return cls(id=user.pk, name=str(user)) if user else None


class Paging(Schema):
    """Which part of a long list."""

    limit: int = Field(25, ge=1, le=MOST_A_PAGE, description="How many at most.")
    cursor: str = Field("", max_length=500, description="`next` of the page before; empty for the first.")


class Page(Out):
    """A part of a long list; subclasses say of what."""

    items: list[Any]
    next: str | None = Field(description="The cursor of the page after this one, null where this is the last.")


def page(request, rows: QuerySet, paging: Paging, order: tuple[str, ...], show) -> dict:
    """One page of the rows, each through `show`; `order` is the way they are sorted, its last field unique.

    A cursor says after which row to go on, so that rows which come or go meanwhile neither repeat nor hide others.
    It is signed for its list: nothing else can be put into the query.
    """
    if values := _reached(request, paging):
        rows = rows.filter(_after(rows.model, order, values))
    found = list(rows.order_by(*order)[: paging.limit + 1])
    items, more = found[: paging.limit], len(found) > paging.limit
    values = [_written(getattr(items[-1], field.lstrip("-"))) for field in order] if more else None
    return {"items": [show(row) for row in items], "next": _cursor(request, values) if more else None}


def page_of(request, rows: Sequence, paging: Paging, show) -> dict:
    """One page of a list that is no table's; its cursor says how many were shown."""
    begins = _reached(request, paging) or 0
    ends = begins + paging.limit
    items = [show(row) for row in rows[begins:ends]]
    return {"items": items, "next": _cursor(request, ends) if ends < len(rows) else None}


def _salt(request) -> str:
    return f"cursor {request.path}"


def _cursor(request, reached) -> str:
    return signing.dumps(reached, salt=_salt(request))


def _reached(request, paging: Paging):
    """What the cursor says of the page before; None for the first page."""
    # A filter that was mistyped must not look like one that everything passes.
    if unknown := set(request.GET) - set(type(paging).model_fields):
        raise invalid(dict.fromkeys(unknown, "This list has no such filter."))
    try:
        return signing.loads(paging.cursor, salt=_salt(request)) if paging.cursor else None
    except signing.BadSignature:
        raise invalid({"cursor": "This is no cursor of this list."}) from None


def _written(value) -> str | int:
    return value if isinstance(value, int) else value.isoformat() if hasattr(value, "isoformat") else str(value)


def _after(model, order, values) -> Q:
    """What comes after a row with these values."""
    after, equal = Q(pk__in=[]), Q()
    for field, value in zip(order, values, strict=True):
        name = field.lstrip("-")
        value = model._meta.get_field(name).to_python(value)
        after |= equal & Q(**{f"{name}__{'lt' if field.startswith('-') else 'gt'}": value})
        equal &= Q(**{name: value})
    return after
