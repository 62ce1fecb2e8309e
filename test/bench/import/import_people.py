"""Imports a list of people into SQLite, the way such scripts are written: a dict for each row, look the person up,
compare, write what changed. `python3 import_people.py people.db people.csv` prints what it cost as JSON."""
import csv
import json
import re
import resource
import sqlite3
import sys
import time
from datetime import date

COLUMNS = [
    "Name", "Preferred Name", "Employee Id", "Email", "Date of Birth", "Start Date", "End Date", "Language",
    "Manager Email", "Timezone", "Mobile Phone Number", "Employment Type", "Job Title", "Department", "Division",
    "Location", "Country", "TEAM", "Cost Center", "Work Address",
]
FIELDS = [column.lower().replace(" ", "_") for column in COLUMNS]
EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")


def check(row):
    if not row["Name"]:
        return "no name"
    if not EMAIL.match(row["Email"]):
        return "bad email"
    for column in ("Date of Birth", "Start Date", "End Date"):
        if row[column]:
            try:
                date.fromisoformat(row[column])
            except ValueError:
                return "bad date"
    return None


def main(database, path):
    db = sqlite3.connect(database, isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    columns = ", ".join(f"{field} TEXT" for field in FIELDS)
    db.execute(f"CREATE TABLE IF NOT EXISTS people (id INTEGER PRIMARY KEY, {columns})")
    db.execute("CREATE UNIQUE INDEX IF NOT EXISTS people_email ON people (email)")
    db.execute("CREATE TABLE IF NOT EXISTS history (person INTEGER, field TEXT, old TEXT, new TEXT, at TEXT)")
    counts = {"created": 0, "updated": 0, "unchanged": 0, "rejected": 0}
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ")
    insert = f"INSERT INTO people ({', '.join(FIELDS)}) VALUES ({', '.join('?' * len(FIELDS))})"
    select = f"SELECT id, {', '.join(FIELDS)} FROM people WHERE email = ?"
    db.execute("BEGIN IMMEDIATE")
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if check(row):
                counts["rejected"] += 1
                continue
            values = [row[column] for column in COLUMNS]
            found = db.execute(select, (row["Email"],)).fetchone()
            if found is None:
                person = db.execute(insert, values).lastrowid
                db.execute("INSERT INTO history VALUES (?, 'created', NULL, NULL, ?)", (person, now))
                counts["created"] += 1
                continue
            changes = [(f, o, n) for f, o, n in zip(FIELDS, found[1:], values) if o != n]
            if not changes:
                counts["unchanged"] += 1
                continue
            assignments = ", ".join(f"{field} = ?" for field, _, _ in changes)
            db.execute(f"UPDATE people SET {assignments} WHERE id = ?", [n for _, _, n in changes] + [found[0]])
            db.executemany(
                "INSERT INTO history VALUES (?, ?, ?, ?, ?)", [(found[0], f, o, n, now) for f, o, n in changes]
            )
            counts["updated"] += 1
    db.execute("COMMIT")
    db.close()
    return counts


started = time.perf_counter()
cpu = time.process_time()
counts = main(sys.argv[1], sys.argv[2])
print(json.dumps({
    "ms": (time.perf_counter() - started) * 1000,
    "cpuMs": (time.process_time() - cpu) * 1000,
    "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    **counts,
}))
