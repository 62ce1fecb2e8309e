/** One request, sent once: bounded in time and size, and everything that can go wrong with it under one name each. */
import { type Dispatcher, errors } from 'undici'
import { PrivateAddress } from './addresses.ts'
import type { ApiAnswer, ApiRequest } from './client.ts'
import type { Timing } from './timing.ts'

export interface AttemptLimits {
  /** From the first byte sent to the last one received, in milliseconds. */
  readonly answerMs: number
  /** Bytes of the answer. */
  readonly bodyBytesMax: number
}

/** `unsent`: the other side cannot have seen the request. */
export type BreakKind = 'unsent' | 'private' | 'tls' | 'cut' | 'slow' | 'too-large'

export class Broken extends Error {
  readonly kind: BreakKind

  constructor(kind: BreakKind, options?: ErrorOptions) {
    super(`the request broke: ${kind}`, options)
    this.name = 'Broken'
    this.kind = kind
  }
}

/** Throws `Broken`, or the reason of the request's own signal. */
export async function attempt(
  dispatcher: Dispatcher,
  request: ApiRequest,
  limits: AttemptLimits,
  timing: Timing,
): Promise<ApiAnswer> {
  const deadline = AbortSignal.timeout(limits.answerMs)
  const signal = request.signal === undefined ? deadline : AbortSignal.any([request.signal, deadline])
  const endsAt = timing.now() + limits.answerMs
  try {
    const answer = await dispatcher.request({ ...wireOf(request), signal })
    const text = await bodyOf(answer, limits.bodyBytesMax, () => timing.now() > endsAt)
    return { status: answer.statusCode, headers: headersOf(answer), text }
  } catch (error) {
    request.signal?.throwIfAborted()
    if (error instanceof Broken) throw error
    throw new Broken(deadline.aborted ? 'slow' : kindOf(error), { cause: error })
  }
}

function wireOf({
  url,
  method,
  query = {},
  headers = {},
  form,
  json,
}: ApiRequest): Dispatcher.RequestOptions {
  const { origin, pathname, searchParams } = new URL(url)
  for (const [name, value] of Object.entries(query)) searchParams.append(name, value)
  const search = searchParams.size > 0 ? `?${searchParams}` : ''
  const [type, body] = contentOf(form, json)
  return {
    origin,
    path: `${pathname}${search}`,
    method: method ?? (body === null ? 'GET' : 'POST'),
    headers: { accept: 'application/json', ...(type === null ? {} : { 'content-type': type }), ...headers },
    body,
  }
}

function contentOf(form: ApiRequest['form'], json: unknown): [string | null, string | null] {
  if (form !== undefined) {
    return ['application/x-www-form-urlencoded', new URLSearchParams({ ...form }).toString()]
  }
  return json === undefined ? [null, null] : ['application/json', JSON.stringify(json)]
}

async function bodyOf(
  { body }: Dispatcher.ResponseData,
  bytesMax: number,
  isLate: () => boolean,
): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length
    // Leaving the loop ends the connection: what else would come is not received.
    if (size > bytesMax) throw new Broken('too-large')
    // A byte now and then keeps a timer for silence from ever going off.
    if (isLate()) throw new Broken('slow')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function headersOf({ headers }: Dispatcher.ResponseData): Record<string, string> {
  const plain: Record<string, string> = Object.create(null)
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return plain
}

const UNSENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

function kindOf(error: unknown): BreakKind {
  if (error instanceof PrivateAddress) return 'private'
  if (error instanceof errors.ConnectTimeoutError) return 'unsent'
  if (error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError) return 'slow'
  const code = codeOf(error)
  if (UNSENT.has(code)) return 'unsent'
  return /^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(code) ? 'tls' : 'cut'
}

/** Of an error that stands for several, since a name had several addresses, the code of the first. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0])
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
