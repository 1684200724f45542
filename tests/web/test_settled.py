"""What a server process never lets go of is not looked through again and again by the garbage collector."""

import gc
from types import ModuleType

from flowpilot.asgi import settle


def test_nothing_that_stays_is_looked_through_again():
    try:
        settle()
        assert not [one for one in gc.get_objects() if isinstance(one, ModuleType)]
    finally:
        gc.unfreeze()
