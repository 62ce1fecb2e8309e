/** Sends a message to an endpoint, signed as Standard Webhooks 1.0.0 says, and tells what was answered. */
import { createHmac } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import type { Verdict } from '../../importer/types.ts'
import { AddressRefused, guardedLookup, isAllowed, mayReach } from './addresses.ts'

export interface WebhookCall {
  readonly url: string
  /** The newest first; each signs. */
  readonly secrets: readonly string[]
  /** The same for every try. */
  readonly id: string
  readonly body: string
  readonly now: Date
}

export interface WebhookAnswer {
  /** Null where none came. */
  readonly status: number | null
  readonly problem: string | null
  readonly retryAfterMs: number | null
}

export interface WebhookSender {
  /** Throws nothing. Follows no redirect. */
  send(call: WebhookCall): Promise<WebhookAnswer>
}

export interface WebhookSenderOptions {
  /** Networks inside that may be reached, and by plain HTTP too. */
  readonly allowed: readonly string[]
  readonly timeoutMs?: number
  readonly lookup?: LookupFunction
}

const TIMEOUT_MS = 15_000
const RETRY_AFTER_MS_MAX = 6 * 3_600_000

export function createWebhookSender({
  allowed,
  timeoutMs = TIMEOUT_MS,
  lookup,
}: WebhookSenderOptions): WebhookSender {
  return {
    async send({ url, secrets, id, body, now }) {
      const target = new URL(url)
      // In the clear only where an operator has said that it may.
      const isGood = (address: string) =>
        target.protocol === 'https:' ? mayReach(address, allowed) : isAllowed(address, allowed)
      // A host that is an address already is not looked up.
      const literal = target.hostname.replace(/^\[(.*)\]$/, '$1')
      if (isIP(literal) !== 0 && !isGood(literal)) return failed(new AddressRefused())
      const headers = {
        ...{ 'content-type': 'application/json', 'user-agent': 'Rollcall' },
        ...signed({ id, body, secrets, seconds: Math.floor(now.getTime() / 1000) }),
      }
      return await post(target, { headers, body, timeoutMs, lookup: guardedLookup(isGood, lookup) })
    },
  }
}

/** The three headers of Standard Webhooks. */
export function signed(of: {
  readonly id: string
  readonly body: string
  readonly secrets: readonly string[]
  readonly seconds: number
}): Record<string, string> {
  const signatures = of.secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
    return `v1,${createHmac('sha256', key).update(`${of.id}.${of.seconds}.${of.body}`).digest('base64')}`
  })
  return {
    'webhook-id': of.id,
    'webhook-timestamp': String(of.seconds),
    'webhook-signature': signatures.join(' '),
  }
}

interface Post {
  readonly headers: Record<string, string>
  readonly body: string
  readonly timeoutMs: number
  readonly lookup: LookupFunction
}

async function post(target: URL, { headers, body, timeoutMs, lookup }: Post): Promise<WebhookAnswer> {
  const { promise, resolve } = Promise.withResolvers<WebhookAnswer>()
  const request = target.protocol === 'https:' ? httpsRequest : httpRequest
  const sending = request(target, {
    ...{ method: 'POST', agent: false, lookup, signal: AbortSignal.timeout(timeoutMs) },
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
  })
  sending.on('error', (error) => resolve(failed(error)))
  sending.on('response', (response) => {
    const { statusCode: status = 0, headers: said } = response
    resolve({ status, problem: problemOf(status), retryAfterMs: retryAfter(said['retry-after']) })
    // What it says is of no use, and may have no end.
    response.on('error', () => {})
    response.destroy()
  })
  sending.end(body)
  return await promise
}

function problemOf(status: number): string | null {
  if (status >= 200 && status < 300) return null
  if (status >= 300 && status < 400) return 'it answered with a redirect, which is not followed'
  return `it answered with status ${status}`
}

function retryAfter(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,6}$/.test(text)) return null
  return Math.min(RETRY_AFTER_MS_MAX, Number(text) * 1000)
}

function failed(error: Error & { code?: string }): WebhookAnswer {
  return { status: null, problem: PROBLEMS[error.code ?? error.name] ?? FAILED, retryAfterMs: null }
}

const FAILED = 'it cannot be reached'
const TIMED_OUT = 'it did not answer in time'
const PROBLEMS: Readonly<Record<string, string>> = {
  ADDRESS_REFUSED: 'its address lies inside, or it wants plain HTTP; see ROLLCALL_WEBHOOK_NETWORKS',
  ABORT_ERR: TIMED_OUT,
  TimeoutError: TIMED_OUT,
  ETIMEDOUT: TIMED_OUT,
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was cut',
  ENOTFOUND: 'its name is not known',
}

/** What an answer means for the message. */
export function verdictOn({ status, problem, retryAfterMs }: WebhookAnswer): Verdict {
  if (problem === null) return { kind: 'sent' }
  if (status === 410) return { kind: 'dead', problem: 'it says that it is gone (410)' }
  return { kind: 'later', problem, ...(retryAfterMs === null ? {} : { restMs: retryAfterMs }) }
}
