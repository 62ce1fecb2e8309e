/**
 * The one place where bytes that a client calls a path get a meaning. There are four folders and no others; a name
 * in them is data. Nothing here ever becomes a path on the disk.
 */
import { failed, type Refusal } from './refusal.ts'

declare const canonical: unique symbol
/** Absolute, without `.`, `..` and empty parts, valid Unicode, no control characters. Only `canonicalPath` makes one. */
export type CanonicalPath = string & { readonly [canonical]: true }

/** Folders into which a client may write. */
export const UPLOAD_FOLDERS = ['/', '/inbox', '/test'] as const
export type UploadFolder = (typeof UPLOAD_FOLDERS)[number]
export const RESULTS = '/results'
export type Folder = UploadFolder | typeof RESULTS

/** A name in a folder. `key` is what is compared: macOS sends accents as marks of their own. */
export interface Place {
  readonly folder: Folder
  readonly name: string
  readonly key: string
}

/** Where a path leads. */
export type Location =
  | { readonly kind: 'folder'; readonly folder: Folder }
  | ({ readonly kind: 'name' } & Place)
  | { readonly kind: 'nowhere' }

const PATH_BYTES_MAX = 4096
const NAME_BYTES_MAX = 255
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
/** Control characters, and those that turn the direction of text: they make a name look like another one. */
const UNSHOWABLE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u

/** Throws a `Refusal` on bytes that cannot be a path here. */
export function canonicalPath(bytes: Uint8Array): CanonicalPath {
  if (bytes.length > PATH_BYTES_MAX) throw failed('the path is too long')
  const parts: string[] = []
  for (const part of decode(bytes).split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  for (const part of parts) {
    if (Buffer.byteLength(part) > NAME_BYTES_MAX) throw failed('the name is too long')
  }
  // Checked and normalised just now: the one place that may claim it.
  return `/${parts.join('/')}` as CanonicalPath
}

/** What a canonical path stands for. */
export function locate(path: CanonicalPath): Location {
  const folder = folderOf(path)
  if (folder) return { kind: 'folder', folder }
  const cut = path.lastIndexOf('/')
  const parent = folderOf(path.slice(0, cut) || '/')
  if (!parent) return { kind: 'nowhere' }
  return { kind: 'name', ...placeIn(parent, path.slice(cut + 1)) }
}

/** A name, as it came out of a canonical path, in its folder. */
export function placeIn<F extends Folder>(folder: F, name: string): Place & { readonly folder: F } {
  return { folder, name, key: `${folder}\n${name.normalize('NFC')}` }
}

/** What an upload into the folder is for. */
export function modeOf(folder: UploadFolder): 'apply' | 'dry_run' {
  return folder === '/test' ? 'dry_run' : 'apply'
}

function folderOf(path: string): Folder | undefined {
  return path === RESULTS ? RESULTS : UPLOAD_FOLDERS.find((folder) => folder === path)
}

function decode(bytes: Uint8Array): string {
  const text = decodeUtf8(bytes)
  if (text === null) throw unusable('is not UTF-8')
  if (UNSHOWABLE.test(text)) throw unusable('holds characters that cannot be shown')
  return text
}

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return UTF8.decode(bytes)
  } catch {
    return null
  }
}

function unusable(problem: string): Refusal {
  return failed(`the name ${problem}`)
}
