/**
 * A number in a sheet as people see it there, written so that it means the same to everybody: dates as ISO, leading
 * zeros that the format shows, digits that are not sure in a form that says so.
 */

/** What a number format makes of a number. */
export type NumberStyle =
  | { readonly kind: 'plain' }
  | { readonly kind: 'date' }
  | { readonly kind: 'time' }
  /** `000000`: as many digits at least. */
  | { readonly kind: 'padded'; readonly digits: number }

const PLAIN: NumberStyle = { kind: 'plain' }

/** Formats that every workbook knows by number alone. */
const BUILT_IN: ReadonlyMap<number, NumberStyle> = new Map<number, NumberStyle>([
  ...numbered([14, 17, 22], 'date'),
  ...numbered([27, 31], 'date'),
  ...numbered([34, 36], 'date'),
  ...numbered([50, 58], 'date'),
  ...numbered([18, 21], 'time'),
  ...numbered([32, 33], 'time'),
  ...numbered([45, 47], 'time'),
])

function numbered(
  [from = 0, to = 0, more]: readonly number[],
  kind: 'date' | 'time',
): [number, NumberStyle][] {
  const ids = Array.from({ length: to - from + 1 }, (_, step) => from + step)
  return [...ids, ...(more === undefined ? [] : [more])].map((id) => [id, { kind }])
}

/** The style of a format, by its number and, where the workbook defines it, its code. */
export function numberStyle(id: number, code: string | undefined): NumberStyle {
  if (code === undefined) return BUILT_IN.get(id) ?? PLAIN
  // Only what stands for digits and dates counts: no quoted text, escaped signs, colours, conditions or fillings.
  const [bare = ''] = code.replace(/"[^"]*"|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]/gi, '').split(';')
  if (/^0{2,}$/.test(bare)) return { kind: 'padded', digits: bare.length }
  if (/general/i.test(bare)) return PLAIN
  if (/[yd]/i.test(bare) || /mmm/i.test(bare)) return { kind: 'date' }
  if (/[hs]|\[m+\]/i.test(bare)) return { kind: 'time' }
  return /m/i.test(bare) ? { kind: 'date' } : PLAIN
}

/** Sheets keep 15 digits; of a longer number the last ones are lost. */
const SURE_BELOW = 1e15

/** The cell's text; `raw` is the number as the sheet keeps it. */
export function numberText(raw: string, style: NumberStyle, startsIn1904: boolean): string {
  const value = Number(raw)
  if (raw.trim() === '' || !Number.isFinite(value)) return raw
  if (style.kind === 'date') return dateText(value, startsIn1904) ?? raw
  if (style.kind === 'time') return value >= 1 ? (dateText(value, startsIn1904) ?? raw) : timeText(value)
  if (Math.abs(value) >= SURE_BELOW) return value.toExponential().toUpperCase()
  const text = String(value)
  return style.kind === 'padded' && /^\d+$/.test(text) ? text.padStart(style.digits, '0') : text
}

const DAY_MS = 86_400_000
/** 1900 is a leap year to sheets, so their days from March 1900 on count from the day before the last of 1899. */
const DAY_0 = Date.UTC(1899, 11, 30)
const DAY_0_OF_1904 = Date.UTC(1904, 0, 1)
const DAYS_MAX = 2_958_466

function dateText(days: number, startsIn1904: boolean): string | null {
  if (days < 0 || days >= DAYS_MAX) return null
  const shift = !startsIn1904 && days < 60 ? 1 : 0
  const seconds = Math.round((days + shift) * 86_400)
  const iso = new Date((startsIn1904 ? DAY_0_OF_1904 : DAY_0) + seconds * 1_000).toISOString()
  return (seconds * 1_000) % DAY_MS === 0 ? iso.slice(0, 10) : iso.slice(0, 19)
}

function timeText(days: number): string {
  return new Date(Math.round(days * 86_400) * 1_000).toISOString().slice(11, 19)
}
