from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.urls import reverse

from tests.calling import with_token
from tests.conventions import world as worlds

# What somebody who is not signed in may open; the nameless one is `/`, which only leads to the sessions.
OPEN = {"people:sign_in", ""}
ELSEWHERE = {403, 404, 405}


@pytest.fixture
def world(account, owner):
    return worlds.build(account, owner)


@pytest.fixture
def addresses(world) -> list[tuple[str, str]]:
    """Every URL of the product: its name, and its path to something that the owner has."""
    return [(name, worlds.address(route, world)) for name, route in worlds.routes()]


def test_there_is_something_to_walk(addresses):
    assert len(addresses) > 20


def test_only_who_is_signed_in_gets_in(client, addresses):
    """A page leads to the sign-in page, the API says 401."""
    let_in = []
    for name, path in addresses:
        for answer in asked(client, path):
            to_sign_in = answer.status_code == 302 and answer["Location"].startswith("/sign-in/")
            refused = ELSEWHERE | ({401} if name.startswith("api:") else set())
            if name not in OPEN and answer.status_code not in refused and not to_sign_in:
                let_in.append(f"{answer.status_code} {path} ({name})")
    assert not let_in


def test_nothing_exists_for_somebody_without_an_account(client_of, superuser, addresses):
    browser = client_of(superuser)
    seen = [
        f"{answer.status_code} {path}"
        for path in product(addresses)
        for answer in asked(browser, path)
        if answer.status_code not in (404, 405)
    ]
    assert not seen


def test_a_stranger_finds_nothing(as_stranger, world):
    """Whatever carries an id of another account's answers 404, for reading and for writing."""
    seen = []
    for _, route in worlds.routes():
        path = worlds.address(route, world)
        if path != route:
            answers = {answer.status_code for answer in asked(as_stranger, path)}
            if not answers <= {404, 405} or answers == {405}:
                seen.append(f"{answers} {route}")
    assert not seen


def test_a_session_of_ones_own_opens_nothing_of_anothers(as_stranger, stranger, world):
    """The parent's id is mine and the child's is not: 404, as if the child did not exist."""
    own = worlds.build(stranger.account, stranger)
    mixed = SimpleNamespace(**vars(world) | {"session": own.session})
    seen = []
    for _, route in worlds.routes():
        if "session_id" in route and route.count("<") > 1:
            path = worlds.address(route, mixed)
            answers = {answer.status_code for answer in asked(as_stranger, path)}
            if not answers <= {404, 405} or answers == {405}:
                seen.append(f"{answers} {route}")
    assert not seen


def test_a_drafting_session_of_ones_own_opens_nothing_of_anothers(as_stranger, stranger, world):
    """The same of a turn in the builder's chat."""
    own = worlds.build(stranger.account, stranger)
    mixed = SimpleNamespace(**vars(world) | {"standalone": own.standalone})
    mine = ("<uuid:id>", "<drafting_id>")
    inside = [route for _, route in worlds.routes() if any(name in route for name in mine) and route.count("<") > 1]
    answers = {answer.status_code for route in inside for answer in asked(as_stranger, worlds.address(route, mixed))}
    assert inside and answers == {404, 405}


def test_a_viewer_changes_nothing(as_viewer, addresses):
    """Writing as somebody who may only read is refused everywhere, and the refusal leaves no trace."""
    before = worlds.snapshot()
    taken = [
        f"{answer.status_code} {answer.request['REQUEST_METHOD']} {path}"
        for path in product(addresses)
        for answer in asked(as_viewer, path, worlds.METHODS[1:])
        if answer.status_code not in ELSEWHERE
    ]
    assert taken == []
    assert changed(before) == []


def test_a_token_that_reads_changes_nothing(owner, addresses):
    reader = with_token(owner, "read").browser
    before = worlds.snapshot()
    taken = [
        f"{answer.status_code} {path}"
        for name, path in addresses
        if name.startswith("api:")
        for answer in asked(reader, path, worlds.METHODS[1:])
        if answer.status_code not in (403, 405)
    ]
    assert taken == []
    assert changed(before) == ["people.AccessToken"]  # when it was last used


def test_a_token_opens_nothing_but_the_api(admin, addresses):
    bearer = with_token(admin).browser
    pages = [path for name, path in addresses if not name.startswith("api:") and name not in OPEN]
    answers = {
        path: answer.status_code
        for path in [*pages, *admin_addresses()]
        for answer in asked(bearer, path)
        if answer.status_code not in ELSEWHERE
        and not answer.get("Location", "").startswith(("/sign-in/", "/admin/login/"))
    }
    assert pages and not answers


def test_a_strangers_token_finds_nothing(stranger, addresses):
    bearer = with_token(stranger).browser
    found = [
        f"{answer.status_code} {path}"
        for (name, path), (_, route) in zip(addresses, worlds.routes(), strict=True)
        if name.startswith("api:") and path != route
        for answer in asked(bearer, path)
        if answer.status_code not in (404, 405)
    ]
    assert not found


def test_every_view_names_its_methods(as_owner, client, addresses):
    """TRACE belongs to no page, so whoever answers it with anything but 405 takes every method."""
    takers = [
        f"{path} ({name})"
        for name, path in addresses
        if (client if name in OPEN else as_owner).trace(path).status_code != 405
    ]
    assert not takers


def test_reading_writes_nothing(as_owner, as_admin, world, addresses):
    before = worlds.snapshot()
    writers, opened = [], 0
    for browser, paths in ((as_owner, [path for _, path in addresses]), (as_admin, admin_addresses())):
        for path in paths:
            answer = browser.get(path)
            assert answer.status_code < 500
            opened += answer.status_code == 200
            if difference := changed(before):
                writers.append(f"{path} wrote {difference}")
                before = worlds.snapshot()
    assert not writers
    assert opened > 10


def product(addresses) -> list[str]:
    """The paths that belong to accounts; those about people themselves are for everybody who is signed in."""
    return [path for name, path in addresses if name.startswith(("pilot:", "script_builder:", "api:"))]


def asked(browser, path, methods=worlds.METHODS) -> list:
    """What the address answers to each method."""
    return [browser.generic(method, path) for method in methods]


def admin_addresses() -> list[str]:
    """Lists, search, and one page of each thing in Django admin."""
    paths = [reverse("admin:index")]
    for model in admin.site._registry:
        stem = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        row = model._base_manager.first()
        paths += [reverse(f"{stem}_changelist"), reverse(f"{stem}_changelist") + "?q=printer"]
        paths += [reverse(f"{stem}_change", args=[row.pk])] if row else []
    return paths


def changed(before: dict) -> list[str]:
    """The models whose rows are not what they were."""
    return [label for label, rows in worlds.snapshot().items() if rows != before[label]]
