/** The other end of the control socket: the same door as in the server, through a file. */
import { type IncomingMessage, type RequestOptions, request } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { ImportError, problemOf } from '../../importer/errors.ts'
import { runSchema } from '../../schemas/run.ts'
import { errorOf } from '../http/problem.ts'
import { holderOf } from './data-dir.ts'
import type { Door } from './door.ts'
import { remoteFields } from './field-methods.ts'
import { remoteHris } from './hris-methods.ts'
import { remoteLifecycle } from './lifecycle-methods.ts'
import { METHODS, type MethodName, type StreamName } from './methods.ts'
import { remoteOutbox } from './outbox-methods.ts'
import { remotePeople } from './people-methods.ts'
import { remoteRetention } from './retention-methods.ts'
import { remoteSecrets } from './secrets-door.ts'
import { remoteWebhooks } from './webhook-door.ts'

/** The door of the server that works on the directory. Throws `SERVER_UNREACHABLE` where none answers. */
export async function connectControl(dataDir: string): Promise<Door> {
  const socket = holderOf(dataDir)?.socket
  if (!socket) throw unreachable(dataDir, 'it is not running')
  const door = remoteDoor({ dataDir, socket })
  await door.status()
  return door
}

interface Line {
  readonly dataDir: string
  readonly socket: string
}

function remoteDoor(line: Line): Door {
  return {
    addAccount: (account) => call(line, 'addAccount', [account]),
    listAccounts: () => call(line, 'listAccounts', []),
    account: (slug) => call(line, 'account', [slug]),
    labels: (account) => call(line, 'labels', [account]),
    sources: (account) => call(line, 'sources', [account]),
    source: (account, name) => call(line, 'source', [account, name]),
    setSource: (account, name, change) => call(line, 'setSource', [account, name, change]),
    enter: (deliveries) => call(line, 'enter', [deliveries]),
    receive: (delivery) => call(line, 'receive', [delivery]),
    unknownDeliveries: (ids) => call(line, 'unknownDeliveries', [ids]),
    deliveryRules: (delivery) => call(line, 'deliveryRules', [delivery]),
    checkSidecar: (delivery, sidecar) => call(line, 'checkSidecar', [delivery, sidecar]),
    run: (id) => call(line, 'run', [id]),
    runs: (filter) => call(line, 'runs', [filter]),
    progress: (id) => call(line, 'progress', [id]),
    plan: (id, filter, place) => call(line, 'plan', [id, filter, place]),
    approve: (id, decision) => call(line, 'approve', [id, decision]),
    discard: (id, decision) => call(line, 'discard', [id, decision]),
    undoPreview: (id) => call(line, 'undoPreview', [id]),
    undo: (id, decision) => call(line, 'undo', [id, decision]),
    report: (id, format) => bytes(line, 'report', [id, format]),
    employee: (account, key, options) => call(line, 'employee', [account, key, options ?? {}]),
    mergePreview: (account, keep, other) => call(line, 'mergePreview', [account, keep, other]),
    merge: (account, keep, other, decision) => call(line, 'merge', [account, keep, other, decision]),
    duplicates: (account, place) => call(line, 'duplicates', [account, place]),
    keepApart: (account, one, other, word) => call(line, 'keepApart', [account, one, other, word]),
    erasePreview: (account, key) => call(line, 'erasePreview', [account, key]),
    erase: (account, key) => call(line, 'erase', [account, key]),
    exportRoster: (account, options) => text(line, 'exportRoster', [account, options]),
    demographics: (slug) => call(line, 'demographics', [slug]),
    renameDemographic: (slug, label) => call(line, 'renameDemographic', [slug, label]),
    demographicsMerge: (slug, labels) => text(line, 'demographicsMerge', [slug, labels]),
    deleteDemographic: (slug, label) => call(line, 'deleteDemographic', [slug, label]),
    missing: (slug, source, place) => call(line, 'missing', [slug, source, place]),
    ignoreMissing: (slug, of, word) => call(line, 'ignoreMissing', [slug, of, word]),
    validateFor: (account, file) => call(line, 'validateFor', [account, file]),
    settled: (id) => call(line, 'settled', [id]),
    ...remotePeople((method, given) => call(line, method, given)),
    addKey: (account, key, options) => call(line, 'addKey', [account, key, options ?? {}]),
    listKeys: (account) => call(line, 'listKeys', [account]),
    revokeKey: (fingerprint, at) => call(line, 'revokeKey', [fingerprint, at ?? null]),
    setPassword: (account, password) => call(line, 'setPassword', [account, password]),
    connections: () => call(line, 'connections', []),
    endConnection: (id) => call(line, 'endConnection', [id]),
    hostKeys: () => call(line, 'hostKeys', []),
    makeNextHostKey: (day) => call(line, 'makeNextHostKey', [day]),
    rotateHostKey: () => call(line, 'rotateHostKey', []),
    newPgpKey: (account) => call(line, 'newPgpKey', [account]),
    addPgpKey: (account, armored) => call(line, 'addPgpKey', [account, armored]),
    listPgpKeys: (account) => call(line, 'listPgpKeys', [account]),
    pgpKey: (fingerprint) => call(line, 'pgpKey', [fingerprint]),
    revokePgpKey: (fingerprint) => call(line, 'revokePgpKey', [fingerprint]),
    fields: remoteFields((method, given) => call(line, method, given)),
    retention: remoteRetention((method, given) => call(line, method, given)),
    lifecycle: remoteLifecycle((method, given) => call(line, method, given)),
    webhooks: remoteWebhooks((method, given) => call(line, method, given)),
    secrets: remoteSecrets((method, given) => call(line, method, given)),
    outbox: remoteOutbox((method, given) => call(line, method, given)),
    hris: remoteHris((method, given) => call(line, method, given)),
    status: () => call(line, 'status', []),
    async deliver(delivery, bytes) {
      const query = new URLSearchParams(delivery)
      const response = await ask(line, { method: 'PUT', path: `/deliveries?${query}` }, bytes)
      return await answerOf(line, response, runSchema)
    },
  }
}

