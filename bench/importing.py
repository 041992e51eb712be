"""Back-entry: time and peak memory of a large file, checked and imported in one go. One JSON object.

`python -m bench.importing [ROWS…]` (100,000 by default, after 10,000 for comparison) runs `checkpoint-server
import`, first with `--dry-run`, then in earnest, then `--undo`, each in a process of its own on a fresh SQLite
register, for CSV and XLSX. Every tenth person has two doses in the file. Memory is the largest resident set of
the process: flat is when a file of ten times as many rows hardly needs more.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from bench.watched import peak_mb

ROWS = 100_000
SMALLEST = 10_000
HEADER = ("full_name", "dob", "gender", "phone", "id_number", "vaccine", "dose_number", "dose_date", "lot", "site")
_FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý")
_MIDDLES = ("Văn", "Thị", "Minh", "Thu", "Quốc", "Ngọc", "Hoàng", "Thanh", "Đức", "Xuân", "Hữu", "Kim")
_GIVENS = ("An", "Bình", "Châu", "Dũng", "Hà", "Hòa", "Khoa", "Lan", "Mai", "Nam", "Phúc", "Thảo", "Yến", "Ánh", "Sơn")


def main() -> int:
    """Measure, and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("rows", type=int, nargs="*", default=[SMALLEST, ROWS])
    parser.add_argument("--form", choices=("csv", "xlsx"), action="append", help="csv and xlsx by default")
    parser.add_argument("--no-undo", action="store_true")
    options = parser.parse_args()
    forms = options.form or ["csv", "xlsx"]
    measured = [measure(rows, form, undo=not options.no_undo) for rows in options.rows for form in forms]
    print(json.dumps({"cpus": os.cpu_count(), "database": "sqlite", "runs": measured}, indent=2))
    return 0


def measure(rows: int, form: str, *, undo: bool) -> dict[str, Any]:
    """Return seconds, rows a second and peak megabytes of each step."""
    with tempfile.TemporaryDirectory(prefix="checkpoint-import-") as top:
        folder = Path(top)
        source = write_file(folder / f"records.{form}", rows)
        _call(folder, "init-db")
        steps = {
            "dry_run": ("import", str(source), "--dry-run"),
            "import": ("import", "--resume", "1"),
            **({"undo": ("import", "--undo", "1")} if undo else {}),
        }
        found: dict[str, Any] = {"rows": rows, "form": form, "file_mb": round(source.stat().st_size / 1e6, 1)}
        for name, step in steps.items():
            seconds, peak = _call(folder, *step)
            found[name] = {"seconds": round(seconds, 1), "rows_per_second": round(rows / seconds), "peak_mb": peak}
        return found


def write_file(path: Path, rows: int) -> Path:
    """Write a file of so many rows; one in eleven is a second dose of the person before."""
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADER)
            writer.writerows(_row(n) for n in range(rows))
        return path
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(HEADER)
    for n in range(rows):
        sheet.append(_row(n))
    book.save(path)
    return path


def _row(place: int) -> list[str]:
    person, second = place - place // 11, place % 11 == 10
    person -= second
    name = " ".join(
        words[(person // step) % len(words)]
        for words, step in ((_FAMILIES, 1), (_MIDDLES, 14), (_GIVENS, 168), (_GIVENS, 2520))
    )
    birth = f"{1 + person % 28:02}/{1 + person % 12:02}/{1940 + person % 61}"
    return [
        name,
        birth,
        "nữ" if person % 2 else "nam",
        f"09{person:08d}",
        f"0{79_000_000_000 + person:011d}",
        "PFIZER",
        "2" if second else "1",
        "29/07/2021" if second else "01/07/2021",
        f"L{person % 50}",
        f"Trạm y tế số {person % 200}",
    ]


def _call(folder: Path, *arguments: str) -> tuple[float, float]:
    program = [sys.executable, "-m", "verifier_server.cli", "--instance", str(folder / "instance"), *arguments]
    begun = time.perf_counter()
    process = subprocess.Popen(program, stderr=subprocess.DEVNULL)
    peak = peak_mb(process)
    if process.returncode not in {0, 1}:
        raise SystemExit(f"{' '.join(arguments)} ended with {process.returncode}")
    return time.perf_counter() - begun, peak


if __name__ == "__main__":
    sys.exit(main())
