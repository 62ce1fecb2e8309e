import { Interrupted } from './failure.ts'

/**
 * The work's result, or `Interrupted` with this message at the first Ctrl-C, so that what is open can be closed. A
 * second one ends the process at once, as ever.
 */
export async function unlessInterrupted<T>(work: () => Promise<T>, message: string): Promise<T> {
  const interrupted = Promise.withResolvers<never>()
  const onInterrupt = () => interrupted.reject(new Interrupted(message, 'SIGINT'))
  const onTerminate = () => interrupted.reject(new Interrupted(message, 'SIGTERM'))
  process.once('SIGINT', onInterrupt)
  process.once('SIGTERM', onTerminate)
  try {
    return await Promise.race([work(), interrupted.promise])
  } finally {
    process.off('SIGINT', onInterrupt)
    process.off('SIGTERM', onTerminate)
  }
}
