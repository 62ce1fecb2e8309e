import { describe, expect, test } from 'vitest'
import { createLog } from '../../../server/log.ts'
import { createMailer } from '../../../server/notify/mailer.ts'
import { createWebhookSender } from '../../../server/notify/webhook.ts'
import { createNotifier, type Notifier } from '../../../server/notify.ts'
import { csv, openTestImporter, type TestImporter } from '../../support/importer.ts'
import { type MailServer, startMailServer } from '../../support/smtp.ts'

const NO_WEBHOOKS = { target: async () => null, disable: async () => {} }
const log = createLog({ level: 'silent' })
const SILENCE_MS = 200
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** A file that cannot be imported: one mail to whoever hears of failures. */
const BROKEN = 'Name,Email\n'

describe('a mail about a run', () => {
  test('is taken by the mail server once, and names no one', async () => {
    const server = await startMailServer()
    const { notifier, importer } = await setUp(server)
    await importer.deliver(csv(['Name', 'Email'], ['Ada Lovelace', 'ada@example.com']), {
      fileName: 'ada.csv',
    })
    await notifier.deliver()
    await notifier.deliver()
    expect(server.taken).toHaveLength(1)
    const [mail] = server.taken
    expect(mail?.subject).toBe('acme: 1 joined - done')
    expect(mail?.from).toMatchObject({ name: 'Rollcall', address: 'rollcall@example.com' })
    expect(mail?.to).toMatchObject([{ address: 'hr@example.com' }])
    expect(mail?.text).toContain('https://rollcall.example.com/a/acme/imports/')
    expect(mail?.html).toContain('https://rollcall.example.com/a/acme/imports/')
    expect(`${mail?.text}${mail?.html}`).not.toMatch(/ada|Lovelace/i)
    expect(await states(importer)).toEqual(['sent'])
  })

  test.each([
    { answer: '451 4.7.1 Greylisted', code: 451 },
    { answer: '550 5.7.1 Not from you', code: 554 },
  ])('is $answer at first: a 4xx is tried again, a 5xx is given up', async ({ answer, code }) => {
    const server = await startMailServer({
      answer: (offer) => (offer === 1 ? { code, text: answer } : undefined),
    })
    const { notifier, importer } = await setUp(server)
    await importer.deliver(BROKEN)
    await notifier.deliver()
    expect(server.taken).toHaveLength(0)
    const isFinal = code >= 500
    expect(await importer.importer.outbox.messages({})).toMatchObject([
      { state: isFinal ? 'dead' : 'waiting', attempts: 1, problem: expect.stringContaining(String(code)) },
    ])
    await notifier.deliver()
    expect(server.offered).toBe(1)
    importer.wait(HOUR_MS)
    await notifier.deliver()
    expect(server.taken).toHaveLength(isFinal ? 0 : 1)
    expect(await states(importer)).toEqual([isFinal ? 'dead' : 'sent'])
  })

  test('that was given up is tried again when an operator says so', async () => {
    let isAway = true
    const server = await startMailServer({
      refuse: () => (isAway ? { code: 550, text: '5.1.1 No such user' } : undefined),
    })
    const { notifier, importer } = await setUp(server)
    await importer.deliver(BROKEN)
    await notifier.deliver()
    const [dead] = await importer.importer.outbox.messages({ state: 'dead' })
    expect(dead?.problem).toBe('the mail server said 550 5.1.1')
    isAway = false
    await importer.importer.outbox.retry(dead?.id ?? '')
    await notifier.deliver()
    expect(await states(importer)).toEqual(['sent'])
    await expect(importer.importer.outbox.retry(dead?.id ?? '')).rejects.toMatchObject({
      code: 'MESSAGE_SENT',
    })
    await expect(importer.importer.outbox.retry('none')).rejects.toMatchObject({ code: 'MESSAGE_UNKNOWN' })
  })

  test('waits where the mail server says nothing, and goes with the next try under the same Message-ID', async () => {
    const server = await startMailServer({ answer: (offer) => (offer === 1 ? 'hang' : undefined) })
    const { notifier, importer } = await setUp(server)
    await importer.deliver(BROKEN)
    await notifier.deliver()
    const [waiting] = await importer.importer.outbox.messages({})
    expect(waiting).toMatchObject({ state: 'waiting', problem: 'the mail server did not answer in time' })
    importer.wait(HOUR_MS)
    await notifier.deliver()
    expect(server.taken.map(({ messageId }) => messageId)).toEqual([`<${waiting?.id}@example.com>`])
  })

  test('is given up after three days without a mail server, and nothing else waits for it', async () => {
    const { notifier, importer } = await setUp(null)
    await importer.deliver(BROKEN)
    await notifier.deliver()
    expect(await states(importer)).toEqual(['waiting'])
    importer.wait(3 * DAY_MS)
    await notifier.deliver()
    expect(await importer.importer.outbox.messages({})).toMatchObject([
      { state: 'dead', problem: expect.stringContaining('ROLLCALL_SMTP_URL') },
    ])
  })

  test('is neither lost nor doubled by a restart in the middle', async () => {
    const server = await startMailServer()
    const { notifier, importer } = await setUp(server)
    for (let i = 0; i < 3; i++) await importer.deliver(BROKEN)
    // One is taken by a process that dies before it says what came of it, one is confirmed.
    await importer.importer.mailroom.spread()
    const [lost, confirmed] = await importer.importer.mailroom.take('mail', 2)
    if (lost === undefined || confirmed === undefined) throw new Error('nothing is due')
    await importer.importer.mailroom.settle(confirmed, { kind: 'sent' })
    await importer.restart()
    await notifierFor(importer, server).deliver()
    expect(server.taken).toHaveLength(1)
    importer.wait(5 * 60_000)
    await notifierFor(importer, server).deliver()
    expect(server.taken).toHaveLength(2)
    expect(new Set(server.taken.map(({ messageId }) => messageId)).size).toBe(2)
    expect(await states(importer)).toEqual(['sent', 'sent', 'sent'])
    await notifier.stop()
  })
})

