/** What somebody who knows SQLite well does in its shell: stage the file, then write what differs, set by set. */
import { PEOPLE_HEADERS } from '../../support/people.ts'

const FIELDS = PEOPLE_HEADERS.map((header) => header.toLowerCase().replaceAll(' ', '_'))
const WITHOUT_EMAIL = FIELDS.filter((field) => field !== 'email')

/** Commands for `sqlite3 -bail people.db`. */
export function importScript(file: string): string {
  const all = FIELDS.join(', ')
  const differs = `(${WITHOUT_EMAIL.map((field) => `p.${field}`).join(', ')}) IS NOT (${WITHOUT_EMAIL.map((field) => `s.${field}`).join(', ')})`
  return [
    'PRAGMA journal_mode = WAL;',
    'PRAGMA synchronous = FULL;',
    'PRAGMA cache_size = -65536;',
    `CREATE TABLE IF NOT EXISTS people (id INTEGER PRIMARY KEY, ${FIELDS.map((field) => `${field} TEXT`).join(', ')});`,
    'CREATE UNIQUE INDEX IF NOT EXISTS people_email ON people (email);',
    'CREATE INDEX IF NOT EXISTS people_employee_id ON people (employee_id);',
    `CREATE TABLE IF NOT EXISTS history (person INTEGER, at TEXT, ${FIELDS.map((field) => `${field} TEXT`).join(', ')});`,
    `CREATE TEMP TABLE staged (${FIELDS.map((field) => `${field} TEXT`).join(', ')});`,
    `.import --csv --skip 1 --schema temp "${file}" staged`,
    'BEGIN IMMEDIATE;',
    `INSERT INTO history SELECT p.id, datetime('now'), ${FIELDS.map((field) => `p.${field}`).join(', ')} FROM staged s JOIN people p ON p.email = s.email WHERE ${differs};`,
    `INSERT INTO people (${all}) SELECT ${all} FROM staged s WHERE true ON CONFLICT (email) DO UPDATE SET ${WITHOUT_EMAIL.map((field) => `${field} = excluded.${field}`).join(', ')} WHERE (${WITHOUT_EMAIL.map((field) => `people.${field}`).join(', ')}) IS NOT (${WITHOUT_EMAIL.map((field) => `excluded.${field}`).join(', ')});`,
    'COMMIT;',
    '',
  ].join('\n')
}
