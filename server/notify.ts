/** Carries messages out of the house: looks for what is due, tries each, and writes down what came of it. */
import type { Mailroom, ToSend, Verdict } from '../importer/types.ts'
import type { Webhooks } from '../keys/webhooks.ts'
import type { Logger } from './log.ts'
import { type Mail, mailOf } from './notify/mail.ts'
import type { Mailer } from './notify/mailer.ts'
import { verdictOn, type WebhookSender } from './notify/webhook.ts'

export interface Notifier {
  /** Writes what is to be told and tries all that is due. One at a time; another call waits for the same. */
  deliver(): Promise<void>
  /** Begins no more, and waits a little for what is under way. */
  stop(): Promise<void>
}

export interface NotifierDeps {
  readonly mailroom: Mailroom
  /** Null where no mail server is set. */
  readonly mailer: Mailer | null
  readonly webhooks: Pick<Webhooks, 'target' | 'disable'>
  readonly sender: WebhookSender
  readonly now: () => Date
  /** Where the pages are found from outside, without a slash at the end. */
  readonly publicUrl: () => string
  readonly log: Logger
}

/** Messages tried side by side. */
const ABREAST = 4
const GRACE_MS = 5_000
const UNWRITABLE: Verdict = { kind: 'dead', problem: 'Rollcall could not write it; its log says more' }
const NO_ENDPOINT: Verdict = { kind: 'dead', problem: 'the webhook is no longer there, or off' }
const NO_SERVER = 'no mail server is set (ROLLCALL_SMTP_URL)'

export function createNotifier(deps: NotifierDeps): Notifier {
  const { mailroom, mailer, webhooks, sender, publicUrl, now, log } = deps
  let isStopping = false
  let working: Promise<void> | null = null

  async function round(): Promise<void> {
    await mailroom.spread()
    for (;;) {
      if (isStopping) return
      const messages = [
        ...(await mailroom.take('mail', ABREAST)),
        ...(await mailroom.take('webhook', ABREAST)),
      ]
      if (messages.length === 0) return
      await Promise.all(messages.map(carry))
    }
  }

  async function carry(message: ToSend): Promise<void> {
    const verdict = await (message.channel === 'mail' ? tryMail(message) : tryWebhook(message))
    await mailroom.settle(message, verdict)
    const { id, account, type, run, attempts } = message
    const fields = { message: id, account: account.slug, type, run, attempts }
    if (verdict.kind === 'sent') log.info(fields, 'message delivered')
    else
      log.warn(
        { ...fields, problem: verdict.problem, isGivenUp: verdict.kind === 'dead' },
        'message not delivered',
      )
  }

  async function tryMail(message: ToSend): Promise<Verdict> {
    if (mailer === null) return { kind: 'later', problem: NO_SERVER }
    const { id, target: to, at } = message
    const mail = written(message)
    return mail === null ? UNWRITABLE : await mailer.send({ ...mail, id, to, at })
  }

  async function tryWebhook(message: ToSend): Promise<Verdict> {
    const { id, account, type, at, target } = message
    const endpoint = await webhooks.target(account.id, target)
    if (endpoint === null) return NO_ENDPOINT
    const data = { account: account.slug, ...(message.data as object) } // every event's data is an object
    const body = JSON.stringify({ type, timestamp: at, data })
    const begun = performance.now()
    const answer = await sender.send({ ...endpoint, id, body, now: now() })
    const milliseconds = Math.round(performance.now() - begun)
    const { status, problem } = answer
    await mailroom.attempted(message, { at: now().toISOString(), status, problem, milliseconds })
    if (status === 410) await webhooks.disable(account.id, target)
    return verdictOn(answer)
  }

  /** A mistake of ours in one letter must not keep the others waiting, nor this one coming back for ever. */
  function written(message: ToSend): Mail | null {
    try {
      return mailOf(message, publicUrl())
    } catch (error) {
      log.error({ err: error, message: message.id, type: message.type }, 'a mail could not be written')
      return null
    }
  }

  return {
    deliver() {
      working ??= round().finally(() => {
        working = null
      })
      return working
    },
    async stop() {
      isStopping = true
      const { promise, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, GRACE_MS)
      await Promise.race([working?.catch(() => {}), promise])
      clearTimeout(timer)
    },
  }
}
