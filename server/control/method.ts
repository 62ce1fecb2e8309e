/** A question that the control socket answers: what it takes, what it gives, and who answers it. */
import type { z } from 'zod'
import type { Door } from './door.ts'

/** A question with one answer. */
export interface Method<Answer> {
  readonly answer: z.ZodType<Answer>
  /** Throws a `ZodError` where the arguments are not what it takes. */
  call(door: Door, given: unknown): Promise<Answer>
}

/** A question whose answer has no bound: text, or the bytes of a file. */
export interface StreamMethod {
  stream(door: Door, given: unknown): AsyncIterable<string | Uint8Array>
}

/** Asks a question of a group of methods through the socket. */
export type Ask<Methods extends Readonly<Record<string, Method<unknown>>>> = <M extends keyof Methods>(
  method: M,
  given: unknown[],
) => Promise<Awaited<ReturnType<Methods[M]['call']>>>

export function one<Given extends readonly unknown[], Answer>(
  takes: z.ZodType<Given>,
  answer: z.ZodType<Answer>,
  call: (door: Door, ...given: Given) => Promise<Answer>,
): Method<Answer> {
  return { answer, call: async (door, given) => call(door, ...takes.parse(given)) }
}

export function many<Given extends readonly unknown[]>(
  takes: z.ZodType<Given>,
  stream: (door: Door, ...given: Given) => AsyncIterable<string | Uint8Array>,
): StreamMethod {
  return { stream: (door, given) => stream(door, ...takes.parse(given)) }
}
