"""The one place that configures logging."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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
