import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pilot.models import SuggestedFix
from script_builder.access import count_user_sessions, get_session, get_standalone, list_sessions
from script_builder.actions import sessions
from script_builder.models import Origin, ScriptBuilderMessage, ScriptBuilderSession
from script_builder.parameters import InvalidParameters
from script_builder.scaffold import scaffold
from script_builder.scripts import InvalidScript
from tests.factories.script_builder import DraftingFactory
from tests.script_builder.together import together

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_inline(owner, ai_session, fix):
    def opening(by=owner, fix=fix, language="bash"):
        return sessions.open_inline(
            by=by,
            ai_session_id=ai_session.pk,
            fix_id=fix.pk,
            title=fix.title,
            description=fix.description,
            language=language,
        )

    return opening


@pytest.fixture
def later_fix(ai_session, fix, owner):
    """Another fix of the same session; the first one is still on the record."""
    return SuggestedFix.objects.create(
        session=ai_session,
        title="Reinstall the driver",
        description="Reinstall it.",
        status="dismissed",
        dismissed_reason="engineer",
        closed_at=timezone.now(),
        closed_by=owner,
    )


class TestOpenInline:
    def test_the_first_opening_makes_it_with_a_scaffold(self, open_inline, owner, account, fix, ai_session):
        drafting, new = open_inline()
        assert new
        assert drafting.origin == Origin.PILOT_INLINE
        assert (drafting.user, drafting.account_id, drafting.ai_session_id) == (owner, account.pk, ai_session.pk)
        assert (drafting.source_fix_id, drafting.title, drafting.language) == (fix.pk, fix.title, "bash")
        assert drafting.buffer == drafting.scaffold == scaffold(fix.description, "bash")
        assert drafting.is_untouched

    def test_opened_again_it_is_the_same_untouched_by_it(self, open_inline):
        drafting, _ = open_inline()
        saved = sessions.save_buffer(session=drafting, by=drafting.user, text="ls\n", revision=0)
        again, new = open_inline(language="python")
        assert (again.pk, new) == (drafting.pk, False)
        assert (again.buffer, again.language, again.buffer_revision) == ("ls\n", "bash", saved.buffer_revision)

    def test_each_person_has_their_own(self, open_inline, teammate):
        assert open_inline()[0].pk != open_inline(by=teammate)[0].pk

    @pytest.mark.parametrize("buffer", [None, "", "  \n"])
    def test_for_a_later_fix_an_untouched_buffer_begins_anew(self, open_inline, later_fix, owner, buffer):
        drafting, _ = open_inline()
        if buffer is not None:
            sessions.save_buffer(session=drafting, by=owner, text=buffer, revision=0)
        later, new = open_inline(fix=later_fix, language="powershell")
        assert (later.pk, new, later.source_fix_id) == (drafting.pk, False, later_fix.pk)
        assert (later.title, later.language) == (later_fix.title, "powershell")
        assert later.buffer == later.scaffold == "# Reinstall it.\n\n"

    def test_a_buffer_that_somebody_wrote_is_kept_aside_for_a_later_fix(self, open_inline, later_fix, owner):
        drafting, _ = open_inline()
        sessions.save_buffer(session=drafting, by=owner, text="ls\n", revision=0)
        turned, _ = open_inline(fix=later_fix, language="powershell")
        assert (turned.pk, turned.source_fix_id, turned.title) == (drafting.pk, later_fix.pk, later_fix.title)
        assert (turned.language, turned.earlier_buffer) == ("powershell", "ls\n")
        assert turned.buffer == turned.scaffold == "# Reinstall it.\n\n"
        assert not turned.has_progress

    def test_an_earlier_draft_stays_until_another_one_is_left_over(self, open_inline, later_fix, fix, owner):
        drafting, _ = open_inline()
        sessions.save_buffer(session=drafting, by=owner, text="ls\n", revision=0)
        open_inline(fix=later_fix)
        again, _ = open_inline(fix=fix)
        assert again.earlier_buffer == "ls\n"
        sessions.save_buffer(session=again, by=owner, text="pwd\n", revision=again.buffer_revision)
        assert open_inline(fix=later_fix)[0].earlier_buffer == "pwd\n"

    def test_what_was_submitted_is_not_left_over(self, open_inline, later_fix, owner):
        drafting, _ = open_inline()
        sessions.save_buffer(session=drafting, by=owner, text="ls\n", revision=0)
        sessions.clear(session=drafting, by=owner)
        assert open_inline(fix=later_fix)[0].earlier_buffer == ""

    def test_a_divider_says_where_the_later_fix_begins(self, open_inline, later_fix, owner):
        drafting, _ = open_inline()
        ScriptBuilderMessage.objects.create(session=drafting, role="user", author=owner, text="Draft it.")
        assert drafting.has_progress
        later, _ = open_inline(fix=later_fix)
        open_inline(fix=later_fix)
        assert [(turn.role, turn.text) for turn in later.messages.all()] == [
            ("user", "Draft it."),
            ("note", "From here on: Reinstall the driver"),
        ]
        assert later.messages.last().created_at >= later.turned_at > later.messages.first().created_at
        assert not later.has_progress

    def test_a_chat_in_which_nothing_was_said_needs_no_divider(self, open_inline, later_fix):
        open_inline()
        assert not open_inline(fix=later_fix)[0].messages.exists()

    def test_a_stale_tab_does_not_write_into_a_later_fixs_scaffold(self, open_inline, later_fix, owner):
        drafting, _ = open_inline()
        open_inline(fix=later_fix)
        with pytest.raises(sessions.StaleBuffer):
            sessions.save_buffer(session=drafting, by=owner, text="ls\n", revision=drafting.buffer_revision)


