"""What docs/security.md points to is there: each test that it names."""

import re

from django.conf import settings

CITED = re.compile(r"`(\w+/test_\w+\.py)`(?: \(([^)]+)\))?")


def test_each_test_that_refuses_an_attack_is_there():
    cited = CITED.findall((settings.BASE_DIR / "docs/security.md").read_text())
    assert cited
    lost = []
    for path, phrases in cited:
        file = settings.BASE_DIR / "tests" / path
        tests = " ".join(re.findall(r"def test_(\w+)", file.read_text())) if file.exists() else ""
        wanted = [re.sub(r"\W+", "_", phrase.replace("'", "")) for phrase in phrases.split(", ") if phrase]
        lost += [path] if not tests else [f"{path}: {one}" for one in wanted if one not in tests]
    assert not lost, "\n".join(lost)
