/**
 * A story is played on a whole server, by commands as a person types them and files as a customer sends them, and what
 * everybody saw is compared with the story as it is written down. `UPDATE_GOLDEN=1` writes it down anew: read it then.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { newEd25519Key } from '../../../keys/ed25519.ts'
import { loadConfig } from '../../../server/config.ts'
import { createLog } from '../../../server/log.ts'
import { type RunningServer, startServer } from '../../../server/main.ts'
import { command } from '../../server/cli/terminal.ts'
import { csv } from '../../support/importer.ts'
import { until } from '../../support/sftp-server.ts'
import { type MailServer, startMailServer } from '../../support/smtp.ts'
import { type Customer, connect } from '../sftp.ts'

const KEY = newEd25519Key('customer')

export interface Story {
  /** A line between the scenes. */
  tell(text: string): void
  /** What a person types behind `rollcall`; `<last>` is the newest run, `<held>` the newest that waits. */
  types(...args: readonly string[]): Promise<void>
  /** The customer's scheduler puts a file; resolves when its run rests. The report is shown. */
  sends(name: string, rows: readonly (readonly string[])[]): Promise<void>
  /** A file that a person imports by hand; `<file>` in `types` is its path. */
  file(name: string, rows: readonly (readonly string[])[]): string
  /** Shows the mails that came since. */
  mail(): Promise<void>
  /** Everything seen so far. */
  text(): string
}

/** A server with the account `acme` and the mail address of its administrator. It ends with the test. */
export async function beginStory(): Promise<Story> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-story-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const mails = await startMailServer()
  const env = {
    ...{ ROLLCALL_DATA: join(folder, 'data'), ROLLCALL_SMTP_URL: mails.url, ROLLCALL_SFTP_HOST: '127.0.0.1' },
    ...{ ROLLCALL_MAIL_FROM: 'rollcall@example.com', ROLLCALL_PUBLIC_URL: 'https://rollcall.example.com' },
    ...{ ROLLCALL_SFTP_PORT: '0', ROLLCALL_HTTP_PORT: '0' },
  }
  const { config } = loadConfig({ env, cwd: folder })
  const server = await startServer({ config, log: createLog({ level: 'silent' }), version: 'story' })
  onTestFinished(() => server.stop())
  await server.door.addAccount({ slug: 'acme', name: 'Acme HR' })
  await server.door.addKey('acme', KEY.publicKeyLine)
  const { sftp } = server.status
  const customer = await connect({ sftp } as Parameters<typeof connect>[0], KEY)
  onTestFinished(() => customer.close())
  return new Playing({ folder, env, server, mails, customer })
}

interface Stage {
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  readonly server: RunningServer
  readonly mails: MailServer
  readonly customer: Customer
}

class Playing implements Story {
  readonly #stage: Stage
  #seen = ''
  #mails = 0
  #runs = 0

  constructor(stage: Stage) {
    this.#stage = stage
  }

  tell(text: string): void {
    this.#seen += `\n${text}\n`
  }

  async types(...args: readonly string[]): Promise<void> {
    const { door } = this.#stage.server
    const [last] = await door.runs({ limit: 1 })
    const [held] = await door.runs({ limit: 1, state: 'held' })
    const meant = args.map((arg) => arg.replace('<last>', last?.id ?? '').replace('<held>', held?.id ?? ''))
    const { code, seen } = await command(meant, { ...this.#stage.env })
    const typed = args.map((arg) => (/[ "]/.test(arg) ? `'${arg}'` : arg)).join(' ')
    this.#show(`$ rollcall ${typed}`, seen, code === 0 ? '' : `(exit ${code})`)
    this.#runs = (await door.runs({ limit: 1_000 })).length
  }

  async sends(name: string, rows: readonly (readonly string[])[]): Promise<void> {
    const { door } = this.#stage.server
    const [header = [], ...people] = rows
    await this.#stage.customer.put(csv(header, ...people.map((row) => [...row])), `/inbox/${name}`)
    await until(async () => (await door.runs({ limit: 1_000 })).length > this.#runs, `a run of ${name}`)
    this.#runs++
    const [run] = await door.runs({ limit: 1 })
    const { id } = await door.settled(run?.id ?? '')
    const { stdout } = await command(['runs', 'show', id], { ...this.#stage.env })
    this.#show(`sftp> put ${name} /inbox`, stdout)
  }

  file(name: string, rows: readonly (readonly string[])[]): string {
    const [header = [], ...people] = rows
    const path = join(this.#stage.folder, name)
    writeFileSync(path, csv(header, ...people.map((row) => [...row])))
    return path
  }

  async mail(): Promise<void> {
    const { taken } = this.#stage.mails
    await until(async () => taken.length > this.#mails, 'a mail')
    for (const { subject, text, to } of taken.slice(this.#mails)) {
      const addresses = to?.map((one) => ('address' in one ? one.address : '')).join(', ')
      this.#show(`mail to ${addresses}: ${subject}`, text ?? '')
    }
    this.#mails = taken.length
  }

  text(): string {
    return this.#hidden(this.#seen).trimStart()
  }

  #show(head: string, body: string, end = ''): void {
    const lines = [head, ...body.split('\n').map((line) => `  ${line}`.trimEnd()), end]
    this.#seen += `\n${lines
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim()}\n`
  }

  /** Without what differs from one time to the next. */
  #hidden(text: string): string {
    const names = new Map<string, string>()
    return text
      .replaceAll(`${this.#stage.folder}/`, '')
      .replaceAll(new RegExp(`\\bby ${userInfo().username}\\b`, 'g'), 'by kim')
      .replace(/\b0[0-9a-z]{15}\b/g, (id) => {
        if (!names.has(id)) names.set(id, `run${names.size + 1}`.padStart(16, '0'))
        return names.get(id) as string // set just now
      })
      .replace(/\b\d{4}-\d{2}-\d{2}([ T])\d{2}:\d{2}(?::\d{2})?\b/g, (time) =>
        'YYYY-MM-DD hh:mm:ss'.slice(0, time.length),
      )
      .replace(/finished [\d.]+ m?s later/g, 'finished at once')
  }
}

/** Compares a story with how it is written down beside its test. */
export function expectStory(story: Story, file: string): void {
  const path = join(import.meta.dirname, file)
  if (process.env['UPDATE_GOLDEN']) writeFileSync(path, story.text())
  expect(story.text()).toBe(readFileSync(path, 'utf8'))
}
