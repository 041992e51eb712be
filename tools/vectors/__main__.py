"""Write docs/vectors/*.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tools.vectors import accepted, caps, loops, people, refused, revocation
from vaccine_pass import trust

FOLDER = Path(__file__).parents[2] / "docs" / "vectors"


def documents() -> dict[str, Any]:
    """Return the content of each file."""
    return {
        "trust.json": trust.to_document(people.trust_data()),
        "domestic.json": accepted.domestic_vectors(),
        "travel.json": accepted.travel_vectors(),
        "refused.json": refused.failures(),
        "serials.json": accepted.serial_vectors(),
        "revocation.json": revocation.revocation_vectors(),
        "cap.json": caps.cap_vectors(),
        "loop.json": loops.loop_vectors(),
    }


def written(content: Any) -> str:
    """Return a file's text."""
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    """Write the files."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in documents().items():
        (FOLDER / name).write_text(written(content), encoding="utf-8")
        print(f"wrote docs/vectors/{name}")


if __name__ == "__main__":
    main()
