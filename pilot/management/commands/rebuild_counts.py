from django.core.management import BaseCommand

from pilot.actions import counts


class Command(BaseCommand):
    help = "Counts every template's runs and outcomes anew, from what stands on the record."

    def handle(self, *args, **options):
        """Corrects what stands otherwise, and says of how many templates."""
        self.stdout.write(f"Corrected the counts of {counts.rebuild()} templates.")
