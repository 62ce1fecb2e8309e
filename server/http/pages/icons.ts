/** Small signs, drawn with the colour of the text beside them. They say nothing that no word says as well. */
import { raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'

const PATHS = {
  brand: '<path d="M4 5h10M4 10h7M4 15h5"/><path d="m12.5 14.2 2.2 2.3 4.3-5"/>',
  overview: '<path d="M3 10.5 10 4l7 6.5"/><path d="M5 9v7h10V9"/>',
  imports: '<path d="M10 3v9m0 0 3.5-3.5M10 12 6.5 8.5"/><path d="M4 14v3h12v-3"/>',
  review: '<path d="M4 5h12M4 10h6M4 15h4"/><path d="m11.5 14 2 2 3.5-4"/>',
  employees:
    '<circle cx="8" cy="7" r="3"/><path d="M2.5 16.5c.6-3 2.700-4.500 5.500-4.500s4.900 1.500 5.500 4.500"/><path d="M13 4.500a3 3 0 0 1 0 5M15 12.500c1.500.6 2.300 2 2.600 4"/>',
  charts: '<path d="M3.500 16.500h13"/><path d="M6 13.500V9M10 13.500V4.500M14 13.500V7"/>',
  sources:
    '<ellipse cx="10" cy="5" rx="6" ry="2.300"/><path d="M4 5v5c0 1.300 2.700 2.300 6 2.300s6-1 6-2.300V5M4 10v5c0 1.300 2.700 2.300 6 2.300s6-1 6-2.300v-5"/>',
  settings:
    '<path d="M3 6h8M15 6h2M3 14h2M9 14h8"/><circle cx="13" cy="6" r="2"/><circle cx="7" cy="14" r="2"/>',
  good: '<path d="m4 10.500 4 4 8-9"/>',
  warn: '<path d="M10 4v7"/><path d="M10 15v.5"/>',
  bad: '<path d="m5.500 5.500 9 9m0-9-9 9"/>',
  wait: '<path d="M7 5v10M13 5v10"/>',
  work: '<path d="M16 10a6 6 0 1 1-2-4.500"/><path d="M14.500 2.500v3.300h-3.300"/>',
  neutral: '<path d="M5 10h10"/>',
  late: '<circle cx="10" cy="10" r="6.500"/><path d="M10 6v4.200l2.700 1.600"/>',
  file: '<path d="M6 3h5.500L15 6.500V17H6z"/><path d="M11 3v4h4"/>',
  search: '<circle cx="9" cy="9" r="5"/><path d="m13 13 4 4"/>',
} as const
export type IconName = keyof typeof PATHS

export function icon(name: IconName, spins = false): HtmlEscapedString {
  const turn = spins ? ' class="spin"' : ''
  return raw(
    `<svg${turn} viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${PATHS[name]}</svg>`,
  )
}
