/** Everything that waits for a person. */
import type { RunLines } from '../../../importer/types.ts'
import { type Html, html, type Piece } from './html.ts'
import { card, empty, head } from './parts.ts'
import { runsTable } from './runs.ts'
import { REVIEW } from './words/review.ts'

export function reviewPage({ slug, runs }: { readonly slug: string; readonly runs: RunLines }): Piece {
  const body: Html =
    runs.runs.length === 0 ? empty('good', REVIEW.none, REVIEW.noneText) : runsTable(slug, runs.runs, '/plan')
  return html`${head({ title: REVIEW.title, lead: REVIEW.lead })}${card({ isFlush: true }, body)}`
}
