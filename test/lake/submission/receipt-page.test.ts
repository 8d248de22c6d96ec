// The receipt page is judged by what the sender reads first and can act on.
import type { Finding } from '../../../lake/submission/finding';
import type { Receipt } from '../../../lake/submission/receipt';
import { receiptPage } from '../../../lake/submission/receipt-page';

const both = (text: string) => ({ vi: `${text} (vi)`, en: `${text} (en)` });

function finding(over: Partial<Finding> = {}): Finding {
  return {
    code: 'E_DATE',
    severity: 'error',
    row: 1640,
    line: 1640,
    record: 1639,
    column: 'Ngày mẫu',
    cell: 'C1640',
    found: '31/02/2026',
    expected: both('ngày có thật'),
    message: both('Ngày không có thật'),
    ...over,
  };
}

function receipt(over: Partial<Receipt> = {}): Receipt {
  return {
    submission: 'so_mau/bang_mau/2026-10',
    version: '000003-aaaaaaaaaaaa',
    file: 'Tệp mẫu.csv',
    sizeBytes: 1_234_567,
    sha256: 'a'.repeat(64),
    receivedAt: '2026-11-05T17:30:00Z',
    agency: 'so_mau',
    dataset: 'bang_mau',
    title: 'Bảng mẫu',
    period: '2026-10',
    contractVersion: '1.2.0',
    verdict: 'partial',
    rowsIn: 2000,
    rowsAccepted: 1500,
    rowsRejected: 500,
    blankRows: 2,
    findings: [finding()],
    findingCount: 500,
    byRule: [
      {
        code: 'E_DATE',
        severity: 'error',
        column: 'Ngày mẫu',
        rule: both('phải là ngày có thật'),
        fix: both('viết dạng 31/12/2026'),
        count: 500,
      },
    ],
    notes: [both('Bảng mã UTF-8')],
    headers: [
      { header: 'Ngày mẫu', column: 'ngay_mau', businessName: 'Ngày mẫu' },
      { header: 'Ghi chú riêng', column: null, businessName: null },
    ],
    snapshot: '9007199254740993',
    former: { version: '000002-bbbbbbbbbbbb', rows: 1400, state: 'replaced' },
    rejects: 'Tệp mẫu lỗi.csv',
    ...over,
  };
}

const ACCEPTED: Partial<Receipt> = {
  verdict: 'accepted',
  rowsAccepted: 2000,
  rowsRejected: 0,
  findings: [],
  findingCount: 0,
  byRule: [],
  rejects: null,
};
const REFUSED: Partial<Receipt> = {
  verdict: 'rejected',
  rowsAccepted: 0,
  rowsRejected: 2000,
  snapshot: null,
  rejects: null,
  former: { version: '000002-bbbbbbbbbbbb', rows: 1400, state: 'kept' },
};

const text = (markup: string) =>
  markup
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');
const parts = (markup: string) => {
  const [first, second] = markup.split('<details class="other"');
  return { first: text(first!), second: text(second!) };
};
const show = (over: Partial<Receipt> = {}) => receiptPage(receipt(over), { lang: 'vi' });

