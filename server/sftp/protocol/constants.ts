/** Numbers of SFTP version 3 (draft-ietf-secsh-filexfer-02), the version that every client speaks. */

export const VERSION = 3

/** Packet types. */
export const TYPE = {
  INIT: 1,
  VERSION: 2,
  OPEN: 3,
  CLOSE: 4,
  READ: 5,
  WRITE: 6,
  LSTAT: 7,
  FSTAT: 8,
  SETSTAT: 9,
  FSETSTAT: 10,
  OPENDIR: 11,
  READDIR: 12,
  REMOVE: 13,
  MKDIR: 14,
  RMDIR: 15,
  REALPATH: 16,
  STAT: 17,
  RENAME: 18,
  READLINK: 19,
  SYMLINK: 20,
  STATUS: 101,
  HANDLE: 102,
  DATA: 103,
  NAME: 104,
  ATTRS: 105,
  EXTENDED: 200,
  EXTENDED_REPLY: 201,
} as const

/** Status codes. */
export const STATUS = {
  OK: 0,
  EOF: 1,
  NO_SUCH_FILE: 2,
  PERMISSION_DENIED: 3,
  FAILURE: 4,
  BAD_MESSAGE: 5,
  OP_UNSUPPORTED: 8,
} as const
export type Status = (typeof STATUS)[keyof typeof STATUS]

/** Flags of OPEN. */
export const OPEN_FLAG = { READ: 1, WRITE: 2, APPEND: 4, CREAT: 8, TRUNC: 16, EXCL: 32 } as const

/** Which fields an attribute block has. */
export const ATTR_FLAG = { SIZE: 1, UIDGID: 2, PERMISSIONS: 4, ACMODTIME: 8, EXTENDED: 0x80000000 } as const

/** Longest packet, its length field not counted. What OpenSSH's server takes as well. */
export const PACKET_MAX = 256 * 1024
/** Most bytes of a file in one READ or WRITE: a packet, less room for the fields around it. */
export const DATA_MAX = PACKET_MAX - 1024
