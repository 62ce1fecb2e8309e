import { expect, test } from 'vitest'
import { waitingText } from '../../../server/cli/waiting.ts'
import type { WaitingFile } from '../../../server/control/door.ts'

const WAITS: WaitingFile = {
  ...{ account: 'acme', source: 'sftp', fileName: 'people.csv', wants: 'sha256' },
  ...{ since: '2026-11-21T20:01:00.000Z', until: '2026-11-21T20:31:00.000Z' },
}
const BEHIND: WaitingFile = { ...WAITS, wants: null }
const ONE = 'people.csv of acme until 20:31 UTC'

test.each<[string, WaitingFile[], string | null]>([
  ['nothing', [], null],
  ['one file', [WAITS], `1 file waits for the one that says it is complete: ${ONE}`],
  [
    'two files and what waits for its turn',
    [WAITS, BEHIND, WAITS],
    `2 files wait for the one that says they are complete: ${ONE}, ${ONE}; behind them, 1 more`,
  ],
  [
    'many files',
    Array.from({ length: 7 }, () => WAITS),
    `7 files wait for the one that says they are complete: ${Array(5).fill(ONE).join(', ')}, and 2 more`,
  ],
  [
    'a name that would move the cursor',
    [{ ...WAITS, fileName: 'a\u001b[2J.csv' }],
    '1 file waits for the one that says it is complete: a?[2J.csv of acme until 20:31 UTC',
  ],
])('what waits is told in one sentence: %s', (_, files, text) => {
  expect(waitingText(files)).toBe(text)
})
