// What a department is told when its file has its answer: verdict, counts, where the receipt lies. No cell of the file.
import { formatNumber, formatPeriod } from '../report/format';
import type { Receipt } from './receipt';
import { headline, nextStep, outcome } from './receipt-words';

export interface Notice {
  /** ASCII, one line, below 100 characters: mail by SNS takes no other. */
  readonly subject: string;
  readonly text: string;
}

const SUBJECTS = { accepted: 'DA NHAN DU', partial: 'NHAN MOT PHAN', rejected: 'TU CHOI' } as const;
const MAX_SUBJECT = 99;

/** @param folder of the receipt in the receipts zone */
export function receiptNotice(receipt: Receipt, folder: string): Notice {
  const { verdict, dataset, period, rowsIn, rowsAccepted, rowsRejected } = receipt;
  const codes = [...new Set([...receipt.byRule, ...receipt.findings].map(({ code }) => code))].sort().join(', ');
  const say = (lang: 'vi' | 'en', words: { file: string; sum: string; codes: string; receipt: string }) => [
    `${headline(receipt)[lang]} — ${receipt.title}${period === '' ? '' : `, ${formatPeriod(period, lang)}`}`,
    `${words.file}: ${receipt.file}`,
    ...(rowsIn > 0
      ? [
          words.sum
            .replace('#1', formatNumber(rowsIn, lang))
            .replace('#2', formatNumber(rowsAccepted, lang))
            .replace('#3', formatNumber(rowsRejected, lang)),
        ]
      : []),
    outcome(receipt)[lang],
    nextStep(receipt)[lang],
    ...(codes === '' ? [] : [`${words.codes}: ${codes}`]),
    `${words.receipt}: ${folder}/receipt.html`,
  ];
  const vi = say('vi', {
    file: 'Tệp',
    sum: '#1 dòng trong tệp = #2 dòng được nhận + #3 dòng không được nhận',
    codes: 'Mã lỗi trên biên nhận',
    receipt: 'Biên nhận',
  });
  const en = say('en', {
    file: 'File',
    sum: '#1 rows in the file = #2 accepted + #3 not accepted',
    codes: 'Codes on the receipt',
    receipt: 'Receipt',
  });
  const subject = `Tam Giang: ${SUBJECTS[verdict]} ${dataset} ${period}`.replaceAll(/[^\x20-\x7e]/g, '?').trim();
  return { subject: subject.slice(0, MAX_SUBJECT), text: `${vi.join('\n')}\n\n---\n${en.join('\n')}\n` };
}
