from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.urls import reverse

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
    let_in = []
    for name, path in addresses:
        for answer in (client.get(path), client.post(path)):
            to_sign_in = answer.status_code == 302 and answer["Location"].startswith("/sign-in/")
            if name not in OPEN and answer.status_code not in ELSEWHERE and not to_sign_in:
                let_in.append(f"{answer.status_code} {path} ({name})")
    assert not let_in


def test_nothing_exists_for_somebody_without_an_account(client_of, superuser, addresses):
    browser = client_of(superuser)
    seen = [
        f"{answer.status_code} {path}"
        for path in product(addresses)
        for answer in (browser.get(path), browser.post(path))
        if answer.status_code not in (404, 405)
    ]
    assert not seen


def test_a_stranger_finds_nothing(as_stranger, world):
    """Whatever carries an id of another account's answers 404, for reading and for writing."""
    seen = []
    for _, route in worlds.routes():
        path = worlds.address(route, world)
        if path != route:
            answers = {as_stranger.get(path).status_code, as_stranger.post(path).status_code}
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
            answers = {as_stranger.get(path).status_code, as_stranger.post(path).status_code}
            if not answers <= {404, 405} or answers == {405}:
                seen.append(f"{answers} {route}")
    assert not seen


def test_a_drafting_session_of_ones_own_opens_nothing_of_anothers(as_stranger, stranger, world):
    """The same of a turn in the builder's chat."""
    own = worlds.build(stranger.account, stranger)
    mixed = SimpleNamespace(**vars(world) | {"standalone": own.standalone})
    inside = [route for _, route in worlds.routes() if route.startswith("/script-builder/") and route.count("<") > 1]
    answers = {as_stranger.post(worlds.address(route, mixed)).status_code for route in inside}
    assert inside and answers == {404}


def test_a_viewer_changes_nothing(as_viewer, addresses):
    """Posting as somebody who may only read is refused everywhere, and the refusal leaves no trace."""
    before = worlds.snapshot()
    assert [path for path in product(addresses) if as_viewer.post(path).status_code not in ELSEWHERE] == []
    assert changed(before) == []


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
    return [path for name, path in addresses if name.startswith(("pilot:", "script_builder:"))]


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
