"""The one place that configures logging."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def errors_since(path: str | Path, start: float) -> list[str]:
    """The errors in a log that was written after ``start`` (seconds since the epoch), without time and level."""
    path = Path(path)
    if not path.exists() or path.stat().st_mtime < start:
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.split(" ERROR ", 1)[1] for line in lines if " ERROR " in line]


@contextmanager
def log_to(path: str | Path) -> Iterator[logging.Logger]:
    """Send what is logged, and the traceback of an error, to the file at ``path``; the error goes on."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path, mode="w", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger = logging.getLogger("secretome")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").addHandler(handler)
    try:
        yield logger
    except Exception:
        logger.exception("The job failed.")
        print(f"This job failed; the reason is in {path}", file=sys.stderr)
        raise
    finally:
        logging.captureWarnings(False)
        for name in ("secretome", "py.warnings"):
            logging.getLogger(name).removeHandler(handler)
        handler.close()
