/** An empty employee file to start from: the columns of an account, and two invented people as examples. */
import { COLUMNS } from './columns.ts'

/** First and last name stand in for the name; a template needs only one of the two ways. */
const LEFT_OUT = ['firstName', 'lastName']

/**
 * CSV with all columns and the account's demographics. The examples are marked as excluded, so that a template sent
 * back with them in it imports nobody invented. Starts with a byte order mark: without one Excel takes the letters
 * of other alphabets for damage and saves them so.
 */
export function templateCsv(demographics: readonly string[] = []): string {
  const columns = COLUMNS.filter((column) => !LEFT_OUT.includes(column.field))
  const rows = [
    [...columns.map((column) => column.header), ...demographics],
    ...[0, 1].map((person) => [
      ...columns.map((column) => column.examples[person] ?? ''),
      ...demographics.map(() => 'Example'),
    ]),
  ]
  return `\ufeff${rows.map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('')}`
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}
