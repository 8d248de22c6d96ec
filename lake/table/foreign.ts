// What other software may do to our tables: rearrange files, nothing else.
import { InputError } from '../errors';
import { type Snapshot, snapshotById, type TableMetadata } from './metadata';
import { ancestors } from './record';

/** Whether a snapshot only rearranged rows: `replace` with as many rows as before. */
function preservesRows(metadata: TableMetadata, snapshot: Snapshot): boolean {
  const { operation, 'total-records': total, 'added-records': added, 'deleted-records': deleted } = snapshot.summary;
  if (operation !== 'replace') return false;
  const parent = snapshotById(metadata, snapshot['parent-snapshot-id']);
  const before = parent?.summary['total-records'];
  return before === undefined || total === undefined ? added !== undefined && added === deleted : before === total;
}

/**
 * Snapshots without our record are taken over only when they did not change the rows.
 * @throws InputError E_FOREIGN_WRITE
 */
export function assertKnownWrites(table: string, metadata: TableMetadata): void {
  for (const snapshot of ancestors(metadata)) {
    // Whoever wrote this record has checked everything before it.
    if (snapshot.summary['lake.record'] !== undefined) return;
    if (preservesRows(metadata, snapshot)) continue;
    const id = snapshot['snapshot-id'];
    const operation = snapshot.summary.operation ?? '?';
    throw new InputError('E_FOREIGN_WRITE', {
      vi: `Bảng ${table} có lần ghi ${id} (${operation}) do phần mềm khác thực hiện và đã làm thay đổi dữ liệu. Chỉ chấp nhận thao tác sắp xếp lại tệp, không đổi số dòng. Hệ thống dừng ghi bảng này; người phụ trách dữ liệu cần xem "tamgiang history ${table}", rồi quay lại bản trước bằng phần mềm đã ghi, hoặc dựng lại bảng từ tệp gốc: "tamgiang rebuild ${table} --force".`,
      en: `Table ${table} has snapshot ${id} (${operation}), written by other software, which changed the data. Only a rearrangement of files that keeps the rows is accepted. Writing to this table stops; the data steward should look at "tamgiang history ${table}" and go back to the snapshot before with the software that wrote after it, or build the table anew from the raw files: "tamgiang rebuild ${table} --force".`,
    });
  }
}
