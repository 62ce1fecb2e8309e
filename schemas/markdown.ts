/** The contract's tables as Markdown, for the README: rendered from what the program itself goes by. */
import { COLUMNS, type Column, NAMED_DEMOGRAPHICS } from './columns.ts'
import { ISSUES } from './issues.ts'

/** The recognised columns. */
export function columnsMarkdown(): string {
  const named = Object.entries(NAMED_DEMOGRAPHICS).map(([label, aliases]) => [
    ...[`\`${label}\``, aliases.join(', '), 'text, up to 255 characters', 'optional', 'a demographic'],
  ])
  return markdownTable(
    ['Header', 'Also accepted', 'Value', 'Needed', 'Note'],
    [
      ...COLUMNS.map((one) => [`\`${one.header}\``, one.aliases.join(', '), kindOf(one), one.need, one.note]),
      ...named,
    ],
  )
}

/** Every code an issue may have. */
export function issuesMarkdown(): string {
  return markdownTable(
    ['Code', 'Severity', 'Says', 'What to do'],
    Object.entries(ISSUES).map(([code, { severity, message, fix }]) => [
      `\`${code}\``,
      severity,
      message,
      fix,
    ]),
  )
}

/** Rows to a table; a bar within a cell would end it. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replace(/\s+/g, ' ')).join(' | ')} |`
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n')
}

const VALUES: Readonly<Record<Column['kind'], string>> = {
  text: 'text',
  id: 'text',
  email: 'e-mail address',
  date: '`YYYY-MM-DD`',
  language: 'language tag',
  timezone: 'IANA time zone',
  phone: 'phone number, E.164',
  boolean: '`TRUE` or `FALSE`',
  yes: '`Yes` or `No`',
}

function kindOf({ kind, maxLength }: Column): string {
  const isFree = kind === 'text' || kind === 'id'
  return isFree ? `${VALUES[kind]}, up to ${maxLength} characters` : VALUES[kind]
}
