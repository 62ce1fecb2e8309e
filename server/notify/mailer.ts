/** Hands a mail to the mail server, and says in our own words what came of it. */
import { createTransport } from 'nodemailer'
import type { Verdict } from '../../importer/types.ts'
import type { Mail } from './mail.ts'

export interface Mailer {
  /** Throws nothing. The same `id` gives the same Message-ID, so that a mail sent twice is known to be one. */
  send(mail: Mail & { readonly id: string; readonly to: string; readonly at: string }): Promise<Verdict>
}

export interface MailerOptions {
  /** `smtp://user:password@host:port`, or `smtps://…`. */
  readonly url: string
  readonly from: string
  /** How long the server may say nothing. */
  readonly silenceMs?: number
}

const SILENCE_MS = 20_000
/** How long one mail may take in all; shorter than the time for which it is ours alone. */
const DEADLINE_MS = 60_000

export function createMailer({ url, from, silenceMs = SILENCE_MS }: MailerOptions): Mailer {
  const transport = createTransport(
    {
      url,
      connectionTimeout: silenceMs,
      greetingTimeout: silenceMs,
      socketTimeout: silenceMs,
      disableFileAccess: true,
      disableUrlAccess: true,
      ...(mustEncrypt(url) ? { requireTLS: true } : {}),
    },
    { from },
  )
  const domain = /@([^\s>]+)/.exec(from)?.[1] ?? 'rollcall.invalid'
  return {
    async send({ id, to, at, ...mail }) {
      const sending = transport.sendMail({
        ...mail,
        to,
        messageId: `<${id}@${domain}>`,
        date: new Date(at),
        // Holiday replies and the like are for people.
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      })
      return await Promise.race([sending.then(() => SENT, verdictOf), deadline()])
    },
  }
}

/** A password must not cross a network in the clear; to this machine itself it may. */
function mustEncrypt(url: string): boolean {
  const { protocol, username, hostname } = new URL(url)
  return protocol === 'smtp:' && username !== '' && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)
}

const SENT: Verdict = { kind: 'sent' }

async function deadline(): Promise<Verdict> {
  const { promise, resolve } = Promise.withResolvers<void>()
  setTimeout(resolve, DEADLINE_MS).unref()
  await promise
  return { kind: 'later', problem: 'the mail server took too long' }
}

/** Only a word about this mail itself is final; whatever else is wrong may be mended on the way. */
function verdictOf(error: unknown): Verdict {
  const {
    code = '',
    responseCode = 0,
    response = '',
  } = error as {
    code?: string
    responseCode?: number
    response?: string
  }
  const isAboutMail = code === 'EENVELOPE' || code === 'EMESSAGE'
  // What the server wrote may repeat the address; its numbers say enough.
  const status = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1]
  const said = status === undefined ? `${responseCode}` : `${responseCode} ${status}`
  if (responseCode === 0 || code === 'ETLS')
    return { kind: 'later', problem: PROBLEMS[code] ?? 'the mail server cannot be reached' }
  const problem = `the mail server said ${said}${code === 'EAUTH' ? ' to the user and password' : ''}`
  return { kind: isAboutMail && responseCode >= 500 ? 'dead' : 'later', problem }
}

const PROBLEMS: Readonly<Record<string, string>> = {
  ETIMEDOUT: 'the mail server did not answer in time',
  ETLS: 'the mail server does not encrypt, and a password must not cross in the clear',
  EDNS: 'the name of the mail server is not known',
  EAUTH: 'the mail server wants another user or password',
}
