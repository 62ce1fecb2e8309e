/** Connections as the command line asks for them: the importer's door, and the address of the consent page. */
import { ImportError } from '../../importer/errors.ts'
import type { Connecting, Hris } from '../../importer/types.ts'

type Kept =
  | 'readAccess'
  | 'list'
  | 'show'
  | 'finalise'
  | 'sync'
  | 'setAutoSync'
  | 'configure'
  | 'pause'
  | 'resume'
  | 'disconnect'
  | 'mappings'
  | 'mappable'
  | 'proposeMapping'
  | 'useMapping'
  | 'revertMapping'

/** A connection that was given access, or waits for somebody on the page. */
export interface Connected {
  readonly connection: Connecting['connection']
  /** Where somebody consents; null where nobody must. */
  readonly page: string | null
}

export interface HrisDoor extends Pick<Hris, Kept> {
  connect(...given: Parameters<Hris['connect']>): Promise<Connected>
  reauthorize(...given: Parameters<Hris['reauthorize']>): Promise<Connected>
  /** Does what is due now; in a command, which ends afterwards, to its end. */
  work(): Promise<null>
}

export interface HrisDoorDeps {
  readonly hris: Hris
  /** Where the pages are found; null in a command, which serves none. */
  readonly publicUrl: (() => string) | null
}

export function createHrisDoor({ hris, publicUrl }: HrisDoorDeps): HrisDoor {
  const shown = ({ connection, ticket }: Connecting): Connected => ({
    connection,
    page: ticket === null || publicUrl === null ? null : `${publicUrl()}/connect/${ticket}`,
  })
  return {
    readAccess: (kind) => hris.readAccess(kind),
    list: (slug) => hris.list(slug),
    show: (slug, source) => hris.show(slug, source),
    finalise: (slug, source, word) => hris.finalise(slug, source, word),
    sync: (slug, source, word) => hris.sync(slug, source, word),
    setAutoSync: (slug, source, change) => hris.setAutoSync(slug, source, change),
    configure: (slug, source, change) => hris.configure(slug, source, change),
    pause: (slug, source) => hris.pause(slug, source),
    resume: (slug, source) => hris.resume(slug, source),
    disconnect: (slug, source) => hris.disconnect(slug, source),
    mappings: (slug, source) => hris.mappings(slug, source),
    mappable: (slug, source) => hris.mappable(slug, source),
    proposeMapping: (slug, source, proposal) => hris.proposeMapping(slug, source, proposal),
    useMapping: (slug, source, version) => hris.useMapping(slug, source, version),
    revertMapping: (slug, source, back) => hris.revertMapping(slug, source, back),

    async connect(slug, given) {
      if (given.kind === 'justworks') needServer(publicUrl)
      return shown(await hris.connect(slug, given))
    },
    async reauthorize(slug, source, secrets) {
      if ((await hris.show(slug, source)).kind === 'justworks') needServer(publicUrl)
      return shown(await hris.reauthorize(slug, source, secrets))
    },
    async work() {
      await hris.tick()
      if (publicUrl === null) await hris.idle()
      return null
    },
  }
}

/** Whoever consents comes back to a page of ours. */
function needServer(publicUrl: HrisDoorDeps['publicUrl']): void {
  if (publicUrl !== null) return
  const problem =
    'no server is running, and whoever authorises it comes back to a page of the server; start `rollcall serve` first'
  throw new ImportError('CONNECTION_INVALID', { problem })
}
