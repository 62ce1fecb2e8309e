/** What pages load, from this server alone: read once, named by its content so that browsers may keep it for good. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { brotliCompressSync } from 'node:zlib'

export interface Asset {
  readonly path: string
  readonly type: string
  readonly bytes: Buffer<ArrayBuffer>
  /** Null where packing wins nothing. */
  readonly brotli: Buffer<ArrayBuffer> | null
}

const require = createRequire(import.meta.url)
const own = (name: string) => readFileSync(new URL(`../assets/${name}`, import.meta.url))
const FONT = 'font/woff2'
const SCRIPT = 'text/javascript; charset=utf-8'

const htmx = asset('htmx.js', SCRIPT, readFileSync(require.resolve('htmx.org/dist/htmx.min.js')))
const latin = asset('inter-latin.woff2', FONT, own('inter-latin.woff2'))
const latinExt = asset('inter-latin-ext.woff2', FONT, own('inter-latin-ext.woff2'))
const js = asset('app.js', SCRIPT, own('app.js'))
const icon = asset('icon.svg', 'image/svg+xml', own('icon.svg'))
// The style sheet names the fonts, whose addresses hold their content.
const css = asset(
  'app.css',
  'text/css; charset=utf-8',
  Buffer.from(
    own('app.css')
      .toString()
      .replace('/assets/inter-latin.woff2', latin.path)
      .replace('/assets/inter-latin-ext.woff2', latinExt.path),
  ),
)

/** Where each of them is. */
export const ASSETS = {
  css: css.path,
  js: js.path,
  htmx: htmx.path,
  font: latin.path,
  icon: icon.path,
} as const

const BY_PATH = new Map([css, js, htmx, latin, latinExt, icon].map((one) => [one.path, one]))

/** By its path; undefined for what is not there. */
export function assetAt(path: string): Asset | undefined {
  return BY_PATH.get(path)
}

function asset(name: string, type: string, bytes: Buffer<ArrayBuffer>): Asset {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 12)
  const brotli = type.startsWith('font/') ? null : brotliCompressSync(bytes)
  return { path: `/assets/${hash}/${name}`, type, bytes, brotli }
}
