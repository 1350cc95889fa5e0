"""A progress bar over the bytes of all inputs, on standard error."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from copydesk.articles.inputs import Input


@contextmanager
def progress_bar(inputs: Sequence[Input], enabled: bool) -> Iterator[Callable[[str, int, int | None], None]]:
    """Gives the function that the engine tells of its progress; without ``enabled`` it does nothing."""
    if not enabled:
        yield lambda name, done, size: None
        return
    from tqdm import tqdm

    sizes = [_size(entry) for entry in inputs]
    total = None if None in sizes else sum(size or 0 for size in sizes)
    # it shows up only after a second: short runs stay quiet
    with tqdm(
        total=total, unit="B", unit_scale=True, unit_divisor=1024, delay=1.0, desc="checking", leave=False
    ) as bar:
        done: dict[str, int] = {}

        def told(name: str, read: int, size: int | None) -> None:
            bar.update(read - done.get(name, 0))
            done[name] = read

        yield told


def _size(entry: Input) -> int | None:
    if entry.path is None:
        return None
    return entry.path.stat().st_size if entry.path.is_file() else 0