type Answer<M extends MethodName> = Awaited<ReturnType<(typeof METHODS)[M]['call']>>

async function call<M extends MethodName>(line: Line, method: M, given: unknown[]): Promise<Answer<M>> {
  const response = await post(line, method, given)
  // The method's own schema; the compiler cannot follow that through the table.
  const schema = METHODS[method].answer as z.ZodType<Answer<M>>
  return await answerOf(line, response, schema)
}

async function* text(line: Line, method: StreamName, given: unknown[]): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  for await (const chunk of bytes(line, method, given)) yield decoder.decode(chunk, { stream: true })
}

async function* bytes(line: Line, method: StreamName, given: unknown[]): AsyncGenerator<Uint8Array> {
  const response = await post(line, method, given)
  if (response.statusCode !== 200) throw await failureOf(line, response)
  try {
    for await (const chunk of response) yield chunk
  } catch (error) {
    throw lost(line, error)
  }
}

async function answerOf<T>(line: Line, response: IncomingMessage, schema: z.ZodType<T>): Promise<T> {
  if (response.statusCode !== 200) throw await failureOf(line, response)
  return z.object({ answer: schema }).parse(await json(line, response)).answer
}

async function failureOf(line: Line, response: IncomingMessage): Promise<Error> {
  const body = await json(line, response).catch(() => null)
  return (
    errorOf(body) ?? new Error(`the server answered with status ${response.statusCode}; its log says more`)
  )
}

function post(line: Line, method: string, given: unknown[]): Promise<IncomingMessage> {
  return ask(line, { method: 'POST', path: `/call/${method}` }, [Buffer.from(JSON.stringify(given))])
}

/** Sends a request and resolves with the head of its answer, which may come before the last byte is sent. */
async function ask(
  line: Line,
  options: RequestOptions,
  body: AsyncIterable<Uint8Array> | Uint8Array[],
): Promise<IncomingMessage> {
  // A connection for each question: one that was kept may just be closing when it is used again.
  const sending = request({ ...options, socketPath: line.socket, agent: false })
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sending.once('response', resolve)
    sending.on('error', reject)
  })
  // A server that refuses early closes the line while we still send; what it said is what counts.
  const stumbled = pipeline(Readable.from(body), sending).then(
    () => null,
    (error: unknown) => error,
  )
  return await answered.catch(async (error: unknown) => {
    // Where reading what is to be sent failed, the line was cut by us.
    const cause = await stumbled
    throw cause instanceof ImportError ? cause : lost(line, error)
  })
}

async function json(line: Line, response: IncomingMessage): Promise<unknown> {
  try {
    const chunks: Buffer[] = []
    for await (const chunk of response) chunks.push(Buffer.from(chunk))
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch (error) {
    throw lost(line, error)
  }
}

function lost(line: Line, error: unknown): Error {
  if (error instanceof ImportError) return error
  const problem = problemOf(error)
  const isCut = error instanceof SyntaxError || problem === 'ECONNRESET' || problem === 'EPIPE'
  return unreachable(line.dataDir, isCut ? 'the connection was cut' : problem)
}

function unreachable(directory: string, problem: string): ImportError {
  return new ImportError('SERVER_UNREACHABLE', { directory, problem })
}
