"""copydesk as a Prefect task.

```python
@flow
def ingest() -> None:
    facts = check_articles("scraped/*.jsonl.gz", contract="checks/article.yaml")
```
"""

from pathlib import Path
from typing import Any

from prefect import get_run_logger, task
from prefect.artifacts import create_markdown_artifact

from copydesk.errors import InputError, OutputError
from copydesk.integrations.outcome import GateError, Paths, outcome


def _may_help(_task: Any, _run: Any, state: Any) -> bool:
    """Whether to try again: an input or a disk may be there later; bad data stay bad, and a contract stays wrong."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, InputError | OutputError)


@task(name="copydesk", retry_condition_fn=_may_help)  # type: ignore[untyped-decorator]
def check_articles(
    inputs: Paths, contract: str | Path | None = None, run_dir: str | Path | None = None
) -> dict[str, Any]:
    """Checks files: the counts, the run directory and the worst rules; the run's summary is kept as an artifact.

    Raises `GateError` where the gate fails, so that the task is Failed; its message begins with the severity of what failed it.
    """
    found = outcome(inputs, contract, run_dir)
    create_markdown_artifact(found.markdown, key="copydesk", description=found.told())
    if found.severity is not None:
        raise GateError(f"{found.severity}: {found.told()}")
    get_run_logger().info("copydesk: %s", found.told())
    return found.facts
