/** The commands about the keys by which customers come in. */
import type { Command } from 'commander'
import { type Act, withExamples } from '../action.ts'
import { named } from './arguments.ts'

export function addKeys(program: Command, act: Act): void {
  const key = program.command('key').description('SSH public keys that may deliver files.')
  withExamples(
    key
      .command('add <file>')
      .description('Let a public key in OpenSSH format deliver files; `-` reads it from stdin.')
      .option('--account <slug>', 'whose key it is')
      .option('--json', 'print the key as JSON')
      .action(
        act(async ({ context, json }, path: string, options: { account?: string }) => {
          const key = { account: named(options.account), path, json }
          return (await import('../keys.ts')).addKey(context(), key)
        }),
      ),
    'rollcall key add --account acme id_ed25519.pub',
    'ssh-add -L | head -1 | rollcall key add --account acme -',
  )
  withExamples(
    key
      .command('list')
      .description('List the keys.')
      .option('--account <slug>', 'of one customer only')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, options: { account?: string }) =>
          (await import('../keys.ts')).listKeys(context(), { ...options, json }),
        ),
      ),
    'rollcall key list --account acme',
  )
  withExamples(
    key
      .command('revoke <fingerprint>')
      .description('End the use of a key.')
      .option('--json', 'print the key as JSON')
      .action(
        act(async ({ context, json }, fingerprint: string) =>
          (await import('../keys.ts')).revokeKey(context(), fingerprint, { json }),
        ),
      ),
    'rollcall key revoke SHA256:h7Vt…',
  )
}