describe('receiptPage', () => {
  it.each([
    ['accepted', ACCEPTED, 'Đã nhận đủ', 'Accepted'],
    ['partial', {}, 'Đã nhận một phần', 'Partial: some rows are set aside'],
    ['rejected', REFUSED, 'Từ chối tệp này', 'Rejected'],
  ] as const)('says the verdict %s first, in words and by a sign, in both languages', (verdict, over, vi, en) => {
    const markup = show(over);
    expect(markup).toContain(`<section class="verdict ${verdict}"><svg`);
    expect(parts(markup).first).toContain(vi);
    expect(parts(markup).second).toContain(en);
    expect(markup.indexOf('class="verdict')).toBeLessThan(markup.indexOf('class="sum"'));
  });

  it('of a file our own fault kept from being judged says whose fault it is, and asks for no mending', () => {
    const findings = [{ ...receipt(REFUSED).findings[0]!, code: 'F_JUDGE' }];
    const { first, second } = parts(show({ ...REFUSED, findings }));
    expect(first).toContain('Từ chối tệp này: chưa xét được, lỗi ở phía hệ thống');
    expect(first).not.toContain('Những chỗ cần sửa');
    expect(second).toContain('Rejected: not judged, the fault is ours');
    expect(second).not.toContain('What to mend');
  });

  it('puts the language asked for first and folds the other', () => {
    const { first, second } = parts(receiptPage(receipt(), { lang: 'en' }));
    expect(first).toContain('Partial: some rows');
    expect(first).not.toContain('Đã nhận một phần');
    expect(second).toContain('Đã nhận một phần');
  });

  it('adds the rows up and draws the shares to scale', () => {
    const markup = show();
    expect(parts(markup).first).toContain('2.000 dòng trong tệp = 1.500 dòng được nhận + 500 dòng để riêng');
    expect(parts(markup).second).toContain('2,000 rows in the file = 1,500 accepted + 500 set aside');
    expect(markup).toContain('class="in" style="width:75%"');
    expect(markup).toContain('class="out" style="width:25%"');
    expect(show(ACCEPTED)).not.toContain('class="out" style');
  });

  it('tells the sender of a partly accepted file to send the whole file again', () => {
    expect(parts(show()).first).toMatch(
      /Việc cần làm: Sửa 500 dòng để riêng .* gửi lại cả tệp, không chỉ các dòng đã sửa/,
    );
  });

  it('asks nothing of the sender of a right file, and points to notes when there are some', () => {
    expect(parts(show(ACCEPTED)).first).toContain('Không phải làm gì thêm.');
    const noted = show({ ...ACCEPTED, byRule: [{ ...receipt().byRule[0]!, severity: 'warning', count: 7 }] });
    expect(parts(noted).first).toContain('nên xem 7 lưu ý');
    expect(parts(noted).first).not.toContain('Những điểm cần sửa');
  });

  it('says of a refused file that nothing changed and the former data stays', () => {
    const { first } = parts(show(REFUSED));
    expect(first).toContain('Không có gì thay đổi: bản trước 000002-bbbbbbbbbbbb có 1.400 dòng vẫn giữ nguyên.');
    expect(first).toContain('Bản 000002-bbbbbbbbbbbb có 1.400 dòng vẫn là dữ liệu đang dùng.');
    expect(first).toContain('0 dòng được nhận + 2.000 dòng không được nhận');
    expect(parts(show({ ...REFUSED, former: null })).first).toContain('không dòng nào của tệp được đưa vào hồ dữ liệu');
  });

  it('does not call rows of a refused file accepted', () => {
    const { first } = parts(show({ ...REFUSED, rowsAccepted: 900, rowsRejected: 1100 }));
    expect(first).toContain('900 dòng không sai (cũng không được nhận) + 1.100 dòng sai');
  });

  it('does not claim that rows are in the lake before a snapshot shows them', () => {
    expect(parts(show({ ...ACCEPTED, snapshot: null })).first).not.toContain('đã vào');
    expect(parts(show(ACCEPTED)).first).toContain(
      '2.000 dòng đã vào hồ dữ liệu, thay bản trước 000002-bbbbbbbbbbbb có 1.400 dòng.',
    );
  });

  it('warns when a version leaves less than half of the rows it replaced', () => {
    const former = { version: '000002-bbbbbbbbbbbb', rows: 18, state: 'replaced' } as const;
    const few = show({ ...ACCEPTED, rowsIn: 2, rowsAccepted: 2, former });
    expect(parts(few).first).toContain('Bản này chỉ còn 2 dòng, bản trước có 18 dòng.');
    expect(parts(few).second).toContain('send the whole file');
    expect(show({ ...ACCEPTED, rowsIn: 9, rowsAccepted: 9, former })).not.toContain('chỉ còn');
    expect(show({ ...REFUSED, former: { ...former, state: 'kept' } })).not.toContain('chỉ còn');
  });

  it('does not claim an empty file where no row was judged', () => {
    const { first } = parts(show({ ...REFUSED, rowsIn: 0, rowsRejected: 0 }));
    expect(first).toContain('Chưa dòng nào của tệp được xét.');
    expect(first).not.toContain('0 dòng trong tệp');
  });

  it('groups problems by rule with count and how to mend, errors before notes', () => {
    const rule = receipt().byRule[0]!;
    const markup = show({ byRule: [{ ...rule, severity: 'warning', column: 'Cột nhắc', count: 900 }, rule] });
    const list = text(/<ul class="rules">.*?<\/ul>/s.exec(markup)![0]);
    expect(list).toMatch(
      /500 lần Cột Ngày mẫu : phải là ngày có thật \(vi\) E_DATE Cách sửa: viết dạng 31\/12\/2026 \(vi\).*900 lần Cột Cột nhắc/,
    );
  });

  it('lists findings with row, column, cell, found and expected, and says how many more there are', () => {
    const markup = receiptPage(receipt({ findings: Array.from({ length: 9 }, () => finding()), findingCount: 500 }), {
      lang: 'vi',
      maxFindings: 4,
    });
    const table = /<table class="findings">.*?<\/table>/s.exec(markup)![0];
    expect(table.match(/<tr><td/g)).toHaveLength(4);
    expect(text(table)).toContain('1640 Ngày mẫu C1640 31/02/2026 ngày có thật (vi) E_DATE');
    expect(parts(markup).first).toContain('Hiện 4 trong 500 chỗ.');
  });

  it('tells each place its own next step, not the one of its rule', () => {
    const say = (message: string, expected = 'số dạng 1.234,5') =>
      text(
        /<tbody>.*?<\/tbody>/s.exec(
          show({
            findings: [finding({ code: 'E_X', expected: both(expected), message: { vi: message, en: message } })],
          }),
        )![0],
      ).trim();
    expect(say('Dòng 7: thấy “1.5”; cần số dạng 1.234,5 (vi). Đổi dấu thập phân.')).toMatch(
      /E_X Cách sửa: Đổi dấu thập phân\.$/,
    );
    expect(say('Dòng 7, ô C7: lặp lại dòng 3 (1.5 kg). Giữ lại một dòng đúng.')).toMatch(
      /E_X Cách sửa: Giữ lại một dòng đúng\.$/,
    );
    expect(say('Dòng 7: thấy “rồi”; cần Có (vi). Sửa thành Có (vi).', 'Có')).toMatch(
      /E_X Cách sửa: Sửa thành Có \(vi\)\.$/,
    );
    expect(say('Dòng 7: cần số dạng 1.234,5 (vi).')).toMatch(/E_X$/);
    expect(show()).toContain('docs/errors.md');
  });

  it('tells a fault of the whole file in its own words, once', () => {
    const message = both('Thiếu cột bắt buộc Mã mẫu');
    const markup = show({
      ...REFUSED,
      findings: [finding({ code: 'E_HEADER', row: 1, record: null, message })],
      findingCount: 1,
      byRule: [{ ...receipt().byRule[0]!, code: 'E_HEADER', count: 1 }],
    });
    expect(parts(markup).first).toContain('Thiếu cột bắt buộc Mã mẫu (vi) E_HEADER');
    expect(markup).not.toContain('class="findings"');
    expect(/<ul class="rules">(.*?)<\/ul>/s.exec(markup)![1]).toBe('');
  });

  it('calls an empty cell empty and cuts endless ones', () => {
    expect(text(show({ findings: [finding({ found: null })] }))).toContain('(ô trống)');
    const shape = text(show({ findings: [finding({ column: null, cell: null, found: null })] }));
    expect(shape).not.toContain('(ô trống)');
    const long = show({ findings: [finding({ found: 'x'.repeat(5000) })] });
    expect(long).not.toContain('x'.repeat(200));
    expect(long).toContain('x…');
  });

  it('marks the columns kept out', () => {
    expect(show()).toMatch(/<tr class="out"><td>Ghi chú riêng<\/td><td><\/td><td>không đưa vào hồ dữ liệu<\/td>/);
  });

  it('links the rows set aside by a relative name that cannot become another address', () => {
    expect(show()).toContain('href="./T%E1%BB%87p%20m%E1%BA%ABu%20l%E1%BB%97i.csv"');
    expect(show({ rejects: 'javascript:alert(1)//..' })).toContain('href="./javascript%3Aalert(1)%2F%2F.."');
    expect(show(ACCEPTED)).not.toContain('href="./');
  });

  it('records hash, version, submission, snapshot, contract version, and the time in Vietnam', () => {
    const { first } = parts(show());
    for (const part of [
      'a'.repeat(64),
      '000003-aaaaaaaaaaaa',
      'so_mau/bang_mau/2026-10',
      '9007199254740993',
      '1.2.0',
      '06/11/2026 00:30',
      '1,2\u00a0MB'.replace('\u00a0', ' '),
    ]) {
      expect(first).toContain(part);
    }
  });

  it('escapes what the sender wrote, and shows unseen characters', () => {
    const hostile = '<script>alert(1)</script>\u202E"';
    const markup = show({
      file: hostile,
      findings: [finding({ found: hostile, column: hostile })],
      headers: [{ header: hostile, column: null, businessName: null }],
      rejects: hostile,
    });
    expect(markup).not.toContain('<script');
    expect(markup).not.toContain('\u202E');
    expect(markup).toContain('&lt;script&gt;alert(1)&lt;/script&gt;[U+202E]&quot;');
  });

  it('fetches nothing, runs nothing, fits a phone and prints on A4', () => {
    const markup = show();
    expect(markup).not.toMatch(/https?:\/\/|<script|<link|<img|@import|url\(/);
    expect(markup).toContain('width=device-width');
    expect(markup).toMatch(/@page\{size:A4 portrait/);
  });
});
