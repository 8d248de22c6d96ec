// Mistakes no single key shows: names, field ids, aliases, keys, code lists, rules, personal data, legal basis.
import { searchKey } from '../text';
import { checkCodeList } from './code-list-checks';
import type { CodeLists, Column, Contract } from './contract';
import { LINEAGE_COLUMNS } from './contract';
import { matchesWhole, re2Problem } from './pattern';
import { checkPersonal } from './personal-checks';
import type { PathPart, Problem, Report } from './problem';
import { atColumn as at, didYouMean } from './problem';
import { isReserved } from './reserved-words';
import { sameTable } from './table-names';

/**
 * What the warehouse calls its own: models by kind, code lists, tables of one refresh (`fct_gia__<run>`), and `kho`, the
 * folder of marts beside the datasets' folders.
 */
const OURS = /^(?:kho$|stg_|dim_|fct_|kpi_|ma_)|__/;

function names(
  contract: Contract,
  { declaredName: declared, file, known = [] }: CrossCheckContext,
  report: Report,
): void {
  if (declared !== contract.name)
    report(
      'C_NAME',
      ['name'],
      declared,
      [contract.name],
      `"name" phải là ${contract.name} (agency/tên bảng).`,
      `"name" must be ${contract.name} (agency/table).`,
    );
  const path = /(?:^|[\\/])([^\\/]+)\.odcs\.ya?ml$/.exec(file)?.[1];
  if (path !== undefined && path !== contract.dataset)
    report(
      'C_NAME',
      ['schema', 0, 'name'],
      contract.dataset,
      [path],
      `Tên bảng phải trùng tên tệp: ${path}.`,
      `The table must be named like the file: ${path}.`,
    );
  if (OURS.test(contract.dataset))
    report(
      'C_NAME',
      ['schema', 0, 'name'],
      contract.dataset,
      [],
      `Kho dữ liệu dùng tên "${contract.dataset}" cho bảng của mình. Tên bảng không được là kho, không bắt đầu bằng stg_, dim_, fct_, kpi_, ma_ và không chứa "__".`,
      `The warehouse uses the name "${contract.dataset}" for tables of its own. A table may not be called kho, begin with stg_, dim_, fct_, kpi_ or ma_, or have "__" in its name.`,
    );
  if (isReserved(contract.dataset))
    report(
      'C_NAME',
      ['schema', 0, 'name'],
      contract.dataset,
      [],
      `"${contract.dataset}" là từ riêng của SQL: không ai hỏi được bảng mang tên này nếu không đặt trong nháy kép. Hãy chọn tên khác.`,
      `"${contract.dataset}" is a word of SQL itself: nobody could ask for a table of that name without quotes. Choose another.`,
    );
  const other = sameTable(contract.name, known);
  if (other !== undefined)
    report(
      'C_NAME',
      ['schema', 0, 'name'],
      contract.dataset,
      [],
      `Hợp đồng ${other} đã dùng tên bảng "${contract.dataset}". Trong kho mỗi tên bảng chỉ thuộc một cơ quan: hãy đổi tên một trong hai.`,
      `The contract ${other} has the table name "${contract.dataset}" already. In the warehouse a table belongs to one agency: rename one of them.`,
    );
  const reserved: readonly string[] = LINEAGE_COLUMNS.map((column) => column.name);
  const seen = new Set<string>();
  contract.columns.forEach(({ name }, i) => {
    if (reserved.includes(name))
      report(
        'C_NAME',
        at(i, 'name'),
        name,
        [],
        `Cột "${name}" do hồ dữ liệu thêm vào, không khai báo.`,
        `The lake adds the column "${name}" itself.`,
      );
    if (seen.has(name))
      report(
        'C_NAME',
        at(i, 'name'),
        name,
        [],
        `Cột "${name}" được khai báo hai lần.`,
        `The column "${name}" is declared twice.`,
      );
    seen.add(name);
  });
}

function fieldIds(contract: Contract, report: Report): void {
  const seen = new Map<number, string>();
  contract.columns.forEach(({ fieldId, name }, i) => {
    const other = seen.get(fieldId);
    const next = Math.max(...contract.columns.map((column) => column.fieldId)) + 1;
    if (other !== undefined)
      report(
        'C_FIELD_ID',
        at(i, 'customProperties', 'fieldId'),
        String(fieldId),
        [String(next)],
        `Cột ${name}: fieldId ${fieldId} đã dùng cho cột ${other}. Số chưa dùng: ${next}.`,
        `Column ${name}: fieldId ${fieldId} belongs to column ${other}. A free one is ${next}.`,
      );
    else seen.set(fieldId, name);
  });
}

function aliases(contract: Contract, report: Report): void {
  const owner = new Map<string, string>();
  for (const { name } of contract.columns) owner.set(searchKey(name), name);
  contract.columns.forEach(({ name, businessName, aliases: others }, i) => {
    [businessName, ...others].forEach((alias, j) => {
      const key = searchKey(alias);
      const other = owner.get(key);
      const path = j === 0 ? at(i, 'businessName') : at(i, 'customProperties', 'aliases', j - 1);
      if (key === '')
        report(
          'C_ALIAS',
          path,
          alias,
          [],
          `Cột ${name}: cách viết "${alias}" không có chữ nào.`,
          `Column ${name}: the spelling "${alias}" has no letters.`,
        );
      else if (other !== undefined && other !== name)
        report(
          'C_ALIAS',
          path,
          alias,
          [],
          `Cách viết "${alias}" của cột ${name} trùng với cột ${other} (không kể dấu, hoa thường). Bỏ ở một cột.`,
          `The spelling "${alias}" of column ${name} also means column ${other} (marks and case aside). Remove it from one.`,
        );
      else owner.set(key, name);
    });
  });
}

