// Athena's complaint about a query, in words that say where and what next. The complaint itself may hold values of rows and
// stays out of message and cause: who may see it finds it in Athena's history by the query's id.
import type { QueryExecution } from '@aws-sdk/client-athena';
import { type Bilingual, FaultError, InputError } from '../../lake/errors';

/** ErrorCategory of AthenaError: 1 Athena's own, 2 the statement's, 3 something else's. */
const USER = 2;

function quoted(reason: string): string | undefined {
  return /'([^']+)'/.exec(reason)?.[1];
}

function place(reason: string): Bilingual {
  const [, line, column] = /line (\d+):(\d+)/.exec(reason) ?? [];
  if (line === undefined) return { vi: '', en: '' };
  return { vi: ` (dòng ${line}, cột ${column})`, en: ` (line ${line}, column ${column})` };
}

/**
 * What a query that has failed or was stopped means.
 * Codes: E_SQL_TABLE, E_SQL_COLUMN, E_SQL_FUNCTION, E_SQL_SYNTAX, E_SQL_VALUE, E_ACCESS, E_SCAN_LIMIT; F_ATHENA otherwise.
 */
export function athenaError(execution: QueryExecution): InputError | FaultError {
  const { QueryExecutionId: id = '?', Status = {}, WorkGroup = '?' } = execution;
  const reason = Status.StateChangeReason ?? Status.AthenaError?.ErrorMessage ?? '';
  const at = place(reason);
  const name = quoted(reason) ?? '?';
  if (/Bytes scanned limit was exceeded/i.test(reason)) {
    return new InputError('E_SCAN_LIMIT', {
      vi: `Câu lệnh đọc quá giới hạn của nhóm ${WorkGroup} nên bị dừng. Hãy lọc theo kỳ (ky_du_lieu) hoặc chọn ít cột hơn; cần hơn thì đề nghị nâng warehouse.scanLimitGb.`,
      en: `The statement would read more than workgroup ${WorkGroup} allows and was stopped. Filter by period (ky_du_lieu) or choose fewer columns; if more is needed, ask for a higher warehouse.scanLimitGb.`,
    });
  }
  if (/Insufficient (permissions|Lake Formation)|not authorized|Access ?Denied/i.test(reason)) {
    return new InputError('E_ACCESS', {
      vi: `Nhóm ${WorkGroup} không được đọc bảng hoặc cột này. Hãy xin cấp quyền ở Lake Formation.`,
      en: `Workgroup ${WorkGroup} may not read this table or column. Ask for a grant in Lake Formation.`,
    });
  }
  if (/TABLE_NOT_FOUND|Table '.*' (does not exist|not found)/.test(reason)) {
    return new InputError('E_SQL_TABLE', {
      vi: `Không có bảng "${name}"${at.vi}.`,
      en: `There is no table "${name}"${at.en}.`,
    });
  }
  if (/COLUMN_NOT_FOUND|Column '.*' cannot be resolved/.test(reason)) {
    return new InputError('E_SQL_COLUMN', {
      vi: `Không có cột "${name}"${at.vi}.`,
      en: `There is no column "${name}"${at.en}.`,
    });
  }
  if (/FUNCTION_NOT_FOUND|Function '.*' not registered|Unexpected parameters .* for function/.test(reason)) {
    return new InputError('E_SQL_FUNCTION', {
      vi: `Không có hàm nhận tham số như vậy${at.vi}.`,
      en: `No function takes such arguments${at.en}.`,
    });
  }
  if (/^(SYNTAX_ERROR|TYPE_MISMATCH|.*mismatched input)|^line \d+:\d+/.test(reason)) {
    return new InputError('E_SQL_SYNTAX', {
      vi: `Câu lệnh SQL sai${at.vi}. Hãy sửa chỗ đó.`,
      en: `The SQL is wrong${at.en}. Correct that place.`,
    });
  }
  if (/DIVISION_BY_ZERO|INVALID_CAST_ARGUMENT|NUMERIC_VALUE_OUT_OF_RANGE|INVALID_FUNCTION_ARGUMENT/.test(reason)) {
    return new InputError('E_SQL_VALUE', {
      vi: 'Câu lệnh gặp một giá trị không tính được. Hãy lọc hoặc đổi kiểu giá trị đó.',
      en: 'The statement met a value it cannot work with. Filter that value or cast it another way.',
    });
  }
  const kind = /^[A-Z][A-Z_]+/.exec(reason)?.[0] ?? (Status.AthenaError?.ErrorCategory === USER ? 'USER' : 'SYSTEM');
  return new FaultError('F_ATHENA', `Athena: query ${id} in ${WorkGroup} ended as ${Status.State ?? '?'}: ${kind}`);
}
