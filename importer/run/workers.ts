/** The pool of worker threads: wakes them, keeps their claims alive, replaces one that dies, stops them in time. */
import { on } from 'node:events'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { SourceSettings } from '../../schemas/account.ts'
import type { Run } from '../../schemas/run.ts'
import { type ErrorCode, ImportError } from '../errors.ts'
import type { Progress } from '../types.ts'

/** What a worker is started with. */
export interface WorkerStart {
  readonly databaseUrl: string
  readonly dataDir: string
  /** File with the master key of the vault. */
  readonly secretFile: string
  readonly nodeId: string
  /** The time to start from; null for the real one. */
  readonly nowMs: number | null
}

export type ToWorker = { readonly kind: 'wake' } | { readonly kind: 'stop' }

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'claim'; readonly run: string | null }
  | { readonly kind: 'progress'; readonly run: string; readonly progress: Progress }
  | { readonly kind: 'change'; readonly run: string }
  | {
      readonly kind: 'log'
      readonly level: 'info' | 'warn' | 'error'
      readonly fields: Record<string, unknown>
      readonly text: string
    }
  | { readonly kind: 'stopped' }

/** What the thread that only validates is started with. */
export interface ValidateStart {
  /** Whose people it is checked against; without them what only a roster can tell is a remark. */
  readonly against: {
    readonly databaseUrl: string
    readonly account: { readonly id: string; readonly slug: string }
    /** File with the master key of the vault. */
    readonly secretFile: string
    /** Name of the source whose files it stands for. */
    readonly source: string
  } | null
  readonly settings: SourceSettings
  readonly path: string
  readonly fileName: string
  readonly today: string
  readonly now: string
}

export type FromValidation =
  | { readonly kind: 'bytes'; readonly done: number }
  | { readonly kind: 'run'; readonly run: Run }
  | { readonly kind: 'error'; readonly code: ErrorCode; readonly params: Record<string, string | number> }

/** Validates in a thread of its own, which ends with it and whose memory is bounded whatever the file holds. */
export async function validateInWorker(
  start: ValidateStart,
  onBytes: (done: number) => void = () => {},
): Promise<Run> {
  const worker = new Worker(workerFile('validate-worker'), { workerData: start, resourceLimits: MEMORY })
  try {
    // Throws on the worker's error event.
    for await (const [answer] of on(worker, 'message', { close: ['exit'] }) as AsyncIterable<
      [FromValidation]
    >) {
      if (answer.kind === 'run') return answer.run
      if (answer.kind === 'error') throw new ImportError(answer.code, answer.params)
      onBytes(answer.done)
    }
    throw new Error('the thread that validates ended without an answer')
  } finally {
    await worker.terminate()
  }
}

/** A worker's file: TypeScript in a checkout, JavaScript when published. */
function workerFile(name: string): URL {
  return new URL(`../${name}${extname(import.meta.url)}`, import.meta.url)
}

export interface PoolEvents {
  onProgress(run: string, progress: Progress): void
  onChange(run: string): void
  /** A worker died while it had this run. */
  onDeath(run: string | null): void
  log(level: 'info' | 'warn' | 'error', fields: Record<string, unknown>, text: string): void
}

interface Member {
  readonly worker: Worker
  run: string | null
  /** Times it was woken since it last took a run. */
  wakes: number
}

/** How long a worker may take to come to a safe place before it is ended; its run then goes on after the restart. */
const STOP_MS = 8_000
/**
 * Without these the heap of every worker grows to hundreds of megabytes that it does not need: what lives long is in
 * typed arrays, outside of it. A file that needs more than this ends its worker, and after some tries its run.
 */
export const MEMORY = { maxYoungGenerationSizeMb: 24, maxOldGenerationSizeMb: 1_024 }
/** A worker that dies at once, again and again, must not spin. */
const REVIVE_MS = 1_000

export class Workers {
  readonly #start: WorkerStart
  readonly #events: PoolEvents
  readonly #members = new Set<Member>()
  #isStopping = false
  #woken = 0

  constructor(start: WorkerStart, events: PoolEvents) {
    this.#start = start
    this.#events = events
  }

  /** Starts `count` threads and waits until they can work. */
  async start(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.#add()))
  }

  /** Runs that are being worked on in this process. */
  get claimed(): string[] {
    return [...this.#members].flatMap((member) => (member.run === null ? [] : [member.run]))
  }

  /**
   * There is one run more to do. Who works looks for the next one anyway; of the others one is enough, each in its
   * turn, or all would look for the same run.
   */
  wake(): void {
    const idle = [...this.#members].filter(({ run }) => run === null)
    const member = idle[this.#woken++ % idle.length]
    if (!member) return
    member.wakes += 1
    member.worker.postMessage({ kind: 'wake' } satisfies ToWorker)
  }

  wakeAll(): void {
    for (const { worker } of this.#members) worker.postMessage({ kind: 'wake' } satisfies ToWorker)
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    await Promise.all([...this.#members].map((member) => this.#stop(member)))
  }

  async #stop({ worker }: Member): Promise<void> {
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
    worker.postMessage({ kind: 'stop' } satisfies ToWorker)
    const timer = setTimeout(() => void worker.terminate(), STOP_MS)
    await ended
    clearTimeout(timer)
  }

  #add(): Promise<void> {
    const worker = new Worker(workerFile('worker'), { workerData: this.#start, resourceLimits: MEMORY })
    const member: Member = { worker, run: null, wakes: 0 }
    this.#members.add(member)
    return new Promise((resolve, reject) => {
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'ready') resolve()
        else this.#hear(member, message)
      })
      worker.on('error', (error) => {
        this.#events.log('error', { kind: error.name }, 'a worker thread ended with an error')
        reject(error)
      })
      worker.on('exit', () => this.#lose(member))
    })
  }

  #hear(member: Member, message: FromWorker): void {
    if (message.kind === 'claim') this.#hearClaim(member, message.run)
    else if (message.kind === 'progress') this.#events.onProgress(message.run, message.progress)
    else if (message.kind === 'change') this.#events.onChange(message.run)
    else if (message.kind === 'log') this.#events.log(message.level, message.fields, message.text)
  }

  #hearClaim(member: Member, run: string | null): void {
    const { wakes } = member
    member.run = run
    if (run === null) return
    member.wakes = 0
    // It was told of more than the one that it took, before we knew that it works.
    if (wakes > 1) this.wake()
  }

  #lose(member: Member): void {
    this.#members.delete(member)
    if (this.#isStopping) return
    this.#events.onDeath(member.run)
    setTimeout(() => {
      if (this.#isStopping) return
      // A thread that cannot even start is reported by its error event; the next attempt follows its exit.
      this.#add().then(
        () => this.wakeAll(),
        () => {},
      )
    }, REVIVE_MS).unref()
  }
}