function keys(contract: Contract, report: Report): void {
  const key = contract.columns.filter((column) => column.keyPosition > 0).sort((a, b) => a.keyPosition - b.keyPosition);
  if (key.length === 0)
    report(
      'C_KEY',
      ['schema', 0, 'properties'],
      null,
      ['primaryKey: true'],
      'Cần ít nhất một cột khóa (primaryKey: true).',
      'At least one column must be the key (primaryKey: true).',
    );
  key.forEach((column, i) => {
    const index = contract.columns.indexOf(column);
    if (column.keyPosition !== i + 1)
      report(
        'C_KEY',
        at(index, 'primaryKeyPosition'),
        String(column.keyPosition),
        [String(i + 1)],
        `Thứ tự khóa phải là 1, 2, 3 … không trùng; cột ${column.name} cần ${i + 1}.`,
        `Key positions run 1, 2, 3 … without repeats; column ${column.name} needs ${i + 1}.`,
      );
    if (!column.required)
      report(
        'C_KEY',
        at(index, 'required'),
        'false',
        ['true'],
        `Cột khóa ${column.name} phải có required: true.`,
        `The key column ${column.name} needs required: true.`,
      );
  });
}

function values(column: Column, i: number, report: Report): void {
  const { name, pattern, minimum, maximum, minLength, maxLength, example } = column;
  if (pattern !== undefined) {
    const problem = re2Problem(pattern);
    if (problem !== undefined)
      report(
        'C_PATTERN',
        at(i, 'logicalTypeOptions', 'pattern'),
        problem,
        ['RE2'],
        `Cột ${name}: mẫu dùng "${problem}", RE2 không đọc được (không nhìn trước, nhìn sau, tham chiếu ngược).`,
        `Column ${name}: the pattern uses "${problem}", which RE2 cannot read (no lookaround, no backreference).`,
      );
    else if (example !== undefined && !matchesWhole(pattern, example))
      report(
        'C_PATTERN',
        at(i, 'examples'),
        example,
        [pattern],
        `Cột ${name}: ví dụ "${example}" không khớp mẫu ${pattern}.`,
        `Column ${name}: the example "${example}" does not match ${pattern}.`,
      );
  }
  for (const [low, high, key] of [
    [minimum, maximum, 'minimum'],
    [minLength, maxLength, 'minLength'],
  ] as const)
    if (low !== undefined && high !== undefined && low > high)
      report(
        'C_VALUE',
        at(i, 'logicalTypeOptions', key),
        String(low),
        [`<= ${high}`],
        `Cột ${name}: ${key} ${low} lớn hơn giới hạn trên ${high}.`,
        `Column ${name}: ${key} ${low} is above the upper limit ${high}.`,
      );
}

function rules(contract: Contract, report: Report, indexes: readonly number[]): void {
  const columns = contract.columns.map((column) => column.name);
  const seen = new Set<string>();
  contract.rules.forEach((rule, r) => {
    const path = (...rest: readonly PathPart[]): readonly PathPart[] => [
      'schema',
      0,
      'quality',
      indexes[r] ?? 0,
      ...rest,
    ];
    if (seen.has(rule.id))
      report(
        'C_RULE',
        path('id'),
        rule.id,
        [],
        `Quy tắc ${rule.id} được khai báo hai lần.`,
        `The rule ${rule.id} is declared twice.`,
      );
    seen.add(rule.id);
    for (const [j, name] of rule.columns.entries()) {
      if (columns.includes(name)) continue;
      const near = didYouMean(name, columns);
      report(
        'C_RULE',
        path('customProperties', 'columns', j),
        name,
        columns,
        `Quy tắc ${rule.id}: không có cột "${name}"${near.vi}.`,
        `Rule ${rule.id}: there is no column "${name}"${near.en}.`,
      );
    }
  });
}

export interface CrossCheckContext {
  readonly file: string;
  /** `name` as the document has it. */
  readonly declaredName: string;
  /** Index in `quality` of each rule of the contract. */
  readonly ruleIndexes: readonly number[];
  /** Absent: what needs the lists is not checked. */
  readonly codeLists?: CodeLists | undefined;
  /** Names of all contracts there are. Absent: not held against them. */
  readonly known?: readonly string[] | undefined;
}

export function crossCheck(contract: Contract, context: CrossCheckContext): readonly Problem[] {
  const problems: Problem[] = [];
  const report: Report = (code, path, found, expected, vi, en) => {
    problems.push({ code, path, found, expected, message: { vi, en } });
  };
  names(contract, context, report);
  fieldIds(contract, report);
  aliases(contract, report);
  keys(contract, report);
  contract.columns.forEach((column, i) => {
    values(column, i, report);
    checkCodeList(column, i, contract, context.codeLists, report);
  });
  rules(contract, report, context.ruleIndexes);
  checkPersonal(contract, report);
  return problems;
}
