"""Bodies of the API: how they are read, refused where none is taken, and written."""

import json
from datetime import datetime
from functools import wraps
from inspect import signature

from ninja.errors import HttpError
from ninja.parser import Parser
from ninja.renderers import JSONRenderer
from ninja.responses import NinjaJSONEncoder

from flowpilot.web import problems
from flowpilot.web.schemas import In


def _refuse(constant: str):
    raise ValueError(f"{constant} is no JSON.")


class JsonParser(Parser):
    """JSON as its standard has it: without NaN and Infinity."""

    def parse_body(self, request):
        """What the body says; raises ValueError where that is no JSON, or nested deeper than anybody means."""
        try:
            return json.loads(request.body, parse_constant=_refuse)
        except RecursionError as error:
            raise ValueError("It is nested too deeply.") from error


def without_body(view):
    """Has an operation that takes no body refuse what is sent in one; nothing and `{}` are fine."""
    if any(
        isinstance(one.annotation, type) and issubclass(one.annotation, In)
        for one in signature(view).parameters.values()
    ):
        return view

    @wraps(view)
    def refusing(request, **values):
        try:
            sent = JsonParser().parse_body(request) if request.body.strip() else {}
        except ValueError as error:
            raise HttpError(400, str(error)) from error
        if sent != {}:
            fields = sent if isinstance(sent, dict) else ["body"]
            raise problems.invalid(dict.fromkeys(fields, "Nothing is sent to this address."))
        return view(request, **values)

    return refusing


class Encoder(NinjaJSONEncoder):
    """JSON with moments as exact as they are kept, so that one that is sent back is the same."""

    def default(self, o):
        """What the encoder writes in the place of an object that JSON has no word for."""
        return o.isoformat().replace("+00:00", "Z") if isinstance(o, datetime) else super().default(o)


class Renderer(JSONRenderer):
    """Answers of that encoder."""

    encoder_class = Encoder
