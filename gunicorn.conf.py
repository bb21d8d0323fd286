"""What gunicorn reads at its start beside the flags in Procfile: the shape of its log, and files of metrics."""

import os
import shutil
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "site"))

from config import log  # noqa: E402 - only once site/ is found


class PathLogger(Logger):
    """Notes each request without what opens something: no query, no keys in the path."""

    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> dict[str, Any]:
        """Return what the access line is made of."""
        atoms = super().atoms(resp, req, environ, request_time)
        return atoms | {"U": log.without_keys(atoms["U"] or "")}


logger_class = PathLogger
shape = os.environ.get("LOG_FORMAT") or "line"
logconfig_dict = log.of_server("INFO", shape if shape in log.FORMATS else "line")
# The last is the id that the shop's own lines of this request carry.
access_log_format = '%(h)s "%(m)s %(U)s" %(s)s %(B)s B %(M)s ms %({request-id}o)s'

if os.environ.get("METRICS_TOKEN") and "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    # Begin counting anew: what processes of an earlier start left would be added up for ever.
    metrics = Path(os.environ.get("VAR_DIR") or ROOT / "var", "metrics")
    shutil.rmtree(metrics, ignore_errors=True)
    metrics.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(metrics)


def child_exit(server: Any, worker: Any) -> None:
    """Forget the gauges of a process that ended."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        from prometheus_client import multiprocess  # noqa: PLC0415 - it reads the variable when it is imported

        multiprocess.mark_process_dead(worker.pid)
