"""House rules that run: each test names every offender at once."""
