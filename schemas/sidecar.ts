/** Files that say that another one is complete: `people.csv.sha256` with its checksum, or an empty `people.csv.done`. */

export const SIDECAR_KINDS = ['.sha256', '.done'] as const
export type SidecarKind = (typeof SIDECAR_KINDS)[number]

/** What a source may demand. A checksum is always proof enough. */
export const SIDECAR_RULES = ['off', 'sha256', 'any'] as const
export type SidecarRule = (typeof SIDECAR_RULES)[number]

/** A checksum and a name need no more. */
export const SIDECAR_BYTES_MAX = 64 * 1024

/** Endings of what a source waits for, for people. */
export function sidecarWords(rule: SidecarRule): string {
  return rule === 'sha256' ? '.sha256' : '.sha256 or .done'
}

/** Name of the file that a sidecar speaks for; null for a name that is no sidecar's. */
export function sidecarOf(
  fileName: string,
): { readonly kind: SidecarKind; readonly fileName: string } | null {
  const kind = SIDECAR_KINDS.find((ending) => fileName.toLowerCase().endsWith(ending))
  return kind && fileName.length > kind.length ? { kind, fileName: fileName.slice(0, -kind.length) } : null
}

export type SidecarVerdict = { readonly fits: true } | { readonly fits: false; readonly problem: string }

/**
 * Whether a `.sha256` file speaks for these bytes. Read are the forms in use: the checksum alone, `checksum  name`
 * as sha256sum writes it, and `SHA256 (name) = checksum` as BSD does. `fileName` picks the line where there are
 * several.
 */
export function checkSha256Sidecar(text: string, actualHex: string, fileName?: string): SidecarVerdict {
  const lines = text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
  const sums = lines.map(sumOf)
  if (sums.length === 0 || sums.includes(null))
    return { fits: false, problem: 'it holds no SHA-256 checksum' }
  const known = sums.filter((sum) => sum !== null)
  const named = known.length === 1 ? known : known.filter(({ name }) => name === fileName)
  const [only, ...more] = named
  if (!only || more.length > 0)
    return { fits: false, problem: 'it holds several checksums, and none is clearly meant' }
  if (only.sum === actualHex.toLowerCase()) return { fits: true }
  return { fits: false, problem: 'the checksums differ' }
}

function sumOf(line: string): { sum: string; name: string } | null {
  const parts = /^\\?([0-9a-f]{64})(?:\s+\*?(.*\S))?\s*$/i.exec(line.trim())
  if (parts) return { sum: (parts[1] ?? '').toLowerCase(), name: baseName(parts[2] ?? '') }
  const tagged = /^SHA2?-?256\s*\((.+)\)\s*=\s*([0-9a-f]{64})$/i.exec(line.trim())
  return tagged ? { sum: (tagged[2] ?? '').toLowerCase(), name: baseName(tagged[1] ?? '') } : null
}

function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
}
