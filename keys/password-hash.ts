/**
 * Passwords as they are kept: argon2id, with the cost that OWASP names. One password takes 19 MiB and some hundredths
 * of a second of one of the four threads that files are written with as well; therefore few at a time, and a bounded
 * queue of those that wait: a flood of logins may not hold up uploads.
 */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify(argon2)

const COST = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const
const SALT_BYTES = 16
/** What no password has: it is verified where there is none, so that this takes as long. */
const DUMMY = phc(Buffer.alloc(SALT_BYTES), Buffer.alloc(COST.tagLength))

/** The password as it is stored. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  return phc(salt, await derive('argon2id', { message: password, nonce: salt, ...COST }))
}

export interface PasswordVerifier {
  /** `busy` where too many wait already: nothing was computed. `stored` is null where there is no password. */
  verify(password: string, stored: string | null): Promise<'good' | 'no' | 'busy'>
}

export function createPasswordVerifier({ atOnce = 2, waitingMax = 32 } = {}): PasswordVerifier {
  let running = 0
  const waiting: (() => void)[] = []

  async function place(): Promise<void> {
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve))
    else running += 1
  }

  /** The place goes to who waits longest, without being free in between. */
  function leave(): void {
    const next = waiting.shift()
    if (next) next()
    else running -= 1
  }

  return {
    async verify(password, stored) {
      if (running >= atOnce && waiting.length >= waitingMax) return 'busy'
      await place()
      try {
        const isSame = await matches(password, stored ?? DUMMY)
        return isSame && stored !== null ? 'good' : 'no'
      } finally {
        leave()
      }
    },
  }
}

async function matches(password: string, stored: string): Promise<boolean> {
  const parts = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(stored)
  if (parts === null) throw new Error('a stored password is not in the form that it is stored in')
  const [, memory, passes, parallelism, salt = '', hash = ''] = parts
  const expected = Buffer.from(hash, 'base64')
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) }
  const nonce = Buffer.from(salt, 'base64')
  const actual = await derive('argon2id', { message: password, nonce, tagLength: expected.length, ...cost })
  return timingSafeEqual(actual, expected)
}

function phc(salt: Buffer, hash: Buffer): string {
  const plain = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')
  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${plain(salt)}$${plain(hash)}`
}
