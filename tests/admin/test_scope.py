import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from pilot.models import AISession
from script_builder.models import ScriptBuilderSession

MODELS = [(model._meta.app_label, model._meta.model_name) for model in admin.site._registry]


def url(row_or_model, action, *args):
    return reverse(f"admin:{row_or_model._meta.app_label}_{row_or_model._meta.model_name}_{action}", args=args)


def page(client, path, query=None):
    response = client.get(path, query)
    assert response.status_code == 200, (path, response.status_code, getattr(response, "url", ""))
    return response.content.decode()


@pytest.fixture
def as_superuser(client_of, superuser):
    return client_of(superuser)


def test_an_admin_reads_their_own_account(as_admin, mine):
    for row in mine.rows():
        assert str(row) in page(as_admin, url(row, "changelist"))
        assert str(row) in page(as_admin, url(row, "change", row.pk))
        page(as_admin, url(row, "history", row.pk))


def test_a_session_shows_all_that_belongs_to_it(as_admin, mine):
    shown = page(as_admin, url(mine.session, "change", mine.session.pk))
    for words in ("Heron words", "Heron answer", "Heron fix", "Heron question", "Heron event", mine.stamp.sha256):
        assert words in shown
    assert "echo Heron" in page(as_admin, url(mine.fix, "change", mine.fix.pk))


def test_an_admin_finds_nothing_of_another_account_in_lists(as_admin, mine, theirs):
    for model in admin.site._registry:
        for query in ({}, {"q": "OSPREY"}, {"o": "1"}):
            assert "Osprey" not in page(as_admin, url(model, "changelist"), query)


def test_another_accounts_ids_in_filters_show_nothing_of_it(as_admin, mine, theirs):
    them, it = theirs.session.owner, theirs.session
    for model, query in (
        (AISession, {"owner__id__exact": them.pk}),
        (ScriptBuilderSession, {"user__id__exact": them.pk}),
        (ScriptBuilderSession, {"ai_session__id__exact": it.pk}),
    ):
        response = as_admin.get(url(model, "changelist"), query, follow=True)
        assert "Osprey" not in response.content.decode()
        assert set(response.context["cl"].queryset) <= {mine.session, mine.inline, mine.standalone}


def test_nobody_asks_for_password_hashes_through_a_filter(as_admin, mine):
    response = as_admin.get(url(mine.session.owner, "changelist"), {"password__startswith": "md5"})
    assert response.status_code == 400
    response = as_admin.get(url(AISession, "changelist"), {"owner__password__startswith": "md5"})
    assert response.status_code == 400


def test_a_superuser_sees_every_account(as_superuser, mine, theirs):
    for record in (mine, theirs):
        for row in record.rows():
            assert str(row) in page(as_superuser, url(row, "changelist"))
            page(as_superuser, url(row, "change", row.pk))


def test_builder_sessions_are_filtered_by_origin(as_admin, mine):
    for origin, row in (("pilot_inline", mine.inline), ("standalone", mine.standalone)):
        response = as_admin.get(url(row, "changelist"), {"origin__exact": origin})
        assert list(response.context["cl"].queryset) == [row]


@pytest.mark.parametrize("who", ["as_owner", "as_viewer"])
def test_engineers_and_viewers_have_no_admin(request, who, mine):
    client = request.getfixturevalue(who)
    for path in ("/admin/", url(mine.session, "change", mine.session.pk), url(mine.session, "changelist")):
        response = client.get(path, follow=True)
        assert response.status_code == 403
        assert "Heron" not in response.content.decode()


def test_nobody_is_sent_to_our_own_sign_in(client, db):
    response = client.get("/admin/pilot/aisession/", follow=True)
    assert response.redirect_chain[-1][0] == "/sign-in/?next=/admin/pilot/aisession/"
    assert response.status_code == 200


def test_admins_own_ways_out_are_ours(as_admin):
    page_of_admin = as_admin.get("/admin/").content.decode()
    assert 'action="/sign-out/" data-sign-out' in page_of_admin and 'href="/password/"' in page_of_admin
    assert as_admin.get("/admin/password_change/").url == "/password/"
    assert as_admin.get("/admin/logout/").status_code == 405
    assert as_admin.post("/admin/logout/").url == "/sign-in/"
    assert "_auth_user_id" not in as_admin.session


def test_admin_stands_under_the_strict_policy(as_admin, mine):
    for path in ("/admin/", url(mine.session, "changelist"), url(mine.session, "change", mine.session.pk)):
        response = as_admin.get(path)
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]
        # The one exception is for the styles that the script editor sets on its own elements.
        assert response.headers["Content-Security-Policy"].count("unsafe") == 1
        assert "style-src-attr 'unsafe-inline'" in response.headers["Content-Security-Policy"]
        assert response.headers["Cache-Control"]
        shown = response.content.decode()
        assert "<style" not in shown and " style=" not in shown and " onclick=" not in shown
        assert not [tag for tag in shown.split("<script")[1:] if "src=" not in tag.split(">")[0]]


def test_admin_tells_nobody_which_ids_exist(as_admin, mine, theirs):
    session_type = ContentType.objects.get_for_model(AISession).pk
    for record in (mine, theirs):
        assert as_admin.get(f"/admin/r/{session_type}/{record.session.pk}/").status_code == 404
    assert "/admin/r/" not in page(as_admin, url(mine.session, "change", mine.session.pk))
