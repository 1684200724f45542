"""What a reader finds in a script: declarations that can become a form, and sentences on those that cannot."""

from dataclasses import dataclass, field

import regex

from script_builder import parameters as specs

# A pattern from a script is tried on its own default; one that takes longer than this is not taken over.
PATTERN_SECONDS = 0.02


class LeftOut(Exception):
    """This declaration does not become a parameter; the message says why, as the end of a sentence."""


@dataclass(frozen=True)
class Edit:
    """This piece of the text gives way to another; of several at one place the lower rank comes first."""

    start: int
    end: int
    text: str
    rank: int = 0


@dataclass(frozen=True)
class Declaration:
    """One parameter: what it is called in the script, in a placeholder and in the form, and how its value gets in.

    `placeholder` names the one that stands in its place already. `position` is the number of an argument that only
    arrives where all before it do. `insists` says that the script as it is takes no default for it.
    """

    variable: str
    name: str
    spec: dict
    edits: tuple[Edit, ...] = ()
    placeholder: str = ""
    position: int = 0
    insists: bool = False


@dataclass
class Said:
    """What a script says of one parameter, as far as it was read.

    `type` is a form's, or "string" for a text of whatever kind, or "" where the script does not say.
    """

    variable: str
    type: str = ""
    default: str | bool | None = None
    required: bool = False
    choices: list[str] = field(default_factory=list)
    pattern: str = ""
    minimum: str = ""
    maximum: str = ""
    help: str = ""


def specification(said: Said, name: str) -> dict:
    """The parameter as a form can ask for it; raises LeftOut."""
    label, help_text = _worded(said.help)
    spec = {
        "type": said.type,
        "label": label,
        "help": help_text,
        "required": said.required,
        "default": _written(said.default),
        "choices": said.choices,
        "pattern": said.pattern,
        "minimum": said.minimum,
        "maximum": said.maximum,
    }
    _check_default(spec["default"], said.pattern)
    if said.choices:
        spec |= {"type": "choice", "default": _of(said.choices, spec["default"])}
    for kind in [_guessed(name, said), "text"] if spec["type"] in ("", "string") else [spec["type"]]:
        if kind == "secret":
            # No secret is stored, so what the script has in this place has to be given each time.
            spec |= {"required": spec["required"] or bool(spec["default"]), "default": ""}
        try:
            return specs.check({name: spec | {"type": kind}})[name]
        except specs.InvalidParameters as error:
            wrong = " ".join(error.errors.values())
    raise LeftOut(f"what it says of its value does not fit a form ({wrong})")


def _written(default: str | bool | None) -> str:
    return ("no", "yes")[default] if isinstance(default, bool) else default or ""


def _check_default(default: str, pattern: str) -> None:
    if default != default.strip(" "):
        raise LeftOut("its default begins or ends with a blank, which a form would take away")
    if not pattern:
        return
    if len(pattern) > 200:
        raise LeftOut("the pattern of its value is too long for a form")
    try:
        regex.compile(pattern).fullmatch(default, timeout=PATTERN_SECONDS)
    except regex.error:
        raise LeftOut("the pattern of its value is none that a form can compare with") from None
    except TimeoutError:
        raise LeftOut("the pattern of its value takes too long to compare with") from None


def _of(choices: list[str], default: str) -> str:
    """The choice that the script means, whose case it may not mind."""
    return next((choice for choice in choices if choice.casefold() == default.casefold()), default)


SECRET = ("password", "passwd", "passphrase", "secret", "token", "api_key", "apikey", "credential_password", "pin")
PATH = ("path", "file", "folder", "directory", "dir", "filename")
HOST = ("computer", "computer_name", "host", "hostname", "host_name", "server", "server_name")
USER = ("user", "username", "user_name", "account", "account_name", "sam_account_name", "login", "upn")


def _guessed(name: str, said: Said) -> str:
    """What kind of value a name and a default speak of."""
    words, default = name.lower(), said.default
    if any(words == secret or words.endswith(f"_{secret}") for secret in SECRET):
        return "secret"
    if any(words == path or words.endswith(f"_{path}") for path in PATH):
        return "path"
    if words in HOST:
        return "host"
    if words in USER:
        return "user"
    if isinstance(default, bool):
        return "boolean"
    return "number" if not said.type and is_number(default or "") else "text"


def is_number(text: str) -> bool:
    """Whether a form keeps this number as it is written: 007 names something else, and would lose its zeros."""
    try:
        return specs.KINDS["number"](text) == text
    except ValueError:
        return False


def _worded(text: str) -> tuple[str, str]:
    """A short first sentence is the label, what follows it the help."""
    words = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    first, dot, rest = words.partition(". ")
    if not dot and words.endswith(".") and not words.endswith(".."):
        first = words[:-1]
    if len(first) <= 60:
        return first, rest[:500]
    return "", words[:500]
