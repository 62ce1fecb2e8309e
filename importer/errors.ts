/** The errors that come out of the importer's door; the catalogue itself is a contract and lives in `schemas`. */
export { ERRORS, type ErrorCode, ImportError, problemOf } from '../schemas/errors.ts'
