"""A script's parameters: what a specification may say, and what a person may fill in.

A specification is a plain object, name → {type, label, help, required, default, choices, pattern, minimum, maximum,
secret}, as it is stored with a version or a drafted script.
"""

import ipaddress
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.views.decorators.debug import sensitive_variables
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from flowpilot.ai import patterns, tools

MAX_PARAMETERS = 50
MAX_VALUE = 1000
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")
DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?\.?")
NOT_IN_A_USER = re.compile(r'["/\[\]:;|=,*?<>]')
YES = {"yes", "true", "1", "on"}
NO = {"no", "false", "0", "off", ""}


class InvalidParameters(ValueError):
    """The specification, or what was filled in, does not hold; `errors` has a sentence for each name."""

    def __init__(self, errors: dict[str, str]):
        super().__init__(" ".join(f"{name}: {sentence}" for name, sentence in errors.items()))
        self.errors = errors


class Spec(tools.Parameter):
    """One parameter as it is stored: what an assistant may say of it, a number's bounds, and whether it is a secret."""

    secret: bool = False
    minimum: str = Field("", max_length=30)
    maximum: str = Field("", max_length=30)

    @field_validator("default", "minimum", "maximum", mode="before")
    @classmethod
    def _is_written_out(cls, default):
        if isinstance(default, bool):
            return "yes" if default else "no"
        return str(default) if isinstance(default, int | float) else "" if default is None else default


class _Specs(BaseModel):
    model_config = ConfigDict(extra="forbid")
    parameters: dict[str, Spec] = Field(default_factory=dict, max_length=MAX_PARAMETERS)


def check(parameters: Mapping | None) -> dict[str, dict]:
    """The specification with every field filled in; raises InvalidParameters."""
    plain = {
        name: spec.model_dump() if isinstance(spec, BaseModel) else spec
        for name, spec in dict(parameters or {}).items()
    }
    try:
        specs = _Specs(parameters=plain).parameters
    except ValidationError as error:
        raise InvalidParameters(_sentences(error)) from None
    errors = {}
    checked = {}
    for name, spec in specs.items():
        checked[name] = spec.model_dump() | {"secret": spec.secret or spec.type == "secret"}
        if checked[name]["secret"]:
            checked[name] |= {"type": "secret", "default": ""}  # a default would be a stored secret
        try:
            _check_one(name, checked[name])
        except ValueError as error:
            errors[name] = str(error)
    if errors:
        raise InvalidParameters(errors)
    return checked


@sensitive_variables()
def clean(parameters: Mapping, values: Mapping) -> dict[str, str | bool]:
    """The values in their one way of writing, secrets included; a name that is missing takes its default.

    Raises InvalidParameters. Booleans are True or False, everything else is text ("" where nothing was given).
    """
    specs = check(parameters)
    errors = {str(name): "This script has no such parameter." for name in values if name not in specs}
    cleaned = {}
    for name, spec in specs.items():
        try:
            cleaned[name] = _clean_one(spec, values.get(name, spec["default"]))
        except ValueError as error:
            errors[name] = str(error)
    if errors:
        raise InvalidParameters(errors)
    return cleaned


@sensitive_variables()
def from_post(parameters: Mapping, post: Mapping) -> dict[str, str | bool]:
    """What a submitted form says, by parameter name; a box that was not ticked is False."""
    values = {}
    for name, spec in check(parameters).items():
        if spec["type"] == "boolean":
            values[name] = str(post.get(f"p-{name}", "")).lower() in YES
        elif f"p-{name}" in post:
            values[name] = post[f"p-{name}"]
    return values


@dataclass(frozen=True)
class FormField:
    """One parameter as `_parameters.html` draws it."""

    name: str
    label: str
    help: str
    type: str
    input_type: str
    required: bool
    choices: list[str]
    value: str | bool
    error: str
    secret: bool


