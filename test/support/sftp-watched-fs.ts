/**
 * The real file system, watched: every step that matters for durability is written down as it happens, and a test
 * may make one of them fail the way a disk does.
 */

import type { FileHandle } from 'node:fs/promises'
import * as nodeFs from 'node:fs/promises'
import type { DurableFs } from '../../server/intake.ts'

/** `sync <path>`, `rename <from> <to>`, `write <path>`, … */
export type Step = string

export interface WatchedFs {
  readonly fs: DurableFs
  readonly steps: Step[]
  /** Makes steps that look like this fail with a system error, until told otherwise. */
  fail(step: RegExp | null, code?: string): void
}

export function watchFs(): WatchedFs {
  const steps: Step[] = []
  let failing: { step: RegExp; code: string } | null = null

  function step(text: Step): void {
    steps.push(text)
    if (failing?.step.test(text)) throw systemError(failing.code)
  }

  function watched(handle: FileHandle, path: string): FileHandle {
    return new Proxy(handle, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target)
        if (typeof value !== 'function') return value
        const verb = VERBS[String(name)]
        return async (...args: unknown[]) => {
          if (verb) step(`${verb} ${path}`)
          return value.apply(target, args)
        }
      },
    })
  }

  const fs: DurableFs = {
    async open(path, flags, mode) {
      step(`open ${path}`)
      return watched(await nodeFs.open(path, flags, mode), String(path))
    },
    async rename(from, to) {
      step(`rename ${from} ${to}`)
      await nodeFs.rename(from, to)
    },
    // As it is: nothing depends on when a folder is made, and its durability is seen by the sync of its parent.
    mkdir: nodeFs.mkdir,
    async rm(path, options) {
      step(`rm ${path}`)
      await nodeFs.rm(path, options)
    },
  }

  return {
    fs,
    steps,
    fail(which, code = 'EIO') {
      failing = which === null ? null : { step: which, code }
    },
  }
}

const VERBS: Readonly<Record<string, string>> = {
  sync: 'sync',
  writev: 'write',
  writeFile: 'write',
  close: 'close',
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: as a disk would say`), { code, syscall: 'test' })
}
