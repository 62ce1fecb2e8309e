/** What a person sees instead of the page they asked for. */
import { html } from 'hono/html'
import { ImportError } from '../../../importer/errors.ts'
import { type Html, layout } from './layout.ts'

/** What nobody foresaw only says that it happened, and under which number the log has it. */
export function errorPage(given: { error: unknown; status: number; requestId: string }): Html {
  const { error, status, requestId } = given
  const isOurs = error instanceof ImportError
  const message = isOurs ? error.message : 'The server met an error that it did not expect.'
  const fix = isOurs ? error.fix : 'Try again; if it stays, tell whoever operates this server.'
  const body = html`<p role="alert" class="strong">${message}</p><p>${fix}</p><p class="soft small">${isOurs ? error.code : status} · request ${requestId}</p><p><a class="btn" href="/">Back to the start</a></p>`
  return layout({ title: 'That did not work', user: null, account: null, body })
}
