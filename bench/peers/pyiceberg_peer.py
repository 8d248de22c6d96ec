"""What PyIceberg does beside us: the same pieces of work over the same bytes, each call one process.

    python pyiceberg_peer.py JOB '{"…": …}'

The last line on stdout is JSON: CPU seconds and peak memory of the job, and its answer. Tables are unpartitioned, the
catalog is SQLite in the job's folder, and nothing is synced to the disk: all of it is cheaper than what we do.
"""
import json
import os
import resource
import sys
import time
import uuid

import pyarrow
import pyarrow.parquet
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import CommitFailedException
from pyiceberg.table import StaticTable

NAMESPACE = "bench"


def catalog_in(folder):
    os.makedirs(folder, exist_ok=True)
    # Writers in other processes hold the file for moments only; a busy one is no conflict.
    uri = f"sqlite:///{folder}/catalog.db?timeout=120"
    return SqlCatalog("bench", uri=uri, warehouse=f"file://{folder}/warehouse")


def without_ids(source):
    """The rows of one of our files. add_files takes no file whose field ids are not the table's own."""
    table = pyarrow.parquet.read_table(source)
    plain = [pyarrow.field(field.name, field.type, field.nullable) for field in table.schema]
    return pyarrow.table(table.columns, schema=pyarrow.schema(plain))


class Files:
    """The same Parquet file under as many names as are asked for: prepared, so that no call pays for writing it."""

    def __init__(self, folder, rows):
        self.folder = os.path.join(folder, "files")
        os.makedirs(self.folder, exist_ok=True)
        self.first = os.path.join(self.folder, f"{uuid.uuid4()}.parquet")
        pyarrow.parquet.write_table(rows, self.first, compression="zstd")

    def next(self):
        path = os.path.join(self.folder, f"{uuid.uuid4()}.parquet")
        os.link(self.first, path)
        return path


def add_file(table, path):
    # Looking for duplicates would read every manifest: left out, which is the faster way for the peer.
    table.add_files([f"file://{path}"], check_duplicate_files=False)


def age(job):
    """Makes a table by adding one file after the other. Answers its metadata files at the ages asked for."""
    rows = without_ids(job["source"])
    catalog = catalog_in(job["dir"])
    catalog.create_namespace_if_not_exists(NAMESPACE)
    table = catalog.create_table(f"{NAMESPACE}.{job['table']}", schema=rows.schema)
    files = Files(job["dir"], rows)
    locations = {}
    for nth in range(max(job["ages"]) + 1):
        if nth in job["ages"]:
            locations[str(nth)] = table.metadata_location
        if nth < max(job["ages"]):
            add_file(table, files.next())
    return {"locations": locations}


def append(job):
    """Commits to tables of different age in turn, each a branch of its own from the state that is named."""
    rows = without_ids(job["source"])
    catalog = catalog_in(job["dir"])
    files = Files(job["dir"], rows)
    sides = []
    for side in job["sides"]:
        name = f"{NAMESPACE}.t{uuid.uuid4().hex}"
        catalog.register_table(name, side["location"])
        sides.append((name, side["call"], {"ms": [], "cpuMs": []}))
    tables = {}
    for _ in range(job["commits"]):
        for name, call, result in sides:
            path = files.next() if call == "add_files" else None
            wall, cpu = time.perf_counter(), time.process_time()
            table = tables.get(name) or catalog.load_table(name)
            tables[name] = table
            if path is not None:
                add_file(table, path)
            else:
                table.append(rows)
            result["cpuMs"].append((time.process_time() - cpu) * 1000)
            result["ms"].append((time.perf_counter() - wall) * 1000)
    return {"sides": [result for _, _, result in sides]}


def plan(job):
    """Plans a scan over a table that we wrote, again and again; the first one is cold."""
    result = {"ms": [], "cpuMs": []}
    files = 0
    for _ in range(job["rounds"]):
        wall, cpu = time.perf_counter(), time.process_time()
        files = len(list(StaticTable.from_metadata(job["metadata"]).scan().plan_files()))
        result["cpuMs"].append((time.process_time() - cpu) * 1000)
        result["ms"].append((time.perf_counter() - wall) * 1000)
    return {**result, "files": files}


def write(job):
    """One of many writers: waits for the others, then adds its files one by one, again after each lost race."""
    catalog = catalog_in(job["dir"])
    files = Files(job["dir"], without_ids(job["source"]))
    paths = [files.next() for _ in range(job["commits"])]
    open(job["ready"], "w").close()
    while not os.path.exists(job["go"]):
        time.sleep(0.005)
    started, cpu = time.time(), time.process_time()
    table = catalog.load_table(f"{NAMESPACE}.{job['table']}")
    conflicts = 0
    for path in paths:
        while True:
            try:
                add_file(table, path)
                break
            except CommitFailedException:
                conflicts += 1
                table.refresh()
    cpu_ms = (time.process_time() - cpu) * 1000
    return {"startedMs": started * 1000, "endedMs": time.time() * 1000, "cpuMs": cpu_ms, "conflicts": conflicts}


def count(job):
    """Files of a table as its catalog has it now."""
    table = catalog_in(job["dir"]).load_table(f"{NAMESPACE}.{job['table']}")
    return {"files": len(list(table.scan().plan_files())), "snapshots": len(table.snapshots())}


JOBS = {"age": age, "append": append, "plan": plan, "write": write, "count": count}


def main():
    name, job = sys.argv[1], json.loads(sys.argv[2])
    cpu = time.process_time()
    answer = JOBS[name](job)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    print(json.dumps({"cpuSeconds": time.process_time() - cpu, "peakMegabytes": peak, "answer": answer}))


if __name__ == "__main__":
    main()
