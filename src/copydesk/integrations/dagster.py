"""copydesk as a Dagster asset check.

```python
checks = articles_check("articles", "scraped/*.jsonl.gz", contract="checks/article.yaml")
defs = dagster.Definitions(assets=[articles], asset_checks=[checks])
```
"""

from collections.abc import Callable
from pathlib import Path

import dagster

from copydesk.integrations.outcome import Outcome, Paths, outcome
from copydesk.rules import Severity


def articles_check(
    asset: str | dagster.AssetKey | dagster.AssetsDefinition,
    inputs: Paths | Callable[[], Paths],
    contract: str | Path | None = None,
    run_dir: str | Path | None = None,
    *,
    name: str = "copydesk",
    blocking: bool = True,
) -> dagster.AssetChecksDefinition:
    """A check of ``asset`` that judges the files ``inputs``, or those that it names when it is called.

    The check passes with the gate. Where the gate fails, its severity is ERROR, and assets downstream are not materialised
    (``blocking``); where only warnings fail it (`fail_on: warning`), it is WARN, which blocks nothing.
    """

    @dagster.asset_check(  # type: ignore[untyped-decorator]
        asset=asset, name=name, blocking=blocking, description="The contract that scraped articles keep."
    )
    def articles_hold() -> dagster.AssetCheckResult:
        return _result(outcome(inputs() if callable(inputs) else inputs, contract, run_dir))

    return articles_hold


def _result(found: Outcome) -> dagster.AssetCheckResult:
    counts = {name: found.facts[name] for name in ("read", "accepted", "quarantined", "unreadable")}
    warned = found.severity == Severity.WARNING
    return dagster.AssetCheckResult(
        passed=found.severity is None,
        severity=dagster.AssetCheckSeverity.WARN if warned else dagster.AssetCheckSeverity.ERROR,
        description=found.told(),
        metadata={
            **counts,
            "rules": dagster.MetadataValue.json(found.facts["worst_rules"]),
            "summary": dagster.MetadataValue.md(found.markdown),
            "report": dagster.MetadataValue.path(str(found.run_dir / "report.html")),
        },
    )
