/** Forms in which the contract is given to programs. */
export const CONTRACT_FORMATS = ['json-schema', 'frictionless'] as const
export type ContractFormat = (typeof CONTRACT_FORMATS)[number]
