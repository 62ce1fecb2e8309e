/**
 * A request that gets an answer other than the one asked for, in words that the client's user may see. Everything
 * else that is thrown while a request is served is our mistake or the disk's, and is answered without details.
 */
import { problemOf } from '../../importer/errors.ts'
import { STATUS, type Status } from './protocol/constants.ts'

export class Refusal extends Error {
  readonly status: Exclude<Status, 0>

  constructor(status: Exclude<Status, 0>, text: string, options?: ErrorOptions) {
    super(text, options)
    this.name = 'Refusal'
    this.status = status
  }
}

export function noSuchFile(): Refusal {
  return new Refusal(STATUS.NO_SUCH_FILE, 'no such file')
}

export function denied(text: string): Refusal {
  return new Refusal(STATUS.PERMISSION_DENIED, text)
}

export function failed(text: string): Refusal {
  return new Refusal(STATUS.FAILURE, text)
}

/** What a client is told about any error. Of the system's errors only those it can do something about. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new Refusal(STATUS.FAILURE, `the server cannot store the file: ${problemOf(error)}`, {
      cause: error,
    })
  }
  return new Refusal(STATUS.FAILURE, 'the server met an error and did not do it', { cause: error })
}
