/** What is written down of connections: who did what to which, never a secret. */
import type { NewAuditEntry } from '../../keys/audit.ts'
import { DEFAULT_SOURCES } from '../../schemas/connection.ts'
import type { HrisDoor } from './hris-door.ts'

type Note = Pick<NewAuditEntry, 'account' | 'action' | 'object' | 'details'>
type Done = <T>(work: Promise<T>, note: (result: T) => Note) => Promise<T>

export function auditedHris(hris: HrisDoor, done: Done): HrisDoor {
  const note = (account: string, action: string, object: string, details?: Note['details']) => (): Note => ({
    ...{ account, action: `connection.${action}`, object },
    ...(details === undefined ? {} : { details }),
  })
  return {
    ...hris,
    connect: (account, given) => {
      const { kind, source = DEFAULT_SOURCES[kind], settings } = given
      const details = { kind, settings: Object.keys(settings) }
      return done(hris.connect(account, given), note(account, 'connect', source, details))
    },
    reauthorize: (account, source, secrets) =>
      done(
        hris.reauthorize(account, source, secrets),
        note(account, 'reauthorize', source, { hasNewCredentials: secrets !== null }),
      ),
    finalise: (account, source, word) =>
      done(hris.finalise(account, source, word), ({ id }) =>
        note(account, 'finalise', source, { run: id })(),
      ),
    sync: (account, source, word) =>
      done(hris.sync(account, source, word), ({ id }) => note(account, 'sync', source, { run: id })()),
    setAutoSync: (account, source, change) =>
      done(hris.setAutoSync(account, source, change), note(account, 'auto-sync', source, { on: change.on })),
    configure: (account, source, change) =>
      done(
        hris.configure(account, source, change),
        note(account, 'set', source, { settings: Object.keys(change) }),
      ),
    pause: (account, source) => done(hris.pause(account, source), note(account, 'pause', source)),
    resume: (account, source) => done(hris.resume(account, source), note(account, 'resume', source)),
    disconnect: (account, source) =>
      done(hris.disconnect(account, source), note(account, 'disconnect', source)),
    proposeMapping: (account, source, proposal) =>
      done(hris.proposeMapping(account, source, proposal), ({ version, run }) =>
        note(account, 'mapping-propose', source, { version, run: run.id })(),
      ),
    useMapping: (account, source, version) =>
      done(hris.useMapping(account, source, version), note(account, 'mapping', source, { version })),
    revertMapping: (account, source, back) =>
      done(hris.revertMapping(account, source, back), note(account, 'mapping', source, { backTo: back.to })),
  }
}