class TestOpenStandalone:
    def test_it_holds_the_draft(self, owner, ai_session, fix):
        drafting, new = sessions.open_standalone(
            by=owner,
            title="Restart",
            language="bash",
            text="\ufeffsystemctl restart {{ unit }}\r\n",
            parameters={"unit": {"required": True}},
            source_fix_id=fix.pk,
            ai_session_id=ai_session.pk,
        )
        assert new
        assert drafting.origin == Origin.STANDALONE
        assert drafting.buffer == "systemctl restart {{ unit }}\n"
        assert drafting.parameters["unit"]["type"] == "text"
        assert not drafting.is_untouched

    def test_for_one_fix_it_is_the_same_again(self, owner, teammate, fix):
        first, _ = sessions.open_standalone(by=owner, source_fix_id=fix.pk, text="a")
        again, new = sessions.open_standalone(by=owner, source_fix_id=fix.pk, text="b")
        assert (again.pk, new, again.buffer) == (first.pk, False, "a")
        assert sessions.open_standalone(by=teammate, source_fix_id=fix.pk)[1]

    def test_at_the_cap_only_what_is_there_opens(self, owner, teammate, fix, inline):
        there, _ = sessions.open_standalone(by=owner, source_fix_id=fix.pk)
        DraftingFactory.create_batch(sessions.MAX_STANDALONE - 1, user=owner)
        with pytest.raises(sessions.CapReached):
            sessions.open_standalone(by=owner)
        assert sessions.open_standalone(by=owner, source_fix_id=fix.pk) == (there, False)
        assert sessions.open_standalone(by=teammate)[1]
        sessions.delete(session=there, by=owner)
        assert sessions.open_standalone(by=owner)[1]

    def test_a_wrong_script_or_specification_opens_nothing(self, owner):
        with pytest.raises(InvalidScript):
            sessions.open_standalone(by=owner, text="a\0")
        with pytest.raises(InvalidParameters):
            sessions.open_standalone(by=owner, parameters={"x": {"type": "colour"}})
        assert not ScriptBuilderSession.objects.exists()


class TestSaveBuffer:
    def test_it_keeps_the_text_as_typed_and_counts_up(self, drafting, owner):
        saved = sessions.save_buffer(session=drafting, by=owner, text="  a\r\n\r\n b ", revision=0)
        assert (saved.buffer, saved.buffer_revision) == ("  a\n\n b ", 1)
        assert saved.updated_at > drafting.updated_at
        assert sessions.save_buffer(session=drafting, by=owner, text="", revision=1).buffer == ""

    def test_a_stale_one_changes_nothing_and_shows_what_is_there(self, drafting, owner):
        sessions.save_buffer(session=drafting, by=owner, text="first", revision=0)
        with pytest.raises(sessions.StaleBuffer) as refused:
            sessions.save_buffer(session=drafting, by=owner, text="second", revision=0)
        assert (refused.value.present.buffer, refused.value.present.buffer_revision) == ("first", 1)
        with pytest.raises(sessions.StaleBuffer):
            sessions.save_buffer(session=drafting, by=owner, text="third", revision=2)

    def test_the_same_text_sent_twice_is_saved_once(self, drafting, owner):
        sessions.save_buffer(session=drafting, by=owner, text="same", revision=0)
        assert (
            sessions.save_buffer(session=drafting, by=owner, text="same\r\n".strip(), revision=0).buffer_revision == 1
        )

    def test_a_save_that_comes_after_the_script_was_submitted_is_refused(self, inline, owner):
        cleared = sessions.clear(session=inline, by=owner)
        assert (cleared.buffer, cleared.scaffold, cleared.is_untouched) == ("", "", True)
        with pytest.raises(sessions.StaleBuffer):
            sessions.save_buffer(session=inline, by=owner, text="late", revision=0)

    @pytest.mark.parametrize("text", ["x" * 50_001, "a\0b", "\udfff"])
    def test_what_is_no_script_is_refused(self, drafting, owner, text):
        with pytest.raises(InvalidScript):
            sessions.save_buffer(session=drafting, by=owner, text=text, revision=0)

    def test_nobody_else_may(self, drafting, teammate, admin, stranger):
        for person in (teammate, admin, stranger):
            with pytest.raises(Http404):
                sessions.save_buffer(session=drafting, by=person, text="mine", revision=0)
        drafting.refresh_from_db()
        assert drafting.buffer_revision == 0


