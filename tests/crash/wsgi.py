"""What the killed server runs: the project's own application, at the present of the cast."""

from django.utils import timezone

from project.wsgi import application as project_application
from tests.cast import NOW
from tests.crash.points import dying

timezone.now = lambda: NOW
application = dying(project_application)
