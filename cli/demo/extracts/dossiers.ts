// Draws the dossiers one period received: right in every rule of the contract, different from agency to agency.
import type { ReportingAgency } from './agencies';
import { madeUpTaxCode } from './check-digit';
import type { Cells } from './extract';
import { addWorkingDays, compact, DAY, HOUR, isWorkingDay, MINUTE, startOfDay } from './moment';
import { PROCEDURES, type Procedure } from './procedures';
import type { Rng } from './rng';
import { padded, vnBool, vnNumber } from './write';

export interface DossierPeriod {
  readonly rows: number;
  /** First and last day on which these dossiers came in, as moments. */
  readonly from: number;
  readonly to: number;
  /** When the list was printed: nothing in it happens later. */
  readonly printed: number;
  /** Which of the three monthly shares of an agency applies. */
  readonly month: 0 | 1 | 2;
  readonly agencies: readonly ReportingAgency[];
  readonly communes: readonly { readonly maXa: string; readonly tenXa: string }[];
  readonly moment: (value: number) => string;
}

/** Dossiers in the order in which they came in; `firstSerial` numbers them across periods. */
export function drawDossiers(rng: Rng, period: DossierPeriod, firstSerial: number): Cells[] {
  const length = Math.round((startOfDay(period.to) - startOfDay(period.from)) / DAY) + 1;
  const days = Array.from({ length }, (_, index) => startOfDay(period.from) + index * DAY).filter(isWorkingDay);
  return Array.from({ length: period.rows }, (_, index) => {
    const agency = rng.weighted(period.agencies, ({ weight }) => weight);
    const procedure = rng.pick(PROCEDURES.filter((candidate) => candidate.agency === agency.code));
    const day = days[Math.floor((index * days.length) / period.rows)] ?? period.from;
    const submitted = day + 7 * HOUR + rng.int(30, 600) * MINUTE;
    const serial = firstSerial + index;
    return dossier(rng, { agency, procedure, submitted, serial, period, person: applicant(rng, serial, period) });
  });
}

interface Applicant {
  readonly kind: string;
  readonly name: string;
  readonly id: string;
  readonly phone: string;
  readonly email: string;
  readonly address: string;
  readonly commune: string;
}

/** Obviously nobody: every name, number and address carries the serial of the dossier. */
function applicant(rng: Rng, serial: number, period: DossierPeriod): Applicant {
  const commune = rng.weighted(period.communes, ({ tenXa }) => (tenXa.startsWith('Phường') ? 3 : 1));
  const isCompany = rng.chance(0.2);
  const number = String(serial);
  return {
    kind: isCompany ? '2' : '1',
    name: isCompany ? `Công ty TNHH Thử Nghiệm ${number}` : `Nguyễn Văn Thử ${number}`,
    id: isCompany ? madeUpTaxCode(serial % 30_000) : `046${padded(serial, 9)}`,
    phone: rng.chance(0.9) ? `09${padded(serial, 8)}` : '',
    email: rng.chance(0.6) ? `thu${number}@example.vn` : '',
    address: rng.chance(0.8) ? `Số ${number} đường Thử Nghiệm, ${commune.tenXa}` : '',
    commune: commune.maXa,
  };
}

interface Draw {
  readonly agency: ReportingAgency;
  readonly procedure: Procedure;
  readonly submitted: number;
  readonly serial: number;
  readonly period: DossierPeriod;
  readonly person: Applicant;
}

