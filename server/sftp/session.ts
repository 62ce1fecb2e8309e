/**
 * What a logged-in client may ask of a connection: SFTP channels. Everything else that SSH could do is refused:
 * what has no listener here (pty, env, forwarding, agent, X11) ssh2 refuses by itself.
 */
import type { Connection, ServerChannel, Session } from 'ssh2'

export interface SessionHooks {
  readonly channelsMax: number
  /** A channel on which SFTP begins. `onGone` is called once the client has closed it. */
  readonly onSftp: (channel: ServerChannel, onGone: (listener: () => void) => void) => void
  readonly onError: (error: unknown) => void
}

const EXPLANATION = 'Rollcall takes files over SFTP only.'
/** `scp -O`, and scp before OpenSSH 9, speak a protocol of their own over a remote command. */
const SCP_EXPLANATION = `${EXPLANATION} Use sftp, or scp without -O (OpenSSH 9 or newer).`

/** Called before anything else can happen on a connection that has just logged in. */
export function serveSessions(connection: Connection, hooks: SessionHooks): void {
  let open = 0
  connection.on('session', (accept, reject) => {
    if (open >= hooks.channelsMax) return reject()
    const session = accept()
    open += 1
    session.on('error', hooks.onError)
    session.on('close', () => {
      open -= 1
    })
    serveSession(session, hooks)
  })
}

function serveSession(session: Session, hooks: SessionHooks): void {
  session.on('subsystem', (accept, reject, { name }) => {
    // Typed as if it always gave a channel; it gives none on a session that is closing or in use.
    const channel = name === 'sftp' ? (accept() as ServerChannel | undefined) : undefined
    if (!channel) return reject?.()
    guard(channel, hooks)
    hooks.onSftp(channel, (listener) => void session.on('close', listener))
  })
  session.on('exec', (accept, reject, { command }) => {
    if (/^\s*(\S*\/)?(scp|rsync)\s/.test(command)) explain(accept, hooks, SCP_EXPLANATION)
    // Others only try what the server can do (rclone asks for checksums): a plain no is what they expect.
    else reject?.()
  })
  session.on('shell', (accept) => explain(accept, hooks, `You are logged in. ${EXPLANATION}`))
}

function explain(accept: () => ServerChannel, hooks: SessionHooks, text: string): void {
  const channel = accept() as ServerChannel | undefined
  if (!channel) return
  guard(channel, hooks)
  channel.stderr.write(`${text}\r\n`)
  channel.exit(1)
  channel.end()
  // What is sent there is read and thrown away, or the channel would never close.
  channel.resume()
}

/** An error without a listener would end the process. */
function guard(channel: ServerChannel, hooks: SessionHooks): void {
  channel.on('error', hooks.onError)
  channel.stderr.on('error', hooks.onError)
}
