import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from flowpilot.ai import library
from script_builder.parameters import InvalidParameters, check, clean, fields, from_post

SPEC = {
    "host": {"type": "host", "label": "Computer", "required": True},
    "wait": {"type": "number", "default": 30},
    "force": {"type": "boolean", "default": True},
    "mode": {"type": "choice", "choices": ["soft", "hard"], "default": "soft"},
    "when": {"type": "date"},
    "password": {"type": "text", "secret": True, "default": "hunter2"},
}


def test_a_specification_is_stored_with_every_field_and_without_a_secrets_default():
    checked = check(SPEC)
    assert set(checked["host"]) == {
        *("type", "label", "help", "required", "default", "choices", "pattern", "minimum", "maximum", "secret"),
    }
    assert checked["wait"]["default"] == "30"
    assert checked["force"]["default"] == "yes"
    assert checked["password"] | {"label": ""} == checked["password"] | {"label": "", "type": "secret", "default": ""}
    assert check(checked) == checked
    assert check(None) == {}


def test_type_secret_and_the_secret_mark_say_the_same():
    assert check({"x": {"type": "secret"}}) == check({"x": {"secret": True}})


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "colour"},
        {"colour": "red"},
        {"type": "choice"},
        {"type": "choice", "choices": ["a"], "default": "b"},
        {"type": "number", "default": "many"},
        {"type": "number", "minimum": "few"},
        {"type": "number", "minimum": 1, "maximum": 9, "default": 10},
        {"pattern": "("},
        {"pattern": "((a{999}){999}){999}"},
        {"pattern": "[a-z]+", "default": "X"},
        {"default": "two\nlines"},
        "text",
    ],
)
def test_a_wrong_specification_is_refused_under_its_name(wrong):
    with pytest.raises(InvalidParameters) as refused:
        check({"x": wrong})
    assert refused.value.errors["x"]


@pytest.mark.parametrize("name", ["", "a b", "1st", "a-b", "x" * 41, "{{", "ä"])
def test_a_name_that_no_placeholder_can_have_is_refused(name):
    with pytest.raises(InvalidParameters):
        check({name: {}})


def test_more_parameters_than_a_form_can_bear_are_refused():
    with pytest.raises(InvalidParameters):
        check({f"p{n}": {} for n in range(51)})


def test_values_get_their_one_way_of_writing_and_missing_ones_their_default():
    assert clean(SPEC, {"host": " pc-17 ", "wait": "007.50", "force": "no", "password": " a b "}) == {
        "host": "pc-17",
        "wait": "7.5",
        "force": False,
        "mode": "soft",
        "when": "",
        "password": " a b ",
    }


def test_clean_values_stay_what_they_are():
    once = clean(SPEC, {"host": "10.0.0.5", "wait": "-0", "when": "2026-03-31"})
    assert clean(SPEC, once) == once
    assert once["wait"] in ("0", "-0")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *[("host", value) for value in ("pc 17", "-x", "a..b", "pc;rm", "x" * 300, "$(id)", "http://a")],
        *[("number", value) for value in ("1e9", "0x1", "1 2", "１", "NaN", "Infinity", "1" * 16, "--1")],
        *[("date", value) for value in ("31.03.2026", "2026-02-30", "tomorrow")],
        *[("user", value) for value in ('a"b', "a;b", "-x", "a|b", "a*")],
        *[("choice", value) for value in ("Soft", "medium")],
        *[("boolean", value) for value in ("maybe", "2", ["yes"], {"a": 1})],
        *[("text", value) for value in (["a"], {"a": "b"}, True, object(), "x" * 1001)],
    ],
)
def test_a_value_of_another_kind_is_refused(kind, value):
    with pytest.raises(InvalidParameters) as refused:
        clean({"x": {"type": kind, "choices": ["soft", "hard"]}}, {"x": value})
    assert refused.value.errors["x"]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *[("host", value) for value in ("pc-17", "10.0.0.5", "fe80::1", "srv_1.contoso.com", "a.")],
        *[("number", value) for value in ("0", "-2.5", 30, 2.5)],
        *[("user", value) for value in ("j.doe", "CONTOSO\\j.doe", "j.o'neil+x@contoso.com", "Jörg Ä")],
        *[("path", value) for value in ("C:\\Program Files\\x", "/var/it's", "\\\\srv\\share$")],
    ],
)
def test_a_value_of_the_right_kind_is_taken(kind, value):
    assert clean({"x": {"type": kind}}, {"x": value})["x"]


@pytest.mark.parametrize("kind", ["text", "path", "secret", "host", "user", "number", "date", "choice"])
@pytest.mark.parametrize("bad", list("\0\n\r\t\v\f\x1b\x7f\x85\u2028\u2029\ud800\u202e\u2066"))
def test_control_characters_are_refused_in_every_kind(kind, bad):
    with pytest.raises(InvalidParameters):
        clean({"x": {"type": kind, "choices": [f"a{bad}b"]}}, {"x": f"a{bad}b"})


@pytest.mark.parametrize("value", ["", "   ", None])
def test_what_is_required_must_be_given(value):
    with pytest.raises(InvalidParameters):
        clean({"x": {"required": True}}, {} if value is None else {"x": value})


def test_a_name_that_the_script_does_not_have_is_refused():
    with pytest.raises(InvalidParameters) as refused:
        clean({}, {"y": "1"})
    assert set(refused.value.errors) == {"y"}


def test_a_pattern_holds_for_the_whole_value():
    spec = {"drive": {"pattern": "[A-Z]:"}}
    assert clean(spec, {"drive": "C:"}) == {"drive": "C:"}
    with pytest.raises(InvalidParameters):
        clean(spec, {"drive": "C:\\Windows"})


def test_a_number_keeps_within_its_bounds():
    spec = {"days": {"type": "number", "minimum": -1, "maximum": "30.5"}}
    assert [clean(spec, {"days": value})["days"] for value in ("-1", "30.5", "")] == ["-1", "30.5", ""]
    for value in ("-1.5", "31", "100"):
        with pytest.raises(InvalidParameters, match=r"At (least -1|most 30\.5)"):
            clean(spec, {"days": value})


def test_a_pattern_that_never_ends_is_given_up():
    with pytest.raises(InvalidParameters) as refused:
        clean({"x": {"pattern": "(?:(?:a|aa|aaa)+)+$"}}, {"x": "a" * 999 + "!"})
    assert "took too long" in str(refused.value.errors["x"])


def test_a_form_comes_back_as_it_was_drawn():
    posted = QueryDict("p-host=pc-17&p-wait=5&p-mode=hard&p-when=&p-password=x&p-other=1")
    assert from_post(SPEC, posted) == {
        "host": "pc-17",
        "wait": "5",
        "force": False,
        "mode": "hard",
        "when": "",
        "password": "x",
    }
    assert from_post(SPEC, QueryDict("p-force=yes"))["force"] is True


def test_the_form_shows_what_was_typed_what_is_wrong_and_no_secret():
    drawn = fields(SPEC, {"host": 'a"b', "password": "hunter3", "force": False}, {"host": "Which one?"})
    html = render_to_string("script_builder/_parameters.html", {"fields": drawn})
    assert 'name="p-host"' in html
    assert 'value="a&quot;b"' in html
    assert "Which one?" in html
    assert 'type="password"' in html
    assert "hunter" not in html
    assert "checked" not in html
    assert '<option value="soft" selected>' in html


def test_the_librarys_own_parameters_hold():
    for template in library.templates().values():
        check(template.parameters)
