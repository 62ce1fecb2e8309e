/**
 * A door that writes down what goes through it. Only what changes something, or gives employees' data out in bulk; and
 * of that only names, numbers and codes, never a value of a cell.
 */
import type { Audit } from '../../keys/audit.ts'
import { auditedHris } from './audited-hris.ts'
import { auditedParts, type Note } from './audited-parts.ts'
import type { Door } from './door.ts'

export interface AuditedBy {
  readonly audit: Pick<Audit, 'record'>
  /** Who acts. A decision that names somebody is written down as theirs. */
  readonly actor: string
  /** Id of the request, where it came over HTTP. */
  readonly request?: string
}

/** What was done is written down when it is done; what is given out, before its first byte. */
export function auditedDoor(door: Door, { audit, actor, request }: AuditedBy): Door {
  const write = (note: Note) =>
    audit.record({ ...note, actor, ...(request === undefined ? {} : { request }) })

  async function done<T>(work: Promise<T>, note: (result: T) => Note): Promise<T> {
    const result = await work
    await write(note(result))
    return result
  }

  async function* given<Chunk>(note: Note, chunks: () => AsyncIterable<Chunk>): AsyncGenerator<Chunk> {
    await write(note)
    yield* chunks()
  }

  return {
    ...door,
    ...auditedParts(door, done),
    addAccount: (account) =>
      done(door.addAccount(account), ({ slug }) => ({ account: slug, action: 'account.add', object: slug })),
    setSource: (account, name, change) =>
      done(door.setSource(account, name, change), () => ({
        ...{ account, action: 'source.set', object: name, details: { settings: Object.keys(change) } },
      })),
    deliver: (delivery, bytes) =>
      done(door.deliver(delivery, bytes), ({ id, mode, importType, size }) => ({
        ...{ account: delivery.account, action: 'import.deliver', object: id },
        details: { mode, importType, size },
      })),
    approve: (id, decision) =>
      done(door.approve(id, decision), ({ account, state }) => ({
        ...{ account, action: 'run.approve', object: id },
        details: { by: decision.by, state, isPart: decision.part !== undefined },
      })),
    discard: (id, decision) =>
      done(door.discard(id, decision), ({ account }) => ({
        ...{ account, action: 'run.discard', object: id, details: { by: decision.by } },
      })),
    undo: (id, decision) =>
      done(door.undo(id, decision), ({ account, id: run }) => ({
        ...{ account, action: 'run.undo', object: id, details: { by: decision.by, run } },
      })),
    merge: (account, keep, other, decision) =>
      done(door.merge(account, keep, other, decision), ({ id }) => ({
        ...{ account, action: 'employee.merge', object: id, details: { by: decision.by } },
      })),
    keepApart: (account, one, other, word) =>
      done(door.keepApart(account, one, other, word), () => ({
        ...{ account, action: 'employee.keep-apart', object: account, details: { by: word.by } },
      })),
    hris: auditedHris(door.hris, done),
    erase: (account, key) =>
      done(door.erase(account, key), ({ people, changes, files }) => ({
        ...{ account, action: 'employee.erase', object: people.join(' ') },
        details: { changes, files: files.length },
      })),
    ignoreMissing: (account, of, word) =>
      done(door.ignoreMissing(account, of, word), () => ({
        ...{ account, action: 'missing.ignore', object: of.source, details: { by: word.by } },
      })),
    // Labels are names of columns, not values of cells.
    renameDemographic: (account, label) =>
      done(door.renameDemographic(account, label), () => ({
        ...{ account, action: 'demographic.rename', object: label.from, details: { to: label.to } },
      })),
    deleteDemographic: (account, label) =>
      done(door.deleteDemographic(account, label), () => ({
        ...{ account, action: 'demographic.delete', object: label },
      })),
    addKey: (account, line, options) =>
      done(door.addKey(account, line, options), ({ fingerprint }) => ({
        ...{ account, action: 'key.add', object: fingerprint },
      })),
    revokeKey: (fingerprint, at) =>
      done(door.revokeKey(fingerprint, at), ({ slug }) => ({
        ...{ account: slug, action: 'key.revoke', object: fingerprint, details: { at: at ?? null } },
      })),
    setPassword: (account, password) =>
      done(door.setPassword(account, password), () => ({
        ...{
          account,
          action: password === null ? 'sftp-password.off' : 'sftp-password.set',
          object: account,
        },
      })),
    endConnection: (id) =>
      done(door.endConnection(id), ({ account }) => ({
        ...{ account, action: 'connection.end', object: String(id) },
      })),
    makeNextHostKey: (day) =>
      done(door.makeNextHostKey(day), ({ next }) => ({
        ...{ account: null, action: 'host-key.make', object: next?.fingerprint ?? '', details: { day } },
      })),
    rotateHostKey: () =>
      done(door.rotateHostKey(), ({ current }) => ({
        ...{ account: null, action: 'host-key.rotate', object: current.fingerprint },
      })),
    newPgpKey: (account) =>
      done(door.newPgpKey(account), ({ fingerprint }) => ({
        ...{ account, action: 'pgp-key.make', object: fingerprint },
      })),
    addPgpKey: (account, armored) =>
      done(door.addPgpKey(account, armored), ({ fingerprint }) => ({
        ...{ account, action: 'pgp-key.add', object: fingerprint },
      })),
    revokePgpKey: (fingerprint) =>
      done(door.revokePgpKey(fingerprint), ({ slug }) => ({
        ...{ account: slug, action: 'pgp-key.revoke', object: fingerprint },
      })),
    addUser: (user) =>
      done(door.addUser(user), ({ user: { email, isOperator, roles } }) => ({
        ...{ account: roles[0]?.account ?? null, action: 'user.add', object: email },
        details: { isOperator, roles: roles.map(({ account, role }) => `${account} ${role}`) },
      })),
    setRole: (user, account, role) =>
      done(door.setRole(user, account, role), ({ email }) => ({
        ...{ account, action: 'user.role', object: email, details: { role } },
      })),
    setOperator: (user, isOperator) =>
      done(door.setOperator(user, isOperator), ({ email }) => ({
        ...{ account: null, action: 'user.operator', object: email, details: { isOperator } },
      })),
    removeUser: (user) =>
      done(door.removeUser(user), ({ email }) => ({ account: null, action: 'user.remove', object: email })),
    resetUser: (user) =>
      done(door.resetUser(user), ({ user: { email } }) => ({
        ...{ account: null, action: 'user.reset', object: email },
      })),
    addToken: (token, by) =>
      done(door.addToken(token, by), ({ account, id, name, role, access, expiresAt }) => ({
        ...{ account, action: 'token.add', object: id, details: { name, role, access, expiresAt } },
      })),
    revokeToken: (id) =>
      done(door.revokeToken(id), ({ account, name }) => ({
        ...{ account, action: 'token.revoke', object: id, details: { name } },
      })),
    exportRoster: (account, options) =>
      given(
        {
          ...{ account, action: 'roster.export', object: account },
          details: { includeDeactivated: options.includeDeactivated, asOf: options.asOf ?? null },
        },
        () => door.exportRoster(account, options),
      ),
    report: (id, format) => reported(id, format),
  }

  /** Only the rejected rows hold what stood in the file. */
  async function* reported(...[id, format]: Parameters<Door['report']>): ReturnType<Door['report']> {
    if (format !== 'rejects') return yield* door.report(id, format)
    const { account } = await door.run(id)
    yield* given({ account, action: 'run.rejects', object: id }, () => door.report(id, format))
  }
}
