/**
 * Resolves when no promise is left that could settle by itself; to be asked for by one. Node runs its next tick
 * after that, at once and at little cost; elsewhere so many turns have to do: long enough for five sealed
 * messages sent in one moment (some ten awaits each). What waits for the outside world is not waited for.
 */
export const settledPromises: () => Promise<void> = nextTick() ?? manyTurns;

function nextTick(): (() => Promise<void>) | undefined {
  const tick = (globalThis as { readonly process?: { readonly nextTick?: (run: () => void) => void } }).process?.nextTick;
  if (tick === undefined) return undefined;
  const atNextTick = (resolve: () => void): void => tick(resolve);
  return () => new Promise<void>(atNextTick);
}

async function manyTurns(): Promise<void> {
  for (let turn = 0; turn < 200; turn++) await Promise.resolve();
}