describe('encryption', () => {
  const TLS = { disabledCommands: [], tls: {} }

  test.each([
    { name: 'is used where the server offers it', options: TLS, query: '?tls.rejectUnauthorized=false' },
    {
      name: 'is there from the first byte with smtps',
      options: { secure: true },
      query: '?tls.rejectUnauthorized=false',
    },
    { name: 'is left out where the server has none', options: {}, query: '' },
  ])('$name', async ({ options, query }) => {
    const server = await startMailServer(options)
    const verdict = await send(`${server.url}${query}`)
    expect(verdict).toEqual({ kind: 'sent' })
    expect(server.taken).toHaveLength(1)
  })

  test('by a certificate that nobody vouches for is no encryption: the mail waits', async () => {
    const server = await startMailServer(TLS)
    expect(await send(server.url)).toMatchObject({ kind: 'later' })
    expect(server.taken).toHaveLength(0)
  })

  test('is demanded with a password, unless the mail server is this machine', async () => {
    const server = await startMailServer({
      authMethods: ['PLAIN'],
      onAuth: (_auth, _session, done) => done(null, { user: 'me' }),
    })
    const { port } = new URL(server.url)
    expect(await send(`smtp://me:secret@127.0.0.1:${port}`)).toEqual({ kind: 'sent' })
    // Another name of this machine, which the rule cannot know.
    expect(await send(`smtp://me:secret@0.0.0.0:${port}`)).toMatchObject({
      kind: 'later',
      problem: expect.stringContaining('does not encrypt'),
    })
  })
})

const send = (url: string) =>
  createMailer({ url, from: 'rollcall@example.com', silenceMs: SILENCE_MS * 5 }).send({
    ...{ id: 'one', to: 'hr@example.com', at: '2026-11-21T09:00:00Z' },
    ...{ subject: 'acme: done', text: 'Done.', html: '<p>Done.</p>' },
  })

function notifierFor(importer: TestImporter, server: MailServer | null): Notifier {
  const from = 'Rollcall <rollcall@example.com>'
  return createNotifier({
    mailroom: importer.importer.mailroom,
    mailer: server === null ? null : createMailer({ url: server.url, from, silenceMs: SILENCE_MS }),
    ...{
      webhooks: NO_WEBHOOKS,
      sender: createWebhookSender({ allowed: [] }),
      now: () => importer.clock.now(),
    },
    publicUrl: () => 'https://rollcall.example.com',
    log,
  })
}

async function setUp(server: MailServer | null) {
  const importer = await openTestImporter('sqlite')
  await importer.importer.outbox.setRecipient('acme', {
    address: 'hr@example.com',
    topics: ['held', 'failed', 'finished'],
  })
  return { importer, notifier: notifierFor(importer, server) }
}

async function states(importer: TestImporter): Promise<string[]> {
  return (await importer.importer.outbox.messages({})).map(({ state }) => state)
}
