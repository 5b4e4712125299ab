"""A batch that outlives its process: `python batch.py films.csv`. Needs the extra `durable`.

Stop it at any moment and start it again: it continues, and pays for no row twice.
"""

import sys
from pathlib import Path

from vidu_ext.durable import Batches, BatchOptions, Limits, Worker


def price(request: object, _account: str) -> float:
    """Return the most that a video may cost, in credits: what is reserved for it until its charge is known."""
    return 11.0 * (getattr(request, "duration", None) or 5)


def main(manifest: Path) -> int:
    database = f"sqlite:///{manifest.with_suffix('.sqlite').absolute()}"
    options = BatchOptions(
        name=manifest.stem,
        folder=manifest.with_suffix(".videos"),
        ceilings={"": 200.0},  # credits, in all
        limits={"vidu": Limits(concurrency=4)},
        price=price,
    )
    with Batches(database) as batches:
        print(batches.plan(manifest, options))
    with Worker(database) as worker:
        for progress in worker.follow(options.name):
            print(dict(progress.counts))
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python batch.py films.csv")
    sys.exit(main(Path(sys.argv[1])))
