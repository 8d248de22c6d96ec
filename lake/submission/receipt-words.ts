// The fixed sentences of a receipt page: verdict, what became of the data, what to do next. Whole sentences, both languages side by side.
import type { Bilingual } from '../errors';
import { formatNumber } from '../report/format';
import type { Receipt, Verdict } from './receipt';

/** The glossary's words for the verdicts; a headline may add to them, never use others. */
export const VERDICTS: Readonly<Record<Verdict, Bilingual>> = {
  accepted: { vi: 'Đã nhận đủ', en: 'Accepted' },
  partial: { vi: 'Đã nhận một phần', en: 'Partial: some rows are set aside' },
  rejected: { vi: 'Từ chối tệp này', en: 'Rejected' },
};

/** Not judged, through a fault of ours: the file is not held to be wrong. */
export const isUnjudged = ({ findings }: Pick<Receipt, 'findings'>): boolean =>
  findings.some(({ code }) => code === 'F_JUDGE');

export function headline(receipt: Receipt): Bilingual {
  const { vi, en } = VERDICTS[receipt.verdict];
  if (!isUnjudged(receipt)) return { vi, en };
  return { vi: `${vi}: chưa xét được, lỗi ở phía hệ thống`, en: `${en}: not judged, the fault is ours` };
}

function rowsIn(count: number): Bilingual {
  return {
    vi: `${formatNumber(count, 'vi')} dòng`,
    en: `${formatNumber(count, 'en')} ${count === 1 ? 'row' : 'rows'}`,
  };
}

/** What the verdict means for the data people see. */
export function outcome(receipt: Receipt): Bilingual {
  const { former } = receipt;
  const before = former && rowsIn(former.rows);
  if (receipt.verdict === 'rejected') {
    return former && before
      ? {
          vi: `Không có gì thay đổi: bản trước ${former.version} có ${before.vi} vẫn giữ nguyên.`,
          en: `Nothing changed: the former version ${former.version} with ${before.en} stays as it was.`,
        }
      : {
          vi: 'Không có gì thay đổi: không dòng nào của tệp được đưa vào hồ dữ liệu.',
          en: 'Nothing changed: no row of this file went into the lake.',
        };
  }
  if (receipt.snapshot === null) {
    return {
      vi: 'Tệp đã được xét; các dòng chưa được ghi vào hồ dữ liệu.',
      en: 'The file was judged; its rows are not in the lake yet.',
    };
  }
  const taken = rowsIn(receipt.rowsAccepted);
  if (former?.state === 'replaced' && before) {
    return {
      vi: `${taken.vi} đã vào hồ dữ liệu, thay bản trước ${former.version} có ${before.vi}.`,
      en: `${taken.en} in the lake, in place of the former version ${former.version} with ${before.en}.`,
    };
  }
  return { vi: `${taken.vi} đã vào hồ dữ liệu.`, en: `${taken.en} in the lake.` };
}

/** A version that leaves far fewer rows than the one it replaced: most often only the mended rows were sent. */
export function shrunk(receipt: Receipt): Bilingual | undefined {
  const { former, rowsAccepted } = receipt;
  if (former?.state !== 'replaced' || rowsAccepted * 2 >= former.rows) return undefined;
  const [now, before] = [rowsIn(rowsAccepted), rowsIn(former.rows)];
  return {
    vi: `Bản này chỉ còn ${now.vi}, bản trước có ${before.vi}. Nếu chỉ gửi các dòng đã sửa, hãy gửi lại cả tệp: mỗi bản thay trọn bản trước.`,
    en: `This version leaves ${now.en}, the former one had ${before.en}. If only the mended rows were sent, send the whole file: a version replaces all of the one before.`,
  };
}

/** One sentence: what the sender does now. */
export function nextStep(receipt: Receipt): Bilingual {
  if (isUnjudged(receipt)) {
    return {
      vi: 'Chưa phải làm gì: lỗi ở phía hệ thống, xem lời giải thích dưới đây.',
      en: 'Nothing for now: the fault is ours, as explained below.',
    };
  }
  if (receipt.verdict === 'rejected') {
    return {
      vi: 'Sửa tệp theo hướng dẫn dưới đây rồi gửi lại cả tệp vào đúng chỗ đã gửi.',
      en: 'Mend the file as explained below and send the whole file again to the same place.',
    };
  }
  if (receipt.verdict === 'partial') {
    const aside = rowsIn(receipt.rowsRejected);
    return {
      vi: `Sửa ${aside.vi} để riêng ngay trong tệp gốc rồi gửi lại cả tệp, không chỉ các dòng đã sửa, vì bản gửi sau thay trọn bản này.`,
      en: `Mend the ${aside.en} set aside in the original file and send the whole file again, not only the mended rows: a later version replaces all of this one.`,
    };
  }
  const warnings = receipt.byRule
    .filter(({ severity }) => severity === 'warning')
    .reduce((sum, { count }) => sum + count, 0);
  return warnings > 0
    ? {
        vi: `Không bắt buộc làm gì; nên xem ${formatNumber(warnings, 'vi')} lưu ý dưới đây trước khi gửi lần sau.`,
        en: `Nothing is required; please look at the ${formatNumber(warnings, 'en')} ${warnings === 1 ? 'note' : 'notes'} below before the next delivery.`,
      }
    : { vi: 'Không phải làm gì thêm.', en: 'Nothing more to do.' };
}

