/** A real mail server on this machine that answers as the test says and keeps what it took. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { onTestFinished } from 'vitest'

export interface MailServer {
  readonly url: string
  /** Mails that were confirmed, in order. */
  readonly taken: Email[]
  /** How often a mail was offered, confirmed or not. */
  offered: number
}

export interface MailServerOptions extends SMTPServerOptions {
  /** An answer to a whole mail instead of 250: code and text, or `hang` for none; undefined confirms. */
  readonly answer?: (offer: number) => { code: number; text: string } | 'hang' | undefined
  /** An answer to the n-th recipient instead of 250. */
  readonly refuse?: () => { code: number; text: string } | undefined
}

export async function startMailServer({
  answer,
  refuse,
  ...options
}: MailServerOptions = {}): Promise<MailServer> {
  const taken: Email[] = []
  const state = { taken, offered: 0, url: '' }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    closeTimeout: 50,
    ...options,
    onRcptTo(_address, _session, done) {
      const no = refuse?.()
      done(no === undefined ? null : smtpError(no))
    },
    async onData(stream, _session, done) {
      const mail = await PostalMime.parse(await new Response(stream as never).arrayBuffer())
      state.offered++
      const said = answer?.(state.offered)
      if (said === 'hang') return
      if (said !== undefined) return done(smtpError(said))
      taken.push(mail)
      done()
    },
  })
  server.on('error', () => {})
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  const { port } = server.server.address() as AddressInfo
  state.url = `${options.secure ? 'smtps' : 'smtp'}://127.0.0.1:${port}`
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())))
  return state
}

function smtpError({ code, text }: { code: number; text: string }): Error {
  return Object.assign(new Error(text), { responseCode: code })
}
