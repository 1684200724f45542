from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import BaseCommand, CommandError
from django.db import transaction

from flowpilot.people.models import Account, Role, User
from pilot.demo.stories import tell_all
from script_builder.actions.templates import install_library

PASSWORD = "harbor-lantern-42"
HOME = ("Harborline IT Services", "Europe/London")
ELSEWHERE = ("Brightwell Managed IT", "America/Chicago")
# user name, name, role, account
PEOPLE = [
    ("demo", "Dana Whitfield", Role.ENGINEER, HOME),
    ("teammate", "Theo Marsh", Role.ENGINEER, HOME),
    ("lead", "Priya Raman", Role.ADMIN, HOME),
    ("viewer", "Val Okafor", Role.VIEWER, HOME),
    ("stranger", "Sol Lindqvist", Role.ENGINEER, ELSEWHERE),
]


class Command(BaseCommand):
    help = "Fills the demo: two accounts, their people, the script library and sessions in every state."

    def handle(self, *args, **options):
        """Makes what is not there yet, and prints who can sign in."""
        if not settings.DEMO:
            raise CommandError("Demo data belongs into a demo only (FLOWPILOT_DEMO=1). Nothing was changed.")
        with transaction.atomic():
            if not Account.objects.filter(is_demo=True).exists():
                self._seed()
            for account in Account.objects.filter(is_demo=True):
                install_library(account=account, by=account.users.order_by("created_at").first())
        self._print()

    def _seed(self):
        accounts = {
            place: Account.objects.create(name=place[0], time_zone=place[1], is_demo=True)
            for place in (HOME, ELSEWHERE)
        }
        taken = User.objects.filter(username__in=[person[0] for person in PEOPLE]).values_list("username", flat=True)
        if taken:
            raise CommandError(f"Somebody else is called {', '.join(taken)} here. Nothing was changed.")
        password = make_password(PASSWORD)  # once: five times the same work would only slow the start
        people = {
            username: User.objects.create(
                username=username, name=name, role=role, account=accounts[place], password=password
            )
            for username, name, role, place in PEOPLE
        }
        tell_all(demo=people["demo"], teammate=people["teammate"], stranger=people["stranger"])

    def _print(self):
        self.stdout.write(f"\nSign in with the password {PASSWORD} as\n")
        for username, name, role, (account, _zone) in PEOPLE:
            self.stdout.write(f"  {username:<10} {name:<16} {role.label:<10} {account}")
