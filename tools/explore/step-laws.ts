import type { Econn, Input, Message, Output } from '../../src/econn/index.ts';
import { ms, type DurationMs } from '../../src/base/units.ts';
import { isBeyond, restore, sameOffer, save } from '../../src/econn/index.ts';

/**
 * What holds of every single step of an ECONN, whatever the world does: P5 (with {@link brokenByAge}), P6, P7,
 * P10, P11, P12, P18. The name of the first law that this step broke.
 */
export function brokenStepLaw(before: Econn, input: Input, after: Econn, outputs: readonly Output[], timers: number): string | undefined {
  const idle = after.state === 'idle';
  if (idle === timers > 0) return `P6 ${after.state} with ${String(timers)} deadlines`;
  const told = outputs.flatMap((output) => (output.type === 'notify' ? [output.event] : []));
  const opened = told.filter(({ type }) => type === 'incoming').length + (input.type === 'start' && before.state === 'idle' ? 1 : 0);
  const closed = told.filter(({ type }) => type === 'closed').length;
  if (Number(before.state !== 'idle') + opened - closed !== Number(!idle)) return `P7 ${before.state} → ${after.state} with ${String(opened)} opened and ${String(closed)} closed`;
  if (told.filter(({ type }) => type === 'missed').length > 1) return 'P7 missed twice';
  const said = outputs.flatMap((output) => (output.type === 'send' ? [output.message] : []));
  if (said.some((message) => isNewOffer(message) && !isBeyond(message.offer!, before.memory.ledger.own) && message.offer!.counter !== before.memory.call?.sent?.offer?.counter)) return 'P10 an offer with a number that was used';
  if (said.some((message) => message.type === 'CANCEL' && message.call?.device === after.memory.self.device && isBeyond(message.call, after.memory.ledger.own) && message.call.incarnation === after.memory.ledger.own.incarnation)) return 'P11 CANCEL of an offer that was never made';
  if (before.state === 'idle' && input.type === 'receive' && said.some(({ type }) => type !== 'CANCEL')) return 'P12 idle says more than CANCEL';
  if (prolongsRing(before, after, outputs)) return 'P5 a ring begins anew';
  return outputs.length > 8 ? `P18 ${String(outputs.length)} outputs at once` : undefined;
}

/** P9: the same message once more changes nothing, and is at most answered again. */
export function brokenByRepetition(once: Econn, twice: Econn, outputs: readonly Output[]): string | undefined {
  const quiet = outputs.every((output) => output.type === 'send' && (output.message.type === 'CANCEL' || output.message.resp));
  return quiet && JSON.stringify(once) === JSON.stringify(twice) ? undefined : 'P9 a repeated message has an effect';
}

/** The one deadline of a ring starts with it: nothing that happens later makes it longer. */
function prolongsRing(before: Econn, after: Econn, outputs: readonly Output[]): boolean {
  const rings = before.state === 'pendingIncoming' && after.state === 'pendingIncoming' && sameOffer(before.memory.call!.id, after.memory.call!.id);
  return rings && outputs.some((output) => output.type === 'start-timer' && output.timer === 'setup');
}

/** P5: however old a SETUP is, it rings for what is left of its minute, at least a second, and beyond it not at all. */
export function brokenByAge(rings: (age: DurationMs) => readonly [Econn, readonly Output[]]): string | undefined {
  for (const age of AGES) {
    const [after, outputs] = rings(age);
    if (after.state !== 'pendingIncoming') continue;
    if (age > after.memory.timeouts.setup && outputs.some((output) => output.type === 'notify' && output.event.type === 'incoming')) return `P5 rings at ${String(age)} ms`;
    const longest = outputs.flatMap((output) => (output.type === 'start-timer' && output.timer === 'setup' ? [output.in] : []));
    if (longest.some((span) => span > Math.max(1000, 60_000 - age))) return `P5 rings for too long at ${String(age)} ms`;
  }
  return undefined;
}

const AGES = [ms(0), ms(30_000), ms(59_999), ms(60_000), ms(60_001)];

/** P14: what comes back from disk does the same. */
export function brokenByRestoring(before: Econn, step: (restored: Econn) => readonly [Econn | { readonly econn: Econn }, readonly unknown[]], after: Econn, outputs: readonly unknown[]): string | undefined {
  const restored = restore(JSON.parse(JSON.stringify(save(before))));
  if (restored === undefined) return `P14 ${before.state} cannot be restored`;
  const [next, again] = step(restored);
  const now = 'econn' in next ? next.econn : next;
  return JSON.stringify(now) === JSON.stringify(after) && JSON.stringify(again) === JSON.stringify(outputs) ? undefined : `P14 ${before.state} goes on otherwise`;
}

function isNewOffer(message: Message): message is Message & { type: 'SETUP' | 'UPDATE' } {
  return (message.type === 'SETUP' || message.type === 'UPDATE') && !message.resp && message.offer !== undefined;
}
