/** Files that wait for the one that says they are complete, as an operator reads of them. */
import type { WaitingFile } from '../control/door.ts'
import { printable } from './terminal.ts'

const NAMED_MAX = 5

/** One sentence; null where nothing waits. */
export function waitingText(files: readonly WaitingFile[]): string | null {
  const unproven = files.filter(({ wants }) => wants !== null)
  if (unproven.length === 0) return null
  const wait =
    unproven.length === 1
      ? '1 file waits for the one that says it is complete'
      : `${unproven.length} files wait for the one that says they are complete`
  const named = unproven.slice(0, NAMED_MAX).map(placed)
  const more = unproven.length > NAMED_MAX ? [`and ${unproven.length - NAMED_MAX} more`] : []
  const behind = files.length - unproven.length
  const turn = behind === 0 ? '' : `; behind ${unproven.length === 1 ? 'it' : 'them'}, ${behind} more`
  return `${wait}: ${[...named, ...more].join(', ')}${turn}`
}

function placed({ fileName, account, until }: WaitingFile): string {
  return `${printable(fileName)} of ${account} until ${until.slice(11, 16)} UTC`
}
