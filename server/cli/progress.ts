/** A bar for work that takes a while, on a terminal and nowhere else. */
import cliProgress, { type SingleBar } from 'cli-progress'
import type { Progress } from '../../importer/types.ts'
import type { Terminal } from './terminal.ts'

export interface ProgressBar extends Disposable {
  update(progress: Progress): void
}

/** Work that is done by then needs no bar. */
const PATIENCE_MS = 400
const BAR_WIDTH = 24

const PHASES: Readonly<Record<Progress['phase'], string>> = {
  reading: 'Reading',
  applying: 'Applying',
  reporting: 'Writing the report',
}

/** Draws nothing before the work has taken a moment, and leaves nothing behind. */
export function progressBar(terminal: Terminal, { patienceMs = PATIENCE_MS } = {}): ProgressBar {
  const startedMs = performance.now()
  let bar: SingleBar | undefined
  return {
    update(progress) {
      if (!terminal.isLive || performance.now() - startedMs < patienceMs) return
      bar ??= start(terminal)
      bar.setTotal(Math.max(progress.total, 1))
      bar.update(progress.done, { phase: PHASES[progress.phase], amount: amount(progress) })
    },
    [Symbol.dispose]: () => bar?.stop(),
  }
}

function start({ stderr, errColors }: Terminal): SingleBar {
  const bar = new cliProgress.SingleBar({
    stream: stderr,
    format: (options, { progress }, payload: { phase?: string; amount?: string }) => {
      const drawn = cliProgress.Format.BarFormat(progress, options)
      const percent = `${Math.floor(progress * 100)} %`.padStart(5)
      return `${(payload.phase ?? '').padEnd(18)} ${errColors.cyan(drawn)} ${percent}  ${errColors.dim(payload.amount ?? '')}`
    },
    barsize: BAR_WIDTH,
    barCompleteChar: '━',
    barIncompleteChar: '─',
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
  })
  bar.start(1, 0)
  return bar
}

/** Bytes while a file is read, rows while they are applied. */
function amount({ phase, done, total }: Progress): string {
  if (total === 0) return ''
  if (phase === 'reading') return `${megabytes(done)} of ${megabytes(total)} MB`
  return phase === 'applying'
    ? `${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} changes`
    : ''
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1)
}
