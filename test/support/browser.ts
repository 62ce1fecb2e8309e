/**
 * A real browser for tests: Chromium from the registry, nothing to install by hand. One browser for a whole file; every
 * case takes a fresh context, so cookies and settings never leak from one to the next.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import chromium from '@sparticuz/chromium'
import { type Browser, type BrowserContextOptions, type Page, chromium as playwright } from 'playwright-core'

/** What axe finds against WCAG 2.2 AA, one line each: rule, where, what to do. */
export type Finding = string

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

export async function startBrowser(): Promise<Browser> {
  return await playwright.launch({
    executablePath: await chromium.executablePath(),
    // Not those that come with it: they put everything into one process, and turn off what keeps sites apart.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--font-render-hinting=none'],
    headless: true,
  })
}

/** A page of its own context; whatever it complains about (a refused style, a script's error) is kept in `complaints`. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  // Less than a test may take, so that what was waited for is named.
  context.setDefaultTimeout(20_000)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  return { page, complaints }
}

/** Runs axe over the page as it stands, with all rules of WCAG 2.2 AA or with some; empty is good. */
export async function axe(page: Page, rules?: readonly string[]): Promise<Finding[]> {
  // By the debugger's door, not as a script of the page: the page's own policy stays as strict as it is.
  if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(AXE)
  const runOnly = rules === undefined ? { type: 'tag', values: RULES } : { type: 'rule', values: rules }
  const options = JSON.stringify({ runOnly, resultTypes: ['violations'] })
  const { violations } = (await page.evaluate(`axe.run(document, ${options})`)) as { violations: Violation[] }
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary ?? help}`),
  )
}

interface Violation {
  readonly id: string
  readonly help: string
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[]
}

/** By how many pixels the page is wider than the window; 0 is good. */
export async function overflow(page: Page): Promise<number> {
  return (await page.evaluate(
    'Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)',
  )) as number
}
