"""Pages are made in several threads, which look words up at once."""

from concurrent.futures import ThreadPoolExecutor

from flowpilot.ai.meaning import words


def test_threads_do_not_mix_up_their_words():
    """The stemmer keeps the word that it is at in itself."""
    asked = [
        f"{first}{second}{end}" for first in "bcdfghjklm" for second in "aeiou" for end in ("nnings", "tional", "s")
    ]
    look = words()._stem
    alone = [look(word) for word in asked]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda _: [look(word) for word in asked], range(60)))
    assert all(one == alone for one in together)
