"""The environment of what copydesk is measured against: made once, outside of copydesk's own, below the user's cache folder."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

from platformdirs import user_cache_path

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
SHOWN = ("great_expectations", "pandera", "pandas", "pointblank", "polars", "pydantic", "jsonschema", "spidermon")


def environment() -> Path:
    """The Python of an environment that holds `requirements.txt`; another list or another Python gets another environment."""
    name = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()[:12]
    folder = user_cache_path("copydesk") / "benchmarks" / name
    python = folder / "bin" / "python"
    ready = folder / "ready"
    if not ready.is_file():
        print(f"installing {REQUIREMENTS.name} into {folder}", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", "-r", str(REQUIREMENTS)], check=True)
        ready.touch()
    return python


def versions(python: Path) -> dict[str, str]:
    """Package -> its version in that environment."""
    script = f"import json; from importlib.metadata import version; print(json.dumps({{name: version(name) for name in {SHOWN}}}))"
    found: dict[str, str] = json.loads(
        subprocess.run([str(python), "-c", script], check=True, capture_output=True).stdout
    )
    return found
