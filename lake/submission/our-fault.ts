// What a sender is told when the lake could not judge a file, and it was not the file's doing.
import type { Bilingual } from '../errors';
import type { FileFault } from './file-fault';
import type { Refusal } from './refuse';

/** Codes of refusals that are faults of ours, for operations. */
export const OURS: readonly string[] = ['E_RESOURCE', 'F_JUDGE'];

const TOO_MUCH: Bilingual = {
  vi: 'Hệ thống đã thử nhiều lần nhưng không đủ bộ nhớ hoặc thời gian để xét tệp này, nên tệp chưa được nhận. Hãy chia nhỏ dữ liệu hoặc xuất lại tệp rồi gửi lại; nếu vẫn vậy, báo người vận hành kèm biên nhận này.',
  en: 'The system tried several times, but had too little memory or time to judge this file; it was not taken in. Split the data or export the file again and resend it; if that does not help, tell the operator and name this receipt.',
};

const FAULT: Bilingual = {
  vi: 'Hệ thống gặp lỗi của chính mình khi xét tệp này, đã thử nhiều lần không được, nên tệp chưa được nhận; tệp không bị coi là sai. Người vận hành đã được báo. Tệp gốc được giữ; khi lỗi được sửa, hệ thống tự xét lại và gửi biên nhận mới. Nếu cần gấp, có thể xuất lại tệp rồi gửi lại.',
  en: 'The system met a fault of its own while judging this file, several times over; it was not taken in, and is not held to be wrong. Operations have been told. The file is kept: once the fault is mended, it is judged again by itself and a new receipt is sent. If it is urgent, the file may be exported and sent again.',
};

const NOT_KEPT: Bilingual = {
  vi: 'Hệ thống gặp lỗi của chính mình khi nhận tệp này, đã thử nhiều lần không được, nên tệp chưa được nhận; tệp không bị coi là sai. Người vận hành đã được báo và sẽ cho biết khi nào gửi lại được.',
  en: 'The system met a fault of its own while taking this file in, several times over; it was not taken in, and is not held to be wrong. Operations have been told and will say when to send it again.',
};

export const AGAIN: Bilingual = {
  vi: 'Lần trước hệ thống không xét được tệp này do lỗi của chính mình; nay đã xét lại, biên nhận này thay biên nhận trước.',
  en: 'The system could not judge this file before, through a fault of its own; it has now been judged, and this receipt stands in place of the former one.',
};

export const tooMuch: Refusal = { code: 'E_RESOURCE', text: TOO_MUCH };

/** @param isKept whether the file has its place, so that it can be judged again */
export function ourFault(fault: FileFault, isKept: boolean): Refusal {
  return fault === 'room' ? tooMuch : { code: 'F_JUDGE', text: isKept ? FAULT : NOT_KEPT };
}
