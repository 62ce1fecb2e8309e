/** How many requests one may send: a bucket that fills again with time. Kept in memory, for so many senders and no more. */
import { ImportError } from '../../importer/errors.ts'

/** Beyond that whoever was not heard of for longest is forgotten, with a full bucket. */
const SENDERS_MAX = 20_000

interface Bucket {
  left: number
  atMs: number
}

/** Answers a function that takes one from a sender's bucket. It throws `TOO_MANY_REQUESTS` when that is empty. */
export function createRateLimit(options: {
  burst: number
  everyMs: number
  nowMs?: () => number
}): (sender: string) => void {
  const { burst, everyMs, nowMs = () => performance.now() } = options
  const buckets = new Map<string, Bucket>()
  return (sender) => {
    const at = nowMs()
    const known = buckets.get(sender) ?? { left: burst, atMs: at }
    const left = Math.min(burst, known.left + (at - known.atMs) / everyMs)
    buckets.delete(sender)
    buckets.set(sender, { left: left < 1 ? left : left - 1, atMs: at })
    if (buckets.size > SENDERS_MAX) buckets.delete(buckets.keys().next().value ?? '')
    if (left < 1)
      throw new ImportError('TOO_MANY_REQUESTS', { seconds: Math.ceil(((1 - left) * everyMs) / 1_000) })
  }
}
