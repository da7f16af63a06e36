"""The workers that a test starts and kills: settings of the tests, and jobs of a killed worker that soon come again."""

from tests.crash.settings import *  # noqa: F403
from tests.crash.settings import Q_CLUSTER

Q_CLUSTER = {**Q_CLUSTER, "poll": 0.2, "timeout": 8, "retry": 10, "workers": 1, "guard_cycle": 0.2, "scheduler": False}
