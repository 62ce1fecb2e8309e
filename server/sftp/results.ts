/**
 * `/results`: what came of a customer's files, to be read and not to be written. A name is looked up in the
 * folder's own listing and nothing else is ever opened, so no name can lead anywhere.
 */
import { constants, lstatSync, type Stats } from 'node:fs'
import { type FileHandle, open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Attributes, FILE_TYPE } from './attributes.ts'
import { noSuchFile } from './refusal.ts'

export interface ResultFile {
  readonly name: string
  readonly attributes: Attributes
}

export interface Results {
  list(): Promise<ResultFile[]>
  attributes(name: string): Promise<Attributes>
  open(name: string): Promise<{ handle: FileHandle; attributes: Attributes }>
}

/** Files looked at before everybody else has their turn again: less than a millisecond. */
const LOOKS_PER_TURN = 100

/** `directory` need not exist yet: then there are no results. */
export function createResults(directory: string): Results {
  let cached: { readonly mark: string; readonly names: ReadonlySet<string> } | undefined

  /** Kept while the folder is unchanged: clients ask for every file of a listing one by one. */
  async function names(): Promise<ReadonlySet<string>> {
    const folder = await stat(directory, { bigint: true }).catch(nullIfMissing)
    if (folder === null) return new Set()
    const mark = `${folder.ino} ${folder.mtimeNs} ${folder.ctimeNs}`
    // Hidden names belong to files that are being written.
    if (cached?.mark !== mark) {
      cached = { mark, names: new Set((await readdir(directory)).filter((name) => !name.startsWith('.'))) }
    }
    return cached.names
  }

  async function pathOf(name: string): Promise<string> {
    if (!(await names()).has(name)) throw noSuchFile()
    return join(directory, name)
  }

  /** Looked up at once: handing ten thousand questions to other threads takes five times as long as answering them. */
  function attributesOf(name: string): Attributes | null {
    const found = lstatSync(join(directory, name), { throwIfNoEntry: false })
    return found?.isFile() ? attributesFrom(found) : null
  }

  return {
    async list() {
      const listed: ResultFile[] = []
      for (const [turn, name] of [...(await names())].sort().entries()) {
        if (turn % LOOKS_PER_TURN === LOOKS_PER_TURN - 1) await nextTurn()
        const attributes = attributesOf(name)
        if (attributes !== null) listed.push({ name, attributes })
      }
      return listed
    },

    async attributes(name) {
      await pathOf(name)
      const attributes = attributesOf(name)
      if (attributes === null) throw noSuchFile()
      return attributes
    },

    async open(name) {
      const path = await pathOf(name)
      const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
        nullIfMissing,
      )
      if (handle === null) throw noSuchFile()
      const found = await handle.stat()
      if (found.isFile()) return { handle, attributes: attributesFrom(found) }
      await handle.close()
      throw noSuchFile()
    },
  }
}

function attributesFrom(found: Stats): Attributes {
  return {
    mode: FILE_TYPE | 0o400,
    size: found.size,
    accessed: Math.floor(found.atimeMs / 1_000),
    modified: Math.floor(found.mtimeMs / 1_000),
  }
}

/** ELOOP is what opening a link answers here. */
function nullIfMissing(error: unknown): null {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT' || code === 'ELOOP' || code === 'ENOTDIR') return null
  throw error
}
