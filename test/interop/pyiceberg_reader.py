"""Reads one table with PyIceberg: {metadata, snapshots, fields, filters} as JSON on stdin, an answer as JSON on stdout.

Values become text that does not depend on the language: decimals with all digits, timestamps with six.
"""
import datetime
import decimal
import json
import sys

from pyiceberg.expressions import EqualTo, GreaterThanOrEqual, IsNull, LessThan, NotNull
from pyiceberg.table import StaticTable


def text(value):
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ", timespec="microseconds")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value)


def literal(kind, value):
    if kind in ("int", "long"):
        return int(value)
    if kind == "double":
        return float(value)
    if kind == "boolean":
        return value == "true"
    if kind == "date":
        return datetime.date.fromisoformat(value)
    if kind == "timestamp":
        return datetime.datetime.fromisoformat(value).isoformat(timespec="microseconds")
    if kind.startswith("decimal"):
        return decimal.Decimal(value)
    return value


def expression(one):
    name, operator = one["column"], one["operator"]
    if operator == "is null":
        return IsNull(name)
    if operator == "is not null":
        return NotNull(name)
    make = {"=": EqualTo, "<": LessThan, ">=": GreaterThanOrEqual}[operator]
    return make(name, literal(one["type"], one["value"]))


def rows(scan):
    table = scan.to_arrow()
    columns = {name: [text(value) for value in table.column(name).to_pylist()] for name in table.column_names}
    return [dict(zip(columns, values)) for values in zip(*columns.values())] if columns else []


asked = json.load(sys.stdin)
table = StaticTable.from_metadata(asked["metadata"])
answer = {"rows": rows(table.scan()), "at": {}, "filtered": [], "files": [], "snapshots": [], "manifests": 0}
for snapshot in asked["snapshots"]:
    answer["at"][snapshot] = rows(table.scan(snapshot_id=int(snapshot)))
for one in asked["filters"]:
    scan = table.scan(row_filter=expression(one))
    found = scan.select("_submission", "_row").to_arrow()
    pairs = zip(found.column("_submission").to_pylist(), found.column("_row").to_pylist())
    answer["filtered"].append({"rows": [f"{a}#{b}" for a, b in pairs], "files": len(list(scan.plan_files()))})
for file in table.inspect.files().to_pylist():
    if file["content"] == 0:
        answer["files"].append([file["file_path"], file["record_count"], file["file_size_in_bytes"]])
answer["snapshots"] = [str(one["snapshot_id"]) for one in table.inspect.snapshots().to_pylist()]
answer["manifests"] = len(table.inspect.manifests().to_pylist())
json.dump(answer, sys.stdout)
