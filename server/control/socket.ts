/** Where the control socket is, and opening it so that only its owner can reach it. */

import { once } from 'node:events'
import { mkdtempSync, rmdirSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** Room that a path has in `sockaddr_un`: 104 on macOS and the BSDs, 108 on Linux, with the zero at its end. */
const PATH_BYTES_MAX = 103

/** A place for the socket: in the data directory, or where that lies too deep, in a folder of its own elsewhere. */
export function placeSocket(dataDir: string): string {
  const path = join(dataDir, 'control.sock')
  if (Buffer.byteLength(path) <= PATH_BYTES_MAX) return path
  return join(mkdtempSync(join(tmpdir(), 'rollcall-')), 'control.sock')
}

/** Listens on the path, over what a killed server left there. Only whoever holds the data directory's lock may. */
export async function listenOn(server: Server, path: string): Promise<void> {
  rmSync(path, { force: true })
  // The file is made within this call; a chmod after it would leave a moment in which others could connect.
  const umask = process.umask(0o177)
  try {
    server.listen(path)
  } finally {
    process.umask(umask)
  }
  await once(server, 'listening')
}

/** Takes the socket away, with the folder that was made for it. */
export function removeSocket(dataDir: string, path: string): void {
  rmSync(path, { force: true })
  if (dirname(path) === dataDir) return
  try {
    rmdirSync(dirname(path))
  } catch {
    // Gone already, or somebody put something into it: then it is not ours to remove.
  }
}
