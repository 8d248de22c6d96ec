// A small made-up contract: two text columns unless told otherwise, nothing required, nothing refused.
import type { Column, Contract, Intake } from '../../lake/contract/contract';

export function madeColumn(name: string, more: Partial<Column> = {}): Column {
  return {
    name,
    fieldId: 11,
    businessName: name,
    description: '',
    type: { kind: 'string' },
    required: false,
    keyPosition: 0,
    aliases: [],
    personal: 'none',
    mask: 'none',
    subjectId: false,
    ...more,
  };
}

export function madeContract(
  columns: readonly Column[] = [madeColumn('cot_a'), madeColumn('cot_b', { fieldId: 12 })],
  intake: Partial<Intake> = {},
): Contract {
  return {
    id: 'so_thi_du-bang',
    name: 'so_thi_du/bang',
    agency: 'so_thi_du',
    dataset: 'bang',
    title: 'Bảng thí dụ',
    description: '',
    version: '1.0.0',
    grain: 'Mỗi dòng một thí dụ.',
    steward: '',
    sharing: 'mo',
    dataClass: 'thuong',
    storagePlace: 'ca_hai',
    slot: 'period',
    period: 'month',
    mode: 'replace',
    intake: {
      formats: ['csv'],
      decimalStyle: 'vi',
      datePatterns: ['%d/%m/%Y', '%Y-%m-%d'],
      timestampPatterns: ['%d/%m/%Y %H:%M', '%Y-%m-%dT%H:%M:%S%z', '%Y-%m-%dT%H:%M:%S'],
      nullTokens: [],
      headerSearch: 20,
      maxRejectedShare: 1,
      minRows: 0,
      ...intake,
    },
    open: { publish: false },
    columns,
    rules: [],
  };
}
