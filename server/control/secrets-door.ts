/** What the command line can ask about the master key, and the same at the other end of the control socket. */
import { z } from 'zod'
import type { SecretRotator } from '../../keys/secret-rotation.ts'
import {
  type SecretKeys,
  type SecretRotation,
  secretKeysSchema,
  secretRotationSchema,
} from '../../schemas/secret-keys.ts'
import { type Ask, one } from './method.ts'

export interface SecretsDoor {
  readonly secrets: {
    /** Throws `SECRET_UNREADABLE`. */
    show(): Promise<SecretKeys>
    /** Begins a change of the master key, or goes on with one. Throws `SECRET_UNREADABLE`. */
    rotate(): Promise<SecretRotation>
  }
}

export function createSecretsDoor(rotator: SecretRotator): SecretsDoor {
  return { secrets: { show: () => rotator.show(), rotate: () => rotator.rotate() } }
}

export const SECRETS_METHODS = {
  'secrets.show': one(z.tuple([]), secretKeysSchema, ({ secrets }) => secrets.show()),
  'secrets.rotate': one(z.tuple([]), secretRotationSchema, ({ secrets }) => secrets.rotate()),
} as const

export function remoteSecrets(ask: Ask<typeof SECRETS_METHODS>): SecretsDoor['secrets'] {
  return { show: () => ask('secrets.show', []), rotate: () => ask('secrets.rotate', []) }
}
