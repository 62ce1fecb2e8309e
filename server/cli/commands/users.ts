/** The commands about people who sign in, tokens of programs, and what all of them did. */
import type { Command } from 'commander'
import { type Act, withExamples } from '../action.ts'

export function addUsers(program: Command, act: Act): void {
  addPeople(program, act)
  addTokens(program, act)
  addAudit(program, act)
}

function addPeople(program: Command, act: Act): void {
  const user = program.command('user').description('People who sign in to the pages.')
  withExamples(
    user
      .command('add <email>')
      .description('Let somebody in. Prints a link, good once and for a week, to choose a password by.')
      .option('--name <name>', 'what others see (default: the address)')
      .option('--account <slug>', 'the account they work in')
      .option('--role <role>', 'viewer, data_admin or account_admin (default: viewer)')
      .option('--operator', 'for the whole server')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, email: string, options: UserOptions) =>
          (await import('../users.ts')).addUser(context(), { email, ...options, json }),
        ),
      ),
    'rollcall user add ada@example.org --operator',
    'rollcall user add eve@acme.example --account acme --role data_admin',
  )
  withExamples(
    user
      .command('list')
      .description('List who signs in.')
      .option('--account <slug>', 'only those with a role there')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, options: { account?: string }) =>
          (await import('../users.ts')).listUsers(context(), { ...options, json }),
        ),
      ),
    'rollcall user list',
  )
  withExamples(
    user
      .command('role <email> <role>')
      .description('Give a role in an account; `none` takes it away. `operator` is for the whole server.')
      .option('--account <slug>', 'where')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, email: string, role: string, options: { account?: string }) =>
          (await import('../users.ts')).setRole(context(), email, role, { ...options, json }),
        ),
      ),
    'rollcall user role eve@acme.example account_admin --account acme',
  )
  withExamples(
    user
      .command('remove <email>')
      .description('Let somebody in no more. Their sessions end at once.')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, email: string) =>
          (await import('../users.ts')).removeUser(context(), email, { json }),
        ),
      ),
    'rollcall user remove eve@acme.example',
  )
  withExamples(
    user
      .command('reset <email>')
      .description('End the password, the second factor and the sessions of somebody; prints a new link.')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, email: string) =>
          (await import('../users.ts')).resetUser(context(), email, { json }),
        ),
      ),
    'rollcall user reset eve@acme.example',
  )
}

function addTokens(program: Command, act: Act): void {
  const token = program.command('token').description('Tokens by which programs call the API.')
  withExamples(
    token
      .command('add <name>')
      .description('Make a token. It is printed once, on stdout.')
      .option('--account <slug>', 'for one account; otherwise for the whole server')
      .option('--role <role>', 'viewer, data_admin or account_admin (default: viewer)')
      .option('--write', 'it may also change things')
      .option('--days <days>', 'until it ends (default: 90)')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, name: string, options: TokenOptions) =>
          (await import('../tokens.ts')).addToken(context(), { name, ...options, json }),
        ),
      ),
    'rollcall token add nightly --account acme --role data_admin --write > token.txt',
  )
  withExamples(
    token
      .command('list')
      .description('List them, newest first.')
      .option('--account <slug>', 'only those of one account')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, options: { account?: string }) =>
          (await import('../tokens.ts')).listTokens(context(), { ...options, json }),
        ),
      ),
    'rollcall token list',
  )
  withExamples(
    token
      .command('revoke <id>')
      .description('End a token at once.')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, id: string) =>
          (await import('../tokens.ts')).revokeToken(context(), id, { json }),
        ),
      ),
    'rollcall token revoke 8sD2kQ0vWm1x',
  )
}

function addAudit(program: Command, act: Act): void {
  const audit = program.command('audit').description('Who did what and when.')
  withExamples(
    audit
      .command('list')
      .description('List the last entries, newest first.')
      .option('--account <slug>', 'only of one account')
      .option('--limit <number>', 'so many (default: 50)')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, options: { account?: string; limit?: string }) =>
          (await import('../audit.ts')).listAudit(context(), { ...options, json }),
        ),
      ),
    'rollcall audit list --account acme',
  )
  withExamples(
    audit
      .command('verify')
      .description('Go through all entries and say whether each is as it was written.')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }) => (await import('../audit.ts')).verifyAudit(context(), { json })),
      ),
    'rollcall audit verify',
  )
}

export interface UserOptions {
  readonly name?: string
  readonly account?: string
  readonly role?: string
  readonly operator?: true
}

export interface TokenOptions {
  readonly account?: string
  readonly role?: string
  readonly write?: true
  readonly days?: string
}