class TestChangeLanguage:
    """What the endpoint does not show already: see test_language."""

    def test_nothing_is_stored_where_another_tab_was_faster(self, inline, owner):
        sessions.save_buffer(session=inline, by=owner, text="first", revision=0)
        with pytest.raises(sessions.StaleBuffer) as refused:
            sessions.change_language(session=inline, by=owner, language="bash", text="second", revision=0)
        assert (refused.value.present.buffer, refused.value.present.language) == ("first", "powershell")

    def test_the_same_sent_twice_is_no_conflict(self, inline, owner):
        said = {"session": inline, "by": owner, "language": "bash", "text": "ls\n", "revision": 0}
        assert sessions.change_language(**said).buffer_revision == 1
        assert sessions.change_language(**said).buffer_revision == 1

    def test_nobody_else_may(self, inline, teammate, admin, stranger):
        for person in (teammate, admin, stranger):
            with pytest.raises(Http404):
                sessions.change_language(session=inline, by=person, language="bash", text="", revision=0)


class TestProgress:
    """The dot, and what keeps the assistant from replacing a fix."""

    @pytest.mark.parametrize(
        ("text", "wanted"), [("", False), (" \n\t", False), ("# Restart it\n\n", False), ("# Restart it\n\nx", True)]
    )
    def test_a_buffer_that_somebody_wrote(self, inline, owner, text, wanted):
        assert sessions.save_buffer(session=inline, by=owner, text=text, revision=0).has_progress is wanted

    def test_a_message_to_the_assistant(self, inline, owner):
        ScriptBuilderMessage.objects.note(inline, "A line.")
        assert not inline.has_progress
        ScriptBuilderMessage.objects.create(session=inline, role="user", author=owner, text="Draft it.")
        assert inline.has_progress


class TestAccess:
    def test_inline_sessions_neither_show_nor_count(self, owner, drafting, inline):
        assert list(list_sessions(owner)) == [drafting]
        assert set(list_sessions(owner, include_inline=True)) == {drafting, inline}
        assert count_user_sessions(owner) == 1

    def test_newest_first(self, owner, drafting):
        newer = DraftingFactory(user=owner)
        assert list(list_sessions(owner)) == [newer, drafting]

    def test_ones_own_and_nobody_elses(self, owner, teammate, admin, stranger, superuser, drafting, inline):
        assert get_session(owner, drafting.pk) == drafting
        assert get_session(owner, inline.pk) == inline
        with pytest.raises(Http404):
            get_standalone(owner, inline.pk)
        for person in (teammate, admin, stranger, superuser):
            with pytest.raises(Http404):
                get_session(person, drafting.pk)

    def test_who_moved_to_another_account_leaves_their_sessions_behind(self, owner, stranger, drafting):
        owner.account = stranger.account
        owner.save()
        assert not list_sessions(owner).exists()

    def test_the_list_is_one_query_however_long(self, as_owner, owner):
        DraftingFactory(user=owner)
        with CaptureQueriesContext(
            connection,
        ) as one:
            as_owner.get("/script-builder/")
        DraftingFactory.create_batch(4, user=owner)
        with CaptureQueriesContext(connection) as five:
            as_owner.get("/script-builder/")
        assert len(one) == len(five)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_twenty_openings_end_at_one_inline_session(self, open_inline):
        found = together(20, open_inline)
        assert len({drafting.pk for drafting, _ in found}) == 1
        assert [new for _, new in found].count(True) == 1
        assert ScriptBuilderSession.objects.count() == 1

    def test_the_cap_holds(self, owner):
        found = together(20, lambda: sessions.open_standalone(by=owner))
        assert sum(isinstance(one, sessions.CapReached) for one in found) == 20 - sessions.MAX_STANDALONE
        assert count_user_sessions(owner) == sessions.MAX_STANDALONE

    def test_twenty_openings_for_one_fix_end_at_one_standalone_session(self, owner, fix):
        found = together(20, lambda: sessions.open_standalone(by=owner, source_fix_id=fix.pk))
        assert len({drafting.pk for drafting, _ in found}) == 1
        assert [new for _, new in found].count(True) == 1

    def test_of_twenty_saves_one_is_kept(self, owner, drafting):
        texts = iter([f"text {n}" for n in range(20)])
        found = together(20, lambda: sessions.save_buffer(session=drafting, by=owner, text=next(texts), revision=0))
        kept = [one for one in found if isinstance(one, ScriptBuilderSession)]
        assert len(kept) == 1
        assert all(isinstance(one, sessions.StaleBuffer) for one in found if one is not kept[0])
        drafting.refresh_from_db()
        assert (drafting.buffer, drafting.buffer_revision) == (kept[0].buffer, 1)

    def test_a_later_fix_is_turned_to_once(self, open_inline, later_fix):
        open_inline()
        found = together(10, lambda: open_inline(fix=later_fix, language="python"))
        assert {drafting.buffer_revision for drafting, _ in found} == {1}
