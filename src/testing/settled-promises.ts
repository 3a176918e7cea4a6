/**
 * Resolves when no promise is left that could settle by itself. Node runs its next tick after that, at once
 * and at little cost; elsewhere so many turns have to do: long enough for five sealed messages sent in one
 * moment (some ten awaits each). What waits for the outside world is not waited for.
 */
export const settledPromises: () => Promise<void> = nextTick() ?? manyTurns;

function nextTick(): (() => Promise<void>) | undefined {
  const node = (globalThis as { readonly process?: { readonly nextTick?: (run: () => void) => void } }).process;
  if (node?.nextTick === undefined) return undefined;
  const { nextTick: tick } = node;
  // A tick that is asked for outside of a promise would come before the promises.
  return () => Promise.resolve().then(() => new Promise<void>((resolve) => tick(resolve)));
}

async function manyTurns(): Promise<void> {
  for (let turn = 0; turn < 200; turn++) await Promise.resolve();
}
