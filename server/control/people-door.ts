/** What can be asked about people who sign in, programs that call, and what all of them did. */
import type { Audit } from '../../keys/audit.ts'
import type { People } from '../../keys/people/people.ts'
import type { Tokens } from '../../keys/people/tokens.ts'
import type {
  AccountRole,
  AuditPage,
  AuditPlace,
  AuditVerdict,
  Invitation,
  MadeToken,
  NewToken,
  NewUser,
  Token,
  User,
} from '../../schemas/people.ts'

export interface PeopleDoor {
  /** With a link by which they choose a password. Throws `USER_INVALID`, `USER_EXISTS`, `ACCOUNT_UNKNOWN`. */
  addUser(user: NewUser): Promise<Invitation>
  /** Everybody, or those with a role in an account. */
  listUsers(account: string | null): Promise<User[]>
  /** By address or id. Throws `USER_UNKNOWN`. */
  user(key: string): Promise<User>
  /** Null takes the role away. Throws `USER_UNKNOWN`, `ACCOUNT_UNKNOWN`. */
  setRole(user: string, account: string, role: AccountRole | null): Promise<User>
  setOperator(user: string, isOperator: boolean): Promise<User>
  removeUser(user: string): Promise<User>
  /** Ends what they had, and answers a link by which they choose a new password. */
  resetUser(user: string): Promise<Invitation>
  /** Throws `TOKEN_INVALID`, `ACCOUNT_UNKNOWN`. */
  addToken(token: NewToken, by: string): Promise<MadeToken>
  listTokens(account: string | null): Promise<Token[]>
  /** Throws `TOKEN_UNKNOWN`. */
  revokeToken(id: string): Promise<Token>
  /** Newest first; of one account, or everything. */
  auditLog(account: string | null, place: AuditPlace): Promise<AuditPage>
  verifyAudit(): Promise<AuditVerdict>
}

export function createPeopleDoor(deps: { people: People; tokens: Tokens; audit: Audit }): PeopleDoor {
  const { people, tokens, audit } = deps
  return {
    addUser: (user) => people.add(user),
    listUsers: (account) => people.list(account),
    user: (key) => people.find(key),
    setRole: (user, account, role) => people.setRole(user, account, role),
    setOperator: (user, isOperator) => people.setOperator(user, isOperator),
    removeUser: (user) => people.remove(user),
    resetUser: (user) => people.reset(user),
    addToken: (token, by) => tokens.add(token, by),
    listTokens: (account) => tokens.list(account),
    revokeToken: (id) => tokens.revoke(id),
    auditLog: (account, place) => audit.list(account, place),
    verifyAudit: () => audit.verify(),
  }
}
