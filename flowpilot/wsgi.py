"""Pages without streams or engine, for tools that speak WSGI only."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flowpilot.settings")
application = get_wsgi_application()