/** What became of the version that stood in this place before. */
export function formerState(receipt: Receipt): Bilingual {
  const { former } = receipt;
  if (!former) return { vi: 'Không có bản nào trước bản này.', en: 'There was no version before this one.' };
  const rows = rowsIn(former.rows);
  return former.state === 'replaced'
    ? {
        vi: `Bản ${former.version} có ${rows.vi} đã được thay trọn bằng bản này; tệp gốc vẫn được lưu.`,
        en: `Version ${former.version} with ${rows.en} was replaced as a whole by this one; its file is still kept.`,
      }
    : {
        vi: `Bản ${former.version} có ${rows.vi} vẫn là dữ liệu đang dùng.`,
        en: `Version ${former.version} with ${rows.en} is still the data in use.`,
      };
}

export const LABELS = {
  receipt: { vi: 'Biên nhận dữ liệu', en: 'Data receipt' },
  other: { vi: 'Bản tiếng Việt', en: 'In English' },
  next: { vi: 'Việc cần làm', en: 'What to do' },
  inFile: { vi: 'dòng trong tệp', en: 'rows in the file' },
  accepted: { vi: 'dòng được nhận', en: 'accepted' },
  unmarked: { vi: 'dòng không sai (cũng không được nhận)', en: 'not wrong (not accepted either)' },
  setAside: { vi: 'dòng để riêng', en: 'set aside' },
  faulty: { vi: 'dòng sai', en: 'wrong' },
  notTaken: { vi: 'dòng không được nhận', en: 'not accepted' },
  notJudged: { vi: 'Chưa dòng nào của tệp được xét.', en: 'No row of the file was judged.' },
  blank: { vi: 'Bỏ qua dòng trống', en: 'Blank rows passed over' },
  rules: { vi: 'Những chỗ cần sửa', en: 'What to mend' },
  why: { vi: 'Vì sao', en: 'Why' },
  notesOnly: { vi: 'Lưu ý', en: 'Notes' },
  times: { vi: 'lần', en: 'times' },
  warning: { vi: 'Lưu ý (dòng vẫn được nhận)', en: 'Note (the row is kept)' },
  column: { vi: 'Cột', en: 'Column' },
  fix: { vi: 'Cách sửa:', en: 'To mend:' },
  findings: { vi: 'Từng chỗ cần sửa', en: 'Place by place' },
  row: { vi: 'Dòng', en: 'Row' },
  cell: { vi: 'Ô', en: 'Cell' },
  found: { vi: 'Trong tệp', en: 'Found' },
  expected: { vi: 'Phải là', en: 'Expected' },
  codes: {
    vi: 'Mỗi mã E_… hoặc W_… có một mục giải thích trong docs/errors.md.',
    en: 'Each code E_… or W_… has its heading in docs/errors.md.',
  },
  empty: { vi: '(ô trống)', en: '(empty)' },
  rejects: { vi: 'Các dòng để riêng kèm lý do', en: 'Rows set aside, with reasons' },
  faultyRows: { vi: 'Các dòng sai kèm lý do', en: 'Wrong rows, with reasons' },
  howRead: { vi: 'Tệp đã được đọc thế nào', en: 'How the file was read' },
  headers: { vi: 'Cột trong tệp và trong hồ dữ liệu', en: 'Columns of the file and of the lake' },
  header: { vi: 'Tên cột trong tệp', en: 'Header in the file' },
  meaning: { vi: 'Nghĩa', en: 'Meaning' },
  lakeColumn: { vi: 'Cột trong hồ dữ liệu', en: 'Column in the lake' },
  keptOut: { vi: 'không đưa vào hồ dữ liệu', en: 'kept out' },
  noHeader: { vi: '(không tên)', en: '(no name)' },
  former: { vi: 'Bản trước', en: 'Former version' },
  facts: { vi: 'Để tra cứu', en: 'For reference' },
  received: { vi: 'Nhận lúc', en: 'Received' },
  zone: { vi: 'giờ Việt Nam', en: 'Vietnam time' },
  agency: { vi: 'Cơ quan gửi', en: 'Agency' },
  dataset: { vi: 'Bộ dữ liệu', en: 'Dataset' },
  period: { vi: 'Kỳ', en: 'Period' },
  size: { vi: 'Dung lượng', en: 'Size' },
  submission: { vi: 'Bài gửi', en: 'Submission' },
  version: { vi: 'Phiên bản', en: 'Version' },
  snapshot: { vi: 'Lần ghi', en: 'Snapshot' },
  noSnapshot: { vi: 'không có: chưa dòng nào vào hồ dữ liệu', en: 'none: no row went in' },
  contract: { vi: 'Phiên bản hợp đồng dữ liệu', en: 'Contract version' },
  hash: { vi: 'Mã băm SHA-256 của tệp', en: 'SHA-256 of the file' },
} as const satisfies Readonly<Record<string, Bilingual>>;

/** `Hiện 50 trong 1.234 chỗ.` */
export function shownOf(shown: number, all: number): Bilingual {
  return {
    vi: `Hiện ${formatNumber(shown, 'vi')} trong ${formatNumber(all, 'vi')} chỗ.`,
    en: `Showing ${formatNumber(shown, 'en')} of ${formatNumber(all, 'en')} places.`,
  };
}
