from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.shortcuts import render
from django.views.decorators.http import require_safe

from flowpilot.people.access import may_write, member_required
from flowpilot.web.http import Request, WrongState
from script_builder import access, filters, parameters, search
from script_builder.host import host
from script_builder.models import ScriptTemplate

PAGE = 20


@member_required
@require_safe
def templates(request: Request):
    """The account's templates; search, filters, order and page travel in the URL."""
    account_id, asked = request.user.account_id, filters.Filters.of(request.GET)
    found = asked.apply(access.library(request.user), account_id)
    if asked.q:
        # What is searched for stands in the order in which it fits, unless another one is asked for.
        fitting = search.search(found, account_id, asked.q)
        found = found.filter(pk__in=fitting).values_list("pk", flat=True) if asked.sort else fitting
    else:
        found = found.values_list("pk", flat=True)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    # By key alone, of what was found in this account: beside its own condition SQLite goes through the whole account.
    whole = ScriptTemplate.objects.defer("library_key", "source_fix", "created_at", "created_by", "reliability")
    by_id = whole.order_by().in_bulk(list(page))
    rows = [by_id[pk] for pk in page if pk in by_id]
    shown = {
        "page": page,
        "rows": rows,
        "asked": asked,
        "most": search.MOST,
        "may_write": may_write(request.user),
        **filters.choices(account_id),
    }
    return render(request, "script_builder/templates.html", shown)


@member_required
@require_safe
def template(request: Request, template_id):
    """One template: what it is, its script, its parameters, its versions, and what came of its runs."""
    return template_page(request, access.get_template(request.user, template_id))


@member_required
@require_safe
def version(request: Request, template_id, number: int):
    """One version of a template, as it will always be."""
    one = access.get_template(request.user, template_id)
    return template_page(request, one, access.get_version(one, number))


@member_required
@require_safe
def compare(request: Request, template_id):
    """Two versions side by side; the last two, unless others are named."""
    one = access.get_template(request.user, template_id)
    newest = one.newest.number
    new = access.get_version(one, _number(request.GET.get("new", ""), newest))
    old = access.get_version(one, _number(request.GET.get("old", ""), max(1, new.number - 1)))
    shown = {"template": one, "old": old, "new": new, "numbers": range(newest, 0, -1)}
    shown["changed"] = _changed(old.parameters, new.parameters)
    return render(request, "script_builder/compare.html", shown)


def template_page(request: Request, template, version=None, *, refused: WrongState | None = None):
    """The template's page with one of its versions, the newest unless told otherwise; 409 where `refused` says why."""
    runs = Count("stamps", filter=Q(stamps__withdrawn_at__isnull=True))
    versions = (
        template.versions.select_related("created_by")
        .annotate(runs=runs)
        .defer("text", "parameters")
        .order_by("-number")
    )
    newest = template.newest
    version = version or newest
    shown = {
        "template": template,
        "newest": newest,
        "version": version,
        "versions": list(versions.order_by("-number")),
        "parameters": parameters.fields(version.parameters),
        "source": host().source_fix(request.user, template.source_fix_id) if template.source_fix_id else None,
        "in_use": template.runs or template.fixes.exists() or template.stamps.exists(),
        "refused": refused.message if refused else "",
        "may_write": may_write(request.user),
    }
    return render(request, "script_builder/template.html", shown, status=409 if refused else 200)


def _number(sent: str, otherwise: int) -> int:
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else otherwise


def _changed(old: dict, new: dict) -> list[tuple[str, str]]:
    """What became of the parameters from one version to the other."""
    became = [(name, "added") for name in new if name not in old]
    became += [(name, "removed") for name in old if name not in new]
    return became + [(name, "changed") for name in new if name in old and new[name] != old[name]]
