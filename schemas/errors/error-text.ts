/** What the catalogue says of an error. */
export interface ErrorText {
  readonly message: string
  readonly fix: string
  /** Exit code of the command line: 1 failed, 2 usage, 5 not reachable, 6 denied. */
  readonly exit: 1 | 2 | 5 | 6
}
