/** The commands about PGP keys. */
import type { Command } from 'commander'
import { type Act, withExamples } from '../action.ts'
import { named } from './arguments.ts'

export function addPgp(program: Command, act: Act): void {
  const pgp = program
    .command('pgp')
    .description("PGP keys: ours open encrypted files, senders' prove who signed.")
  withExamples(
    pgp
      .command('new')
      .description('Make a key for a customer and print its public part, to be given to whoever sends files.')
      .option('--account <slug>', 'whose files it opens')
      .option('--json', 'print the key as JSON')
      .action(
        act(async ({ context, json }, { account }: { account?: string }) =>
          (await import('../pgp.ts')).newPgpKey(context(), { account: named(account), json }),
        ),
      ),
    'rollcall pgp new --account acme > acme-rollcall.asc',
  )
  withExamples(
    pgp
      .command('add <file>')
      .description("Add a sender's public key, or a private key of ours without passphrase; `-` reads stdin.")
      .option('--account <slug>', 'whose files it is for')
      .option('--json', 'print the key as JSON')
      .action(
        act(async ({ context, json }, path: string, { account }: { account?: string }) =>
          (await import('../pgp.ts')).addPgpKey(context(), { account: named(account), path, json }),
        ),
      ),
    'gpg --armor --export hr@acme.example | rollcall pgp add --account acme -',
  )
  withExamples(
    pgp
      .command('list')
      .description('List the keys.')
      .option('--account <slug>', 'of one customer only')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, options: { account?: string }) =>
          (await import('../pgp.ts')).listPgpKeys(context(), { ...options, json }),
        ),
      ),
    'rollcall pgp list --account acme',
  )
  withExamples(
    pgp
      .command('show <fingerprint>')
      .description('Print the public key.')
      .action(
        act(async ({ context }, fingerprint: string) =>
          (await import('../pgp.ts')).showPgpKey(context(), fingerprint),
        ),
      ),
    'rollcall pgp show 6A1F… > acme-rollcall.asc',
  )
  withExamples(
    pgp
      .command('revoke <fingerprint>')
      .description('End the use of a key.')
      .option('--json', 'print the key as JSON')
      .action(
        act(async ({ context, json }, fingerprint: string) =>
          (await import('../pgp.ts')).revokePgpKey(context(), fingerprint, { json }),
        ),
      ),
    'rollcall pgp revoke 6A1F…',
  )
}
