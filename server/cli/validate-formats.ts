/** How `validate` can answer. Apart from the command itself, so that the help needs to load nothing else. */
export const VALIDATE_FORMATS = ['text', 'json', 'lines', 'sarif'] as const
export type ValidateFormat = (typeof VALIDATE_FORMATS)[number]
