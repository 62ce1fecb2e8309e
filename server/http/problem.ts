/** Errors as `application/problem+json` (RFC 9457): the one map from codes to HTTP status. */
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { z } from 'zod'
import { ERRORS, type ErrorCode, ImportError } from '../../importer/errors.ts'

const STATUS: Readonly<Record<ErrorCode, ContentfulStatusCode>> = {
  ACCOUNT_UNKNOWN: 404,
  ACCOUNT_EXISTS: 409,
  ACCOUNT_INVALID: 422,
  SECRET_UNREADABLE: 500,
  PGP_KEY_INVALID: 422,
  PGP_KEY_UNKNOWN: 404,
  SOURCE_UNKNOWN: 404,
  SOURCE_INVALID: 422,
  RUN_UNKNOWN: 404,
  RUN_NOT_HELD: 409,
  MISSING_NEVER_SENT: 404,
  MISSING_NOT_ALLOWED: 403,
  DEMOGRAPHIC_UNKNOWN: 404,
  DEMOGRAPHIC_INVALID: 422,
  DEMOGRAPHIC_IN_USE: 409,
  PLAN_CHOICE_INVALID: 422,
  APPROVER_PROGRAM: 403,
  APPROVER_SAME: 403,
  RUN_NOT_UNDOABLE: 409,
  AS_OF_INVALID: 422,
  ERASE_REFUSED: 409,
  MERGE_REFUSED: 409,
  REDACTION_REFUSED: 409,
  EDIT_REFUSED: 422,
  PIN_UNKNOWN: 404,
  PIN_INVALID: 422,
  FIELD_UNKNOWN: 422,
  OWNERSHIP_INVALID: 422,
  EMPLOYEE_UNKNOWN: 404,
  RECIPIENT_INVALID: 422,
  RECIPIENT_UNKNOWN: 404,
  RETENTION_INVALID: 422,
  ROWS_GONE: 410,
  MESSAGE_UNKNOWN: 404,
  WEBHOOK_INVALID: 422,
  WEBHOOK_UNKNOWN: 404,
  MESSAGE_SENT: 409,
  ROSTER_CHANGED: 409,
  REPORT_GONE: 410,
  REPORT_NOT_READY: 409,
  FILE_UNREADABLE: 422,
  RUN_FAILED: 500,
  DATABASE_UNREACHABLE: 503,
  DATABASE_NOT_DURABLE: 503,
  DATABASE_NEWER: 503,
  DATA_IN_USE: 409,
  SERVER_UNREACHABLE: 503,
  API_AUTH: 502,
  API_PERMISSION: 502,
  API_PLAN: 502,
  API_PARTIAL: 502,
  API_RATE: 503,
  API_SCHEMA: 502,
  API_UNREACHABLE: 503,
  CONNECTION_NONE: 404,
  CONNECTION_INVALID: 422,
  CONNECTION_STATE: 409,
  CONNECTION_BUSY: 409,
  CONNECTION_REJECTED: 422,
  CONSENT_INVALID: 403,
  MAPPING_INVALID: 422,
  CONFIG_INVALID: 500,
  KEY_INVALID: 422,
  KEY_WEAK: 422,
  KEY_PRIVATE: 422,
  KEY_EXISTS: 409,
  KEY_UNKNOWN: 404,
  NETWORK_INVALID: 422,
  PASSWORD_WEAK: 422,
  CONNECTION_UNKNOWN: 404,
  HOST_KEY_NEXT: 409,
  HOST_KEY_UNREADABLE: 500,
  PORT_IN_USE: 500,
  USER_UNKNOWN: 404,
  USER_EXISTS: 409,
  USER_INVALID: 422,
  LINK_SPENT: 410,
  SIGN_IN_FAILED: 401,
  SIGN_IN_NEEDED: 401,
  CODE_WRONG: 401,
  NOT_ALLOWED: 403,
  TOKEN_READS_ONLY: 403,
  TOKEN_INVALID: 422,
  TOKEN_UNKNOWN: 404,
  SESSION_UNKNOWN: 404,
  FORM_STALE: 403,
  TOO_MANY_REQUESTS: 429,
  REQUEST_INVALID: 400,
  REQUEST_TOO_LARGE: 413,
  NO_SUCH_PAGE: 404,
  KEY_REUSED: 422,
  KEY_BUSY: 409,
  CHANGED_MEANWHILE: 412,
}

const problemSchema = z.object({
  code: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
})

/** The status for what went wrong; 500 for what nobody foresaw. */
export function statusOf(error: unknown): ContentfulStatusCode {
  if (error instanceof z.ZodError) return 400
  return error instanceof ImportError ? STATUS[error.code] : 500
}

/** The answer to a request that failed. What is not ours to explain says only that it happened. */
export function problemResponse(c: Context, error: unknown): Response {
  const status = statusOf(error)
  // Which request it was, for whoever asks the operator.
  const instance: unknown = c.get('requestId')
  const about = typeof instance === 'string' ? { instance: `urn:request:${instance}` } : {}
  if (error instanceof z.ZodError)
    return problem(c, status, { title: 'BAD_REQUEST', detail: 'The request has the wrong form.', ...about })
  if (!(error instanceof ImportError)) {
    const detail = 'The server met an error that it did not expect.'
    return problem(c, status, { title: 'UNEXPECTED', detail, ...about })
  }
  const { code, message, fix, params } = error
  return problem(c, status, { title: code, detail: message, code, fix, params, ...about })
}

/** The error that a problem was made from, or null where it was not one of ours. */
export function errorOf(body: unknown): ImportError | null {
  const parsed = problemSchema.safeParse(body)
  if (!parsed.success || !isErrorCode(parsed.data.code)) return null
  return new ImportError(parsed.data.code, parsed.data.params)
}

function problem(c: Context, status: ContentfulStatusCode, body: Record<string, unknown>): Response {
  return c.body(JSON.stringify({ type: 'about:blank', status, ...body }), status, {
    'content-type': 'application/problem+json',
  })
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code)
}
