import { describe, expect, test } from 'vitest'
import type { ToSend } from '../../../importer/types.ts'
import { ISSUES } from '../../../schemas/issues.ts'
import { type Counts, NO_COUNTS } from '../../../schemas/run.ts'
import { mailOf } from '../../../server/notify/mail.ts'
import { wordsFor } from '../../../server/notify/words.ts'

function message(type: string, data: Record<string, unknown> = {}, counts: Partial<Counts> = {}): ToSend {
  return {
    ...{ id: 'm', channel: 'mail', target: 'hr@example.com', type, run: '01m7zftbe3ftfb2d' },
    account: { id: 'a', slug: 'acme', name: 'Acme HR', timezone: 'Europe/Berlin' },
    ...{ at: '2026-11-21T09:00:00.000Z', attempts: 1, createdAt: '2026-11-21T09:00:00.000Z' },
    data: {
      ...{ run: '01m7zftbe3ftfb2d', source: 'sftp', state: 'held', holds: [], codes: [] },
      counts: { ...NO_COUNTS, ...counts },
      ...data,
    },
  }
}

const URL = 'https://rollcall.example.com'

test.each<[string, ToSend, string]>([
  [
    'held',
    message('run.held', {}, { created: 12, updated: 3, former: 3 }),
    'Acme HR: 12 joined, 3 left - needs your review',
  ],
  ['held, many', message('run.held', {}, { created: 1200 }), 'Acme HR: 1,200 joined - needs your review'],
  [
    'done',
    message('run.finished', {}, { updated: 9, deactivated: 2, reactivated: 1 }),
    'Acme HR: 2 left, 1 came back, 6 changed - done',
  ],
  ['done, nothing new', message('run.finished', {}, { unchanged: 9 }), 'Acme HR: nothing changes - done'],
  [
    'rejected',
    message('run.rejected', { codes: ['FILE_EMPTY'] }),
    'Acme HR: what came in could not be imported - nothing was changed',
  ],
  [
    'failed',
    message('run.failed', { codes: ['RUN_FAILED'] }),
    'Acme HR: the import failed - nothing was changed',
  ],
])('the subject of a run that is %s says the outcome', (_state, given, subject) => {
  expect(mailOf(given, URL).subject).toBe(subject)
})

test("the mail says when in the account's time, why in plain words, and links to the run, alike in both forms", () => {
  const mail = mailOf(
    message(
      'run.held',
      {
        holds: [
          { code: 'GUARD_PRIVACY', rows: 2 },
          { code: 'GUARD_ROW_DROP', rows: 0 },
        ],
      },
      { updated: 2, held: 1 },
    ),
    URL,
  )
  expect(mail.text).toMatchInlineSnapshot(`
    "Acme HR, 2026-11-21 10:00 (Europe/Berlin)

    Data came in, and nothing of it is applied yet: it waits for a person to look at it.

      2 changed
      1 waiting alone

    - A name, a date of birth or an address of the same person would change together. That happens when a row is about somebody else, and one person would then see what belongs to another. (2 rows)
    - The file is much shorter than the last ones. An incomplete export looks like that.

    Review it:
    https://rollcall.example.com/a/acme/imports/01m7zftbe3ftfb2d

    -- 
    Sent by Rollcall because your address is set for the account acme. It holds nothing of the people themselves.
    "
  `)
  for (const text of [mail.text, mail.html]) {
    expect(text).toContain('2026-11-21 10:00 (Europe/Berlin)')
    expect(text).toContain('one person would then see what belongs to another')
    expect(text).toContain(`${URL}/a/acme/imports/01m7zftbe3ftfb2d`)
  }
  expect(mail.html.match(/<a /g)).toHaveLength(1)
})

test('a name that people chose adds no line and no markup', () => {
  const given = message('run.finished')
  const { subject, html } = mailOf({ ...given, account: { ...given.account, name: 'A\r\nBcc: x <b>' } }, URL)
  expect(subject).toBe('A Bcc: x <b>: nothing changes - done')
  expect(html).not.toContain('<b>')
})

describe('the words', () => {
  const told = Object.entries(ISSUES).filter(
    ([, { severity }]) => severity === 'hold' || severity === 'fatal',
  )

  test.each(told.map(([code]) => code))('for %s are a whole sentence without a gap', (code) => {
    expect(wordsFor(code)).toMatch(/^[A-Z"].*\.$/)
    expect(wordsFor(code)).not.toMatch(/[{}]/)
  })

  test('for a code without its own name it', () => {
    expect(wordsFor('GUARD_NEXT')).toBe('A guard saw something unusual (GUARD_NEXT).')
    expect(wordsFor('OTHER')).toBe('There is a problem (OTHER).')
  })
})

test.each([
  [
    'feed.warning',
    { source: 'sftp', codes: ['FEED_LATE'] },
    'Acme HR: the source sftp needs a look',
    'No file came by',
  ],
  [
    'lifecycle.many_left',
    { left: 42, before: 300, limit: 30, day: '2026-11-21' },
    'Acme HR: 42 people left today - please check',
    'One file may take 30 people',
  ],
])('a mail about %s says what to look at', (type, data, subject, text) => {
  const mail = mailOf({ ...message(type), run: null, data }, URL)
  expect(mail.subject).toBe(subject)
  expect(mail.text).toContain(text)
  expect(mail.html).toContain(`href="${URL}/a/acme"`)
})

test('nobody writes mails about an event without words', () => {
  expect(() => mailOf(message('run.undone'), URL)).toThrow('run.undone')
})
