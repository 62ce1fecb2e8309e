/** Numbers, sizes and times as people read them; the same in every rendering, and on every machine. */

const NUMBERS = new Intl.NumberFormat('en-US')

/** 1234567 -> `1,234,567`. */
export function number(count: number): string {
  return NUMBERS.format(count)
}

/** `1 row`, `2,000 rows`. */
export function howMany(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`
}

/** Bytes in the units that file managers show: 48213 -> `48.2 kB`. */
export function fileSize(bytes: number): string {
  if (bytes < 1_000) return howMany(bytes, 'byte')
  let size = bytes / 1_000
  let unit = 0
  // What would be rounded to 1000 of one unit is 1 of the next.
  while (size >= 999.95 && unit < SIZE_UNITS.length - 1) {
    size /= 1_000
    unit++
  }
  return `${size.toFixed(1)} ${SIZE_UNITS[unit]}`
}

const SIZE_UNITS = ['kB', 'MB', 'GB', 'TB'] as const

/** `2026-11-21T06:00:00.000Z` -> `2026-11-21 06:00:00 UTC`; anything else stays as it is. */
export function moment(iso: string): string {
  const parts = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/.exec(iso)
  return parts ? `${parts[1]} ${parts[2]} UTC` : iso
}

/** How long after `from` something happened: `0.4 s`, `12 s`, `3 min`, `5 h`, `2 days`. */
export function timeBetween(from: string, to: string): string {
  const seconds = Math.max(0, (Date.parse(to) - Date.parse(from)) / 1_000)
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  if (seconds < 119.5) return `${Math.round(seconds)} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 120) return `${minutes} min`
  const hours = Math.round(minutes / 60)
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`
}

// C0, DEL and C1: they move cursors and change colours. Then what turns text around or cannot be seen.
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

/**
 * Text that came with a file, safe to show: a header or a file's name must not be able to clear a terminal, forge
 * a line of the report, or write backwards.
 */
export function shown(text: string): string {
  return text.replace(UNSEEN, '?')
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items.join('')
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

/** A sentence without its full stop, and with a small first letter where that is no name: to be put into another. */
export function asClause(sentence: string): string {
  const clause = sentence.replace(/\.$/, '')
  return clause.replace(/^(?:The|A|An|Two|Column|Nobody)\b/, (word) => word.toLowerCase())
}
