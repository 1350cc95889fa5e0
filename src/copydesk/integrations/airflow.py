"""copydesk as an Airflow operator.

```python
CopydeskOperator(task_id="check", inputs="/data/{{ ds }}/*.jsonl.gz", contract="checks/article.yaml", run_dir="/runs/{{ ds }}")
```
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowException, AirflowFailException

from copydesk.errors import CopydeskError, InputError, OutputError
from copydesk.integrations.outcome import Paths, outcome


class CopydeskOperator(BaseOperator):  # type: ignore[misc]
    """Checks files and fails the task with the gate.

    Data that fail the gate, and a contract that does not parse, fail the task at once: trying again would not help. What may
    be there later (an input, room on the disk) is tried again as the task's ``retries`` say. The counts, the run directory and
    the worst rules are its return value (XCom), also where warnings are all there is.
    """

    template_fields: ClassVar[Sequence[str]] = ("inputs", "contract", "run_dir")

    def __init__(
        self, *, inputs: Paths, contract: str | None = None, run_dir: str | None = None, **arguments: Any
    ) -> None:
        super().__init__(**arguments)
        self.inputs, self.contract, self.run_dir = inputs, contract, run_dir

    def execute(self, context: Any) -> dict[str, Any]:
        """As Airflow asks it."""
        try:
            found = outcome(self.inputs, self.contract, self.run_dir)
        except (InputError, OutputError) as error:
            raise AirflowException(f"copydesk: {error}") from error
        except CopydeskError as error:
            raise AirflowFailException(f"copydesk: {error}") from error
        if found.severity is not None:
            raise AirflowFailException(f"copydesk: {found.severity}: {found.told()}")
        self.log.info("copydesk: %s", found.told())
        return found.facts
