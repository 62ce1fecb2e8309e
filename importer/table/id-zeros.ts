/**
 * Ids that lost their leading zeros: 000417 becomes 417 when a spreadsheet takes it for a number. Only a roster can
 * tell, so the plan asks here what to look for. Pure.
 */

/** What the roster's ids look like: lengths of those made of digits that start with a zero. Empty where none does. */
export type ZeroLengths = ReadonlySet<number>

export function zeroLengthsOf(ids: Iterable<string>): ZeroLengths {
  const lengths = new Set<number>()
  for (const id of ids) if (/^0\d+$/.test(id)) lengths.add(id.length)
  return lengths
}

/**
 * Ids that a given one may have been before it lost its zeros: somebody who has one of them is meant. None for an id
 * that starts with a zero itself, holds anything but digits, or is as long as the roster's.
 */
export function idsWithZeros(id: string, lengths: ZeroLengths): string[] {
  if (lengths.size === 0 || !/^[1-9]\d*$/.test(id)) return []
  return [...lengths].filter((length) => length > id.length).map((length) => id.padStart(length, '0'))
}
