/** What is wrong with a connection: kept as a code and its names, said in the words of the catalogue. */
import { z } from 'zod'
import type { Connection } from '../../schemas/connection.ts'
import { ERRORS, type ErrorCode, ImportError } from '../../schemas/errors.ts'

const schema = z.object({
  code: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  /** ISO 8601, UTC. */
  at: z.string(),
})
export type KeptProblem = z.output<typeof schema>

export function problemJson(error: ImportError, at: Date): string {
  return JSON.stringify({
    code: error.code,
    params: error.params,
    at: at.toISOString(),
  } satisfies KeptProblem)
}

export function parseProblem(json: string | null): KeptProblem | null {
  return json === null ? null : schema.parse(JSON.parse(json))
}

export function shownProblem({ code, params, at }: KeptProblem): NonNullable<Connection['problem']> {
  if (!isErrorCode(code)) return { code, message: code, fix: '', at }
  const { message, fix } = new ImportError(code, params)
  return { code, message, fix, at }
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code)
}
