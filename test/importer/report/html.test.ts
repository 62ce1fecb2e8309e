/** The report as a page. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { reportHtml } from '../../../importer/report/html.ts'
import { STYLE } from '../../../importer/report/html-style.ts'
import { html } from '../../../importer/report/html-tag.ts'
import type { Run } from '../../../schemas/run.ts'
import { aHold, anIssue, RUNS, rowIssue, withIssues } from './sample-runs.ts'

const EVIL = `<script>alert("1")</script><img src=x onerror='alert(1)'>`

test('nothing that came with a file becomes markup', () => {
  const run: Run = {
    ...withIssues([
      rowIssue('VAL_EMAIL', 1, { header: EVIL, field: EVIL, value: EVIL, column: 'A' }),
      anIssue('HDR_FORBIDDEN', { header: EVIL, column: EVIL }, { header: EVIL }),
      anIssue('HDR_CREATED_DEMOGRAPHIC', { header: EVIL }),
      anIssue('HDR_CREATED_DEMOGRAPHIC', { header: `${EVIL}2` }),
    ]),
    ...{ fileName: EVIL, source: EVIL, account: EVIL, id: EVIL, decidedBy: EVIL, reason: EVIL, sha256: EVIL },
    ...{ receivedAt: EVIL, finishedAt: EVIL },
    holds: [{ code: EVIL, message: EVIL, rows: 1 }, aHold('HDR_NEW_DEMOGRAPHIC', 0, { header: EVIL })],
    error: { code: EVIL, message: EVIL, fix: EVIL },
  }
  for (const state of ['held', 'failed', 'rejected', 'succeeded', 'discarded'] as const) {
    const page = reportHtml({ ...run, state })
    expect(page).toContain('&lt;script&gt;')
    expect(page).not.toMatch(/<script|<img|onerror='/)
  }
})

test('the tag escapes every text it is given, in content and in quotes, and nothing twice', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const inner = html`<b title="${text}">${text}</b>`
      const page = html`<p>${[inner, text]}</p>`.toString()
      const parts = /^<p><b title="([^"<>]*)">([^"<>]*)<\/b>([^"<>]*)<\/p>$/.exec(page)
      expect(parts?.slice(1).map(unescaped)).toEqual([text, text, text])
    }),
  )
})

test('text that is written like an entity stays text', () => {
  expect(html`${'&lt;b&gt; & more'}`.toString()).toBe('&amp;lt;b&amp;gt; &amp; more')
})

describe('the page of the run', () => {
  test.each(Object.entries(RUNS))('"%s" loads nothing, runs nothing and is well formed', (_name, run) => {
    const page = reportHtml(run)
    expect(page).not.toMatch(/<script|<link|<iframe|\ssrc=|href=|url\(|@import|\son\w+=/i)
    expect(page).toContain(`default-src 'none'; style-src 'unsafe-inline'`)
    expect(unclosed(page)).toEqual([])
  })

  test.each(Object.entries(RUNS))('"%s" has a language, a title, landmarks and headings', (_name, run) => {
    const page = reportHtml(run)
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/)
    for (const part of ['<title>', '<header>', '<main>', '<footer>', '<h1>']) {
      expect(page.split(part)).toHaveLength(2)
    }
    // Every region is named by a heading that is there, once.
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [, id] of page.matchAll(/aria-labelledby="([^"]+)"/g)) expect(ids).toContain(id)
    for (const table of page.split('<table').slice(1)) expect(table).toMatch(/<caption>[\s\S]*<th scope=/)
  })

  test('tells the state in words, whatever its colour', () => {
    expect(reportHtml(RUNS.errors)).toContain('! Succeeded with errors</span>')
    expect(reportHtml(RUNS.held)).toContain('Waiting for a person</span>')
  })

  test('tells the same as the text: headline, codes, remedies and commands', () => {
    const page = unescaped(reportHtml(RUNS.errors))
    for (const text of ['ROW_RAGGED', 'Fill in at least one of them.', '"Department" and "Cost Center"']) {
      expect(page).toContain(text)
    }
    expect(reportHtml(RUNS.held)).toContain('rollcall runs approve 0kq3m8d2e5xw7abc')
  })
})

describe('colours', () => {
  const [light = '', dark = ''] = STYLE.split('prefers-color-scheme: dark')
  const TEXT = ['ink', 'soft', 'good', 'warn', 'bad', 'wait', 'neutral']

  test.each([
    ['light', light],
    ['dark', dark],
  ])('keep the contrast of WCAG AA in the %s theme', (_name, css) => {
    const color = (name: string) => new RegExp(`--${name}: (#[0-9a-f]+)`).exec(css)?.[1] ?? ''
    for (const ground of ['paper', 'ground']) {
      for (const name of TEXT) expect(contrast(color(name), color(ground)), name).toBeGreaterThanOrEqual(4.5)
    }
    expect(contrast(color('ink'), color('code'))).toBeGreaterThanOrEqual(4.5)
    for (const sign of ['accent', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6']) {
      expect(contrast(color(sign), color('paper')), sign).toBeGreaterThanOrEqual(3)
    }
  })
})

/** Names of elements that are opened and not closed in order. */
function unclosed(page: string): string[] {
  const open: string[] = []
  const content = page.replace(/<style>[\s\S]*<\/style>/, '')
  for (const [, slash, name = ''] of content.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*>/g)) {
    if (name === 'meta') continue
    if (slash === '') open.push(name)
    else if (open.pop() !== name) return [`</${name}>`]
  }
  return open
}

function unescaped(text: string): string {
  return text
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&#96;/g, '`')
    .replace(/&amp;/g, '&')
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(hex: string): number {
  const long = hex.length === 4 ? hex.replace(/[0-9a-f]/g, '$&$&') : hex
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(long.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
