import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'

/** The version in `package.json`, which lies further up in a package than in a checkout. */
export function ownVersion(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const path = join(folder, 'package.json')
    if (existsSync(path))
      return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(path, 'utf8'))).version
    if (folder === dirname(folder)) throw new Error('package.json is missing from the installation')
  }
}
