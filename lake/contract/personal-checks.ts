// Personal data and the law: what may be open, under which mask, and what needs a legal basis.
import type { Contract } from './contract';
import type { Report } from './problem';
import { atColumn as at } from './problem';

/** Groups smaller than this can point at a person. */
const SMALLEST_CELL = 5;

/** Nghị định 356/2025/NĐ-CP, articles 3 and 4: what is basic and what is sensitive. */
export function checkPersonal(contract: Contract, report: Report): void {
  const isOpen = contract.open.publish || contract.sharing === 'mo';
  contract.columns.forEach((column, i) => {
    const { name, mask, personal: kind, type } = column;
    const path = at(i, 'customProperties', 'personal');
    if (mask === 'middle' && type.kind !== 'string')
      report(
        'C_PERSONAL',
        at(i, 'customProperties', 'mask'),
        mask,
        ['all', 'none'],
        `Cột ${name}: mask "middle" chỉ dùng cho cột chữ.`,
        `Column ${name}: mask "middle" is for text columns only.`,
      );
    const subjectPath = at(i, 'customProperties', 'subjectId');
    if (column.subjectId && kind !== 'basic' && kind !== 'sensitive')
      report(
        'C_PERSONAL',
        subjectPath,
        'true',
        ['personal: basic', 'personal: sensitive'],
        `Cột ${name} định danh một người (subjectId); cần personal: basic hoặc sensitive.`,
        `Column ${name} identifies a person (subjectId); it needs personal: basic or sensitive.`,
      );
    if (column.subjectId && type.kind !== 'string')
      report(
        'C_PERSONAL',
        subjectPath,
        'true',
        ['logicalType: string'],
        `Cột ${name}: subjectId chỉ dùng cho cột chữ; số định danh bắt đầu bằng 0 sẽ mất số 0 trong cột số.`,
        `Column ${name}: subjectId is for text columns only; a number column loses the leading 0 of an identity number.`,
      );
    if (!isOpen || kind === 'none') return;
    if (kind === 'sensitive')
      report(
        'C_PERSONAL',
        path,
        kind,
        ['sharing: dung_chung', 'sharing: rieng'],
        `Cột ${name} là dữ liệu cá nhân nhạy cảm; bộ dữ liệu không được mở.`,
        `Column ${name} is sensitive personal data; the dataset may not be open.`,
      );
    else if (kind === 'basic' && mask === 'none')
      report(
        'C_PERSONAL',
        path,
        kind,
        ['mask: middle', 'mask: all'],
        `Cột ${name} là dữ liệu cá nhân trong bộ dữ liệu mở; cần mask: middle hoặc all.`,
        `Column ${name} is personal data in an open dataset; it needs mask: middle or all.`,
      );
    else if (kind === 'quasi' && (contract.open.suppressBelow ?? 0) < SMALLEST_CELL)
      report(
        'C_PERSONAL',
        path,
        kind,
        [`open.suppressBelow >= ${SMALLEST_CELL}`],
        `Cột ${name} có thể nhận ra người; bộ dữ liệu mở cần open.suppressBelow từ ${SMALLEST_CELL}.`,
        `Column ${name} can identify people; an open dataset needs open.suppressBelow of ${SMALLEST_CELL} or more.`,
      );
  });
  if (contract.sharing === 'rieng' && contract.legalBasis === undefined)
    report(
      'C_LEGAL_BASIS',
      ['customProperties', 'sharing'],
      null,
      ['legalBasis'],
      'sharing "rieng" cần legalBasis: văn bản và điều cho phép dùng riêng.',
      'sharing "rieng" needs legalBasis: the document and article that allow it.',
    );
}