def fields(parameters: Mapping, values: Mapping | None = None, errors: Mapping | None = None) -> list[FormField]:
    """The form's fields, filled with `values` or the defaults; a secret's value is never written into a page."""
    values, errors = values or {}, errors or {}
    inputs = {"boolean": "checkbox", "choice": "select", "date": "date", "secret": "password"}
    drawn = []
    for name, spec in check(parameters).items():
        value = "" if spec["secret"] else values.get(name, spec["default"])
        if spec["type"] == "boolean":
            value = str(value).lower() in YES
        drawn.append(
            FormField(
                name=name,
                label=spec["label"] or name.replace("_", " ").capitalize(),
                help=spec["help"],
                type=spec["type"],
                input_type=inputs.get(spec["type"], "text"),
                required=spec["required"] and spec["type"] != "boolean",
                choices=spec["choices"],
                value=value,
                error=errors.get(name, ""),
                secret=spec["secret"],
            )
        )
    return drawn


def _sentences(error: ValidationError) -> dict[str, str]:
    """Pydantic's findings, one sentence for each parameter."""
    return {
        str(found["loc"][1]) if len(found["loc"]) > 1 else "parameters": f"{'.'.join(map(str, found['loc'][2:]))}: "
        f"{found['msg']}".removeprefix(": ")
        for found in error.errors(include_url=False, include_context=False, include_input=False)
    }


def _check_one(name: str, spec: dict) -> None:
    if not NAME.fullmatch(name):
        raise ValueError("A name is at most 40 letters, digits and underscores and does not begin with a digit.")
    if spec["type"] == "choice" and not any(spec["choices"]):
        raise ValueError("Name the choices.")
    if spec["pattern"]:
        patterns.compiled(spec["pattern"])
    for bound in ("minimum", "maximum"):
        spec[bound] = spec[bound] and _number(spec[bound])
    if spec["default"]:
        _clean_one(spec, spec["default"])


@sensitive_variables()
def _clean_one(spec: dict, value) -> str | bool:
    if spec["type"] == "boolean":
        return _boolean(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueError("Give one value.")
    value = str(value)
    if not spec["secret"]:
        value = value.strip(" ")
    if not value:
        if spec["required"]:
            raise ValueError("This is needed.")
        return ""
    if len(value) > MAX_VALUE:
        raise ValueError(f"At most {MAX_VALUE:,} characters.")
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in value):
        raise ValueError("One line, without control characters.")
    if DIRECTION.search(value):
        raise ValueError("It holds an invisible character that turns the text's direction around; type it again.")
    value = KINDS.get(spec["type"], _any)(value)
    if spec["type"] == "number":
        _check_bounds(Decimal(value), spec["minimum"], spec["maximum"])
    if spec["type"] == "choice" and value not in spec["choices"]:
        raise ValueError(f"Choose one of: {', '.join(spec['choices'])}.")
    if spec["pattern"] and not _matches(spec["pattern"], value):
        raise ValueError(f"It must have the form {spec['pattern']}")
    return value


def _check_bounds(number: Decimal, minimum: str, maximum: str) -> None:
    if minimum and number < Decimal(minimum):
        raise ValueError(f"At least {minimum}.")
    if maximum and number > Decimal(maximum):
        raise ValueError(f"At most {maximum}.")


def _matches(pattern: str, value: str) -> bool:
    try:
        return bool(patterns.compiled(pattern).fullmatch(value, timeout=patterns.SECONDS))
    except TimeoutError:
        raise ValueError("It took too long to compare with the form it must have; give a shorter value.") from None


def _boolean(value) -> bool:
    word = str(value).strip().lower()
    if word not in YES | NO:
        raise ValueError("Answer yes or no.")
    return word in YES


def _any(value: str) -> str:
    return value


def _number(value: str) -> str:
    try:
        if not re.fullmatch(r"[+-]?[0-9]{1,15}(\.[0-9]{1,6})?", value):
            raise InvalidOperation
        number = Decimal(value)
    except InvalidOperation:
        raise ValueError("A number, such as 30 or -2.5.") from None
    return format(number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize(), "f")


def _date(value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise ValueError("A date, such as 2026-03-31.") from None


def _host(value: str) -> str:
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        if not HOST.fullmatch(value) or ".." in value:
            raise ValueError("The name or address of a computer, such as pc-17 or 10.0.0.5.") from None
        return value


def _user(value: str) -> str:
    if NOT_IN_A_USER.search(value) or value.startswith("-"):
        raise ValueError(r"An account's name, such as j.doe, CONTOSO\j.doe or j.doe@contoso.com.")
    return value


KINDS: dict[str, Callable[[str], str]] = {"number": _number, "date": _date, "host": _host, "user": _user}
