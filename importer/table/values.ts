/**
 * One cell to one value. Each column has a reader, made once a file from the column's definition and the policy
 * of the source; it works on the characters, since a schema library costs several times as much a cell. A test
 * proves that what a reader returns is exactly what the column's zod schema accepts. Nothing is guessed: what can
 * be read in two ways is refused.
 */
import {
  CLEAR_TOKEN,
  cleanKey,
  cleanText,
  hadOddSpaces,
  hasControls,
  hasLostLetters,
  isBlank,
  isPlain,
  PLACEHOLDER,
  SPREADSHEET_ERROR,
} from '../../schemas/cell-text.ts'
import { type Column, DEMOGRAPHIC_MAX } from '../../schemas/columns.ts'
import { compileDatePattern, type DateMatcher } from '../../schemas/date-pattern.ts'
import { headerKey } from '../../schemas/headers.ts'
import { DEFAULT_POLICY, mayBlankClear, type ReadingPolicy } from '../../schemas/reading-policy.ts'
import { type CellResult, refuse } from './cell.ts'
import { unguardFormula } from './formula.ts'
import { KIND_READERS, type KindReader } from './value-kinds.ts'

export interface CellReader {
  /** Reads a cell. `into` is overwritten. */
  read(raw: string, into: CellResult): void
}

/** Reader of a core column. */
export function columnReader(column: Column, policy: ReadingPolicy = DEFAULT_POLICY): CellReader {
  const canBlankClear = mayBlankClear(column)
  return new Reader({
    ...rulesOf(column.header, policy, canBlankClear),
    isKey: column.kind !== 'text',
    isDroppedPlaceholder: column.isNamePart ? isPlaceholderOfName : (text) => PLACEHOLDER.test(text),
    kind: KIND_READERS[column.kind],
    maxLength: column.maxLength,
  })
}

/** Reader of a demographic: any text. */
export function demographicReader(label: string, policy: ReadingPolicy = DEFAULT_POLICY): CellReader {
  return new Reader({
    ...rulesOf(label, policy, true),
    isKey: false,
    isDroppedPlaceholder:
      policy.demographicPlaceholders === 'blank' ? (text) => PLACEHOLDER.test(text) : null,
    kind: null,
    maxLength: DEMOGRAPHIC_MAX,
  })
}

interface Rules {
  /** Whether the value identifies something, or stands for something: then no invisible sign may be part of it. */
  readonly isKey: boolean
  readonly blank: null | undefined
  /** In lower case. */
  readonly clearTokens: ReadonlySet<string>
  /** Whether a token of that length exists: spares nearly every cell the look-up. */
  readonly clearLengths: readonly boolean[]
  /** Value as sent, in lower case -> as meant. */
  readonly values: ReadonlyMap<string, string> | null
  readonly isDroppedPlaceholder: ((text: string) => boolean) | null
  /** null where any text is a value. */
  readonly kind: KindReader | null
  readonly maxLength: number
  readonly date: DateMatcher | null
}

class Reader implements CellReader {
  readonly #rules: Rules

  constructor(rules: Rules) {
    this.#rules = rules
  }

  read(raw: string, into: CellResult): void {
    into.value = undefined
    into.problem = null
    into.note = null
    // Most cells end in one of the first two lines.
    if (raw === '') into.value = this.#rules.blank
    else if (isPlain(raw)) this.#readText(raw, raw, into)
    else if (isBlank(raw)) into.value = this.#rules.blank
    else if (hasControls(raw)) refuse(into, 'VAL_CONTROL_CHARS')
    else if (hasLostLetters(raw)) refuse(into, 'VAL_LETTERS_LOST')
    else this.#readText(raw, this.#rules.isKey ? cleanKey(raw) : cleanText(raw), into)
  }

  #readText(raw: string, text: string, into: CellResult): void {
    if (this.#rules.clearLengths[text.length] === true && this.#rules.clearTokens.has(text.toLowerCase())) {
      into.value = null
      return
    }
    if (text !== raw && hadOddSpaces(raw)) into.note = 'W_SPACES'
    this.#readValue(this.#meant(unguardFormula(text)), into)
  }

  #readValue(text: string, into: CellResult): void {
    const { isDroppedPlaceholder, kind, maxLength, blank, date } = this.#rules
    const first = text.charCodeAt(0)
    if ((first === HASH || first === UPPER_E) && SPREADSHEET_ERROR.test(text))
      refuse(into, 'VAL_SPREADSHEET_ERROR')
    else if ((text.length <= 4 || first === DASH) && isDroppedPlaceholder?.(text)) {
      into.value = blank
      into.note = 'W_PLACEHOLDER'
    } else {
      into.value = text
      if (kind !== null) kind(text, into, date)
      if (into.problem === null && isLonger(into.value ?? '', maxLength)) refuse(into, 'VAL_TOO_LONG')
    }
  }

  #meant(text: string): string {
    return this.#rules.values?.get(text.toLowerCase()) ?? text
  }
}

const HASH = 35
/** `Err:502`, as LibreOffice writes it. */
const UPPER_E = 69
const DASH = 45

/** "Null" is a surname that people really have. */
function isPlaceholderOfName(text: string): boolean {
  return PLACEHOLDER.test(text) && text.toLowerCase() !== 'null'
}

/** What the policy of the source says about one column. */
function rulesOf(
  name: string,
  policy: ReadingPolicy,
  canBlankClear: boolean,
): Pick<Rules, 'blank' | 'clearTokens' | 'clearLengths' | 'values' | 'date'> {
  const pattern = called(policy.datePatternOf, name) ?? policy.datePattern
  const values = called(policy.values, name)
  const blank = called(policy.blankOf, name) ?? policy.blank
  const tokens = [CLEAR_TOKEN, ...policy.clearTokens].map((token) => token.toLowerCase())
  const longest = Math.max(...tokens.map((token) => token.length))
  return {
    blank: canBlankClear && blank === 'clear' ? null : undefined,
    clearTokens: new Set(tokens),
    clearLengths: Array.from({ length: longest + 1 }, (_, length) =>
      tokens.some((one) => one.length === length),
    ),
    values: values
      ? new Map(
          Object.entries(values).map(([sent, meant]) => [cleanText(sent).toLowerCase(), cleanText(meant)]),
        )
      : null,
    date: pattern === null ? null : compileDatePattern(pattern),
  }
}

/** The setting of a column, under its exact name or one that compares equal. */
function called<T>(settings: Readonly<Record<string, T>>, name: string): T | undefined {
  if (Object.hasOwn(settings, name)) return settings[name]
  const key = headerKey(name)
  return Object.entries(settings).find(([other]) => headerKey(other) === key)?.[1]
}

/** Counted as people count, and as zod and JSON Schema do: a letter beyond the first plane is one. */
function isLonger(text: string, maxLength: number): boolean {
  return text.length > maxLength && [...text].length > maxLength
}
