/** Why a mutant may live on: `lines` are mutants as asLine writes them, or expressions that they match. */
export type Reason = { readonly why: string; readonly mutants: readonly (string | RegExp)[] };

export const reasons: readonly Reason[] = [
];

export function reasonFor(line: string): Reason | undefined {
  return reasons.find(({ mutants }) => mutants.some((mutant) => (typeof mutant === 'string' ? mutant === line : mutant.test(line))));
}
