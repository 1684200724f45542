"""Every URL of Django admin by every kind of person: an account's admin finds its own rows and no others'.

What Django says of a row that is not there differs from page to page; what counts is that a row of another account's
is answered just so.
"""

import re

import pytest
from django.urls import URLPattern, get_resolver

from tests.access.asking import NOWHERE, ask, told
from tests.access.cast import ACCOUNT, ACTORS, FOREIGN

pytestmark = pytest.mark.django_db

# Of each model the row of a world, and what an account's admin may do with it; whatever is not said is 403.
MODELS = {
    "people_account": ("account", {"change"}),
    "people_user": ("user", {"change", "add", "password"}),
    "runbooks_accountrunbook": ("runbook", {"change", "add"}),
    "script_builder_scriptbuildersession": ("standalone", set()),
    "script_builder_scripttemplate": ("template", set()),
    "pilot_aisession": ("session", set()),
    "pilot_suggestedfix": ("fix", set()),
}
# What a superuser may do beyond that.
SUPERUSER = {"people_account": {"add"}, "pilot_aisession": {"delete"}}
# Pages of the site itself, for whoever gets into it: what they are asked for, where the address leaves it open.
SITE = {
    "index": "", "password_change": "", "password_change_done": "", "jsi18n": "", "app_list": "pilot",
    "autocomplete": "?app_label=pilot&model_name=aisession&field_name=owner&term=osprey",
}  # fmt: skip
# They are for everybody: the way in, the way out, and what leads to the address with a stroke at its end.
OPEN = {"login", "logout", ""}
SEARCHES = ["", "?q=osprey", "?q=ticket", "?o=1"]
VISIBLE_IN_ADMIN = {"superuser": ACCOUNT | FOREIGN, "lead": ACCOUNT}


def addresses(resolver, prefix: str) -> list[tuple[str, str]]:
    """Every address of admin: its name and its route."""
    found = []
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        found += [(pattern.name or "", route)] if isinstance(pattern, URLPattern) else addresses(pattern, route)
    return found


ADMIN = next(one for one in get_resolver().url_patterns if getattr(one, "namespace", "") == "admin")
FOUND = addresses(ADMIN, f"/{ADMIN.pattern}")


def model_of(name: str) -> tuple[str, str]:
    """The model that an address is of, and what it does: `pilot_aisession_change`."""
    name = {"auth_user_password_change": "people_user_password"}.get(name, name)
    stem, _, action = name.rpartition("_")
    return (stem, action) if stem in MODELS else ("", "")


def test_every_address_has_an_expectation():
    named = {name for name, _ in FOUND}
    unknown = {name for name in named if not model_of(name)[0]} - set(SITE) - OPEN
    assert not unknown, f"Say in tests/access/test_admin.py who opens {unknown} of Django admin, or add its model"
    assert {model_of(name)[0] for name in named} - {""} == set(MODELS)
    assert (set(SITE) | OPEN) - named == set()


@pytest.mark.parametrize("name, route", [one for one in FOUND if model_of(one[0])[0]])
def test_who_gets_where(cast, name, route):
    model, action = model_of(name)
    wrong = []
    for actor in ACTORS:
        for method in ("GET", "POST"):
            for world in sorted(ACCOUNT | FOREIGN) if "<" in route and _in_admin(actor) else ["owner"]:
                row = str(getattr(cast.worlds[world], MODELS[model][0]).pk)
                searches = SEARCHES if action == "changelist" and method == "GET" and _in_admin(actor) else [""]
                for search in searches:
                    path = re.sub(r"<[^>]*>", row, route) + search
                    wrong += [
                        f"{method} {name} {search} of {world} as {actor.name}: {line}"
                        for line in _amiss(cast, actor, method, path, world, (model, action), row)
                    ]
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize("name, route", [one for one in FOUND if one[0] in SITE or one[0] == ""])
def test_who_gets_into_the_site(cast, name, route):
    path = re.sub(r"\^?\(\?P<.*", "", re.sub(r"<path:\w+>", str(NOWHERE), route))
    path += f"{SITE[name]}/" if name == "app_list" else SITE.get(name, "")
    for actor in ACTORS:
        answer, written = ask(cast, actor, "GET", path)
        if not _in_admin(actor):
            assert _to_sign_in(answer) or answer.status_code == 404, (name, actor.name, answer.status_code)
        else:
            assert answer.status_code in (200, 301, 302, 404) and not _to_sign_in(answer), (name, actor.name)
        assert not written and not _shown(cast, actor, answer), (name, actor.name)


def _amiss(cast, actor, method, path, world, what, row):
    """What is not as it should be of one answer."""
    answer, written = ask(cast, actor, method, path)
    status, action = answer.status_code, what[1]
    may = _may(actor, *what) or (method == "GET" and action == "change")
    if shown := _shown(cast, actor, answer):
        yield f"{status} shows what does not exist for them: {shown}"
    if not _in_admin(actor):
        if not _to_sign_in(answer):
            yield f"has no admin, and was answered {status}"
    elif world not in VISIBLE_IN_ADMIN[actor.user] and row in path:
        nothing, _ = ask(cast, actor, method, path.replace(row, str(NOWHERE)))
        if status not in (302, 403, 404) or told(answer).replace(row, str(NOWHERE)) != told(nothing):
            yield f"not theirs, and answered {status} otherwise than an id that nothing has"
    elif may != (status < 400):
        yield f"{'allowed' if may else 'expected 403'}, and answered {status}"
    if written and not (may and method == "POST"):
        yield f"wrote to {sorted(set(written))}"


def _may(actor, model: str, action: str) -> bool:
    if action in ("changelist", "history"):
        return True
    return action in MODELS[model][1] | (SUPERUSER.get(model, set()) if actor.user == "superuser" else set())


def _in_admin(actor) -> bool:
    return actor.user in VISIBLE_IN_ADMIN and not actor.token


def _to_sign_in(answer) -> bool:
    return answer.status_code == 302 and answer["Location"].startswith("/admin/login/")


def _shown(cast, actor, answer) -> list[str]:
    """Words of what an account's admin does not see; in admin that is other accounts' alone."""
    if actor.user in ("superuser", "stranger"):
        return []
    hidden = (f"osprey{kind}" for kind in ("account", "ticket", "script", "draft", "runbook"))
    return sorted(word for word in hidden if word in answer.content.decode().lower())