function dossier(rng: Rng, draw: Draw): Cells {
  const { agency, procedure, submitted, serial, period, person } = draw;
  const isOnline = procedure.level !== 'khong_truc_tuyen' && rng.chance(0.62);
  const received = isOnline ? submitted + rng.int(5, 240) * MINUTE : submitted;
  const due = startOfDay(addWorkingDays(received, procedure.days)) + 17 * HOUR;
  const course = drawCourse(rng, draw, received, due);
  const isDigitised = rng.chance(agency.digitised[period.month]);
  const lacksPapers = !isDigitised && rng.chance(0.5);
  const reused = Array.from({ length: procedure.papers }, () => rng.chance(agency.reuse[period.month]));
  const fee = payment(rng, procedure.fee, isOnline);
  const isRated = course.returned !== undefined && rng.chance(0.4);
  return {
    ma_ho_so: dossierCode(rng, agency.code, submitted, serial),
    ma_tthc: procedure.code,
    ten_tthc: procedure.name,
    ma_linh_vuc: procedure.fieldCode,
    ten_linh_vuc: procedure.field,
    ma_don_vi_tiep_nhan: agency.code,
    don_vi_xu_ly: agency.code,
    loai_doi_tuong: person.kind,
    chu_ho_so: person.name,
    so_dinh_danh_chu_ho_so: person.id,
    so_dien_thoai: person.phone,
    email: person.email,
    dia_chi: person.address,
    ma_xa: person.commune,
    kenh_tiep_nhan: isOnline ? '2' : rng.chance(0.08) ? '3' : '1',
    muc_do_dvc: procedure.level,
    ngay_nop: period.moment(submitted),
    ngay_tiep_nhan: period.moment(received),
    ngay_hen_tra: period.moment(due),
    ngay_ket_thuc_xu_ly: course.finished === undefined ? '' : period.moment(course.finished),
    ngay_tra: course.returned === undefined ? '' : period.moment(course.returned),
    trang_thai: course.status,
    co_so_hoa_thanh_phan: vnBool(isDigitised || !lacksPapers),
    co_so_hoa_ket_qua: vnBool(course.finished !== undefined && (isDigitised || lacksPapers)),
    so_giay_to_phai_nop: String(procedure.papers),
    so_giay_to_tai_su_dung: String(reused.filter(Boolean).length),
    ma_ket_qua_giay_to: course.finished === undefined ? '' : `KQ.${agency.code}.${padded(serial, 6)}`,
    phi_le_phi: fee.amount,
    da_thanh_toan_truc_tuyen: fee.paidOnline,
    muc_hai_long: isRated ? rng.pick(['5', '5', '5', '4', '4', '4', '3', '2', '1']) : '',
  };
}

interface Course {
  readonly status: string;
  readonly finished?: number;
  readonly returned?: number;
}

/** What became of a dossier by the day the list was printed. */
function drawCourse(rng: Rng, { agency, procedure, period }: Draw, received: number, due: number): Course {
  const fate = rng.next();
  if (fate < 0.02) return { status: '5' };
  if (fate < 0.025) return { status: '6' };
  if (fate < 0.035) return { status: '7' };
  if (fate < 0.04) return { status: '3' };
  const isOnTime = rng.chance(agency.onTime[period.month]);
  const used = isOnTime ? Math.min(rng.next() + 0.15, 0.97) : 1;
  const late = isOnTime ? 0 : rng.int(3, 24 * Math.min(6, procedure.days + 1)) * HOUR;
  const finished = Math.max(received, Math.round((received + (due - received) * used) / MINUTE) * MINUTE) + late;
  if (finished > period.printed) return { status: rng.chance(0.15) ? '2' : '4' };
  const returned = finished + rng.int(10, 40 * 60) * MINUTE;
  if (returned > period.printed || rng.chance(0.06)) return { status: '9', finished };
  return { status: '10', finished, returned };
}

/** Most codes have the form in use now; one office still writes the form of before. */
function dossierCode(rng: Rng, agency: string, submitted: number, serial: number): string {
  const isOldForm = agency === 'H57.15' && rng.chance(0.04);
  if (!isOldForm) return `${agency}-${compact(submitted, false)}-${padded(serial, 7)}`;
  return `000.00.15.H57-${compact(submitted, false).slice(2)}-${padded(serial % 10_000, 4)}`;
}

function payment(rng: Rng, fee: number, isOnline: boolean): { readonly amount: string; readonly paidOnline: string } {
  if (fee === 0) return { amount: '', paidOnline: '' };
  const hasCents = !Number.isInteger(fee) || rng.chance(0.05);
  return {
    amount: vnNumber(fee, hasCents ? 2 : 0),
    paidOnline: vnBool(rng.chance(isOnline ? 0.85 : 0.2)),
  };
}
