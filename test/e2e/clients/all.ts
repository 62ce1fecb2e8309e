/** Every client that is tried. */
import type { Client } from './client.ts'
import { CURL } from './curl.ts'
import { LFTP } from './lftp.ts'
import { OPENSSH_SCP, OPENSSH_SFTP } from './openssh.ts'
import { ASYNCSSH_CLIENT, PARAMIKO_CLIENT } from './python.ts'
import { RCLONE } from './rclone.ts'
import { SSH2_SFTP_CLIENT } from './ssh2-sftp-client.ts'
import { SSHFS } from './sshfs.ts'

export const CLIENTS: readonly Client[] = [
  ...[OPENSSH_SFTP, OPENSSH_SCP, LFTP, RCLONE, SSHFS, CURL],
  ...[PARAMIKO_CLIENT, ASYNCSSH_CLIENT, SSH2_SFTP_CLIENT],
]
