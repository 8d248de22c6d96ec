// What an answer of AWS that is no success means. The SDK's error classes are many and its fakes' are others: names and
// HTTP statuses tell.
import { InputError } from '../../lake/errors';

export interface Failure {
  readonly name: string;
  /** HTTP status; undefined when no answer came at all. */
  readonly status: number | undefined;
  /** Requests the SDK sent for the one call. */
  readonly attempts: number;
  readonly message: string;
}

const DENIED = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'InvalidToken',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);
/** Refused for now with a status of the 400s. */
const PASSING = /^(RequestTimeout|Throttl|TooManyRequests|RequestLimitExceeded|ProvisionedThroughputExceeded)/;

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

export function failureOf(error: unknown): Failure {
  const metadata = property(error, '$metadata');
  const status = property(metadata, 'httpStatusCode');
  const attempts = property(metadata, 'attempts');
  return {
    name: String(property(error, 'name') ?? 'Error'),
    status: typeof status === 'number' ? status : undefined,
    attempts: typeof attempts === 'number' ? attempts : 1,
    message: String(property(error, 'message') ?? error),
  };
}

const OFFLINE = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'ETIMEDOUT',
]);

/** Nobody answered: the request did not get as far as AWS, or its answer not back. */
export const isOffline = (error: unknown): boolean => OFFLINE.has(String(property(error, 'code')));

/** No permission, or no credentials that hold. */
export function isDenied({ name, status }: Failure): boolean {
  return DENIED.has(name) || status === 401 || status === 403;
}

/** Nobody can say whether the request was carried out: no answer, a fault of the server, or too many requests. */
export function isUnclear(failure: Failure): boolean {
  const { name, status } = failure;
  if (isDenied(failure)) return false;
  return (
    status === undefined || status < 300 || status === 408 || status === 429 || status >= 500 || PASSING.test(name)
  );
}

/** @param action as IAM names it, for example `s3:GetObject` */
export function accessError(action: string, place: string, cause: unknown): InputError {
  const { name, message } = failureOf(cause);
  if (name === 'CredentialsProviderError')
    return new InputError(
      'E_ACCESS',
      {
        vi: `Không tìm thấy khóa truy cập AWS nào dùng được (${message}). Chạy trước: aws configure sso && export AWS_PROFILE=<hồ sơ của tỉnh>; nếu phiên đã hết hạn: aws sso login`,
        en: `No AWS credentials were found that can be used (${message}). Run first: aws configure sso && export AWS_PROFILE=<profile of the province>; where a session has expired: aws sso login`,
      },
      { cause },
    );
  return new InputError(
    'E_ACCESS',
    {
      vi: `Không được phép gọi ${action} trên ${place} (${name}: ${message}). Hãy kiểm tra khóa truy cập còn hạn không, rồi cấp quyền ${action} cho vai trò đang dùng.`,
      en: `${action} on ${place} is not allowed (${name}: ${message}). Check that the credentials are valid and not expired, then grant ${action} to the role in use.`,
    },
    { cause },
  );
}
