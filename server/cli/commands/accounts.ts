/** The commands about customers. */
import type { Command } from 'commander'
import { type Act, withExamples } from '../action.ts'
import { addNotify } from './notify.ts'

export function addAccounts(program: Command, act: Act): void {
  const account = program.command('account').description('Customers.')
  withExamples(
    account
      .command('add <slug>')
      .description('Add a customer. The slug is also the SFTP user name.')
      .option('--name <name>', 'the name that people read (default: the slug)')
      .option(
        '--timezone <zone>',
        'decides which day is today for them, for example Europe/Berlin (default: UTC)',
      )
      .option('--json', 'print the account as JSON')
      .action(
        act(async ({ context, json }, slug: string, options: { name?: string; timezone?: string }) =>
          (await import('../accounts.ts')).addAccount(context(), {
            slug,
            ...options,
            json,
          }),
        ),
      ),
    'rollcall account add acme --name "Acme GmbH" --timezone Europe/Berlin',
  )
  withExamples(
    account
      .command('list')
      .description('List the customers.')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }) => (await import('../accounts.ts')).listAccounts(context(), { json })),
      ),
    'rollcall account list',
  )
  withExamples(
    account
      .command('password <slug>')
      .description('Let a customer log in with a password, which comes in on stdin, besides its keys.')
      .option('--off', 'with keys only')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, slug: string, { off }: { off?: true }) =>
          (await import('../passwords.ts')).setPassword(context(), slug, { isOff: off === true, json }),
        ),
      ),
    'openssl rand -base64 24 | tee password.txt | rollcall account password acme',
    'rollcall account password acme --off',
  )
  addNotify(account, act)
}
