import { deviceKey, type Device } from '../../src/base/device.ts';
import type { Econn, Message } from '../../src/econn/index.ts';

// What no peer of ours decides anything by is left out, so that worlds that differ in nothing else are one.
// Sound as long as all peers write offer ids: `test/explore/canonical.test.ts` holds it against the whole truth.

/**
 * Without session ids and what follows from them (only peers without offer ids are known by session), without
 * the direction and reason that only the app hears of, and with sets in one order.
 */
export function canonicalEconn(econn: Econn): Econn {
  const { memory } = econn;
  const { call: open, ledger, ...rest } = memory;
  const plainLedger = { ...ledger, endedSessions: [], marks: ledger.marks.toSorted((a, b) => order(a.device, b.device)) };
  if (open === undefined) return { state: econn.state, memory: { ...rest, ledger: plainLedger } };
  const { theirSession: _session, ending, sent, answer, legs, ...call } = open;
  return {
    state: econn.state,
    memory: {
      ...rest,
      ledger: plainLedger,
      call: {
        ...call,
        ourSession: '',
        protocol: 'callcore-1',
        direction: 'outgoing',
        // How often only makes a wait longer, and in here any wait may end at any time; whether at all decides a glare.
        tries: Math.min(open.tries, 1),
        busy: open.busy.toSorted(order),
        ignored: open.ignored.toSorted((a, b) => order(a, b) || a.counter - b.counter),
        ...(legs === undefined ? {} : { legs: legs.toSorted(order) }),
        ...(sent === undefined ? {} : { sent: canonicalMessage(sent) }),
        ...(answer === undefined ? {} : { answer: canonicalMessage(answer) }),
        ...(ending === undefined ? {} : { ending: { type: 'ended-locally' as const } }),
      },
    },
  };
}

/** With nothing left out; only that the waits for an UPDATE grow no further after the fourth keeps its worlds finite. */
export function wholeEconn(econn: Econn): Econn {
  const { call } = econn.memory;
  return call === undefined || call.tries <= 4 ? econn : { ...econn, memory: { ...econn.memory, call: { ...call, tries: 4 } } };
}

/** Without session ids, addresses, props and the hint why a call was cancelled. */
export function canonicalMessage<M extends Message>(message: M): M {
  const { src: _src, dest: _dest, ...rest } = message;
  const plain = { ...rest, sessid: '' } as M;
  if (message.type === 'CANCEL') return { ...plain, cause: 'ended' };
  return 'props' in message ? { ...plain, props: [] } : plain;
}

function order(a: Device, b: Device): number {
  const [one, other] = [deviceKey(a), deviceKey(b)];
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
