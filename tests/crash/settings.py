"""The server that the crash tests kill: settings of the tests, on the database and the files of the run."""

import os
from pathlib import Path

from project.settings.test import *  # noqa: F403

FILES_ROOT = Path(os.environ["CRASH_FILES"])
