import { connect, hangUp, twoEngines } from './two-engines.ts';

/**
 * Fifty real calls at once, all ended, engines closed. Prints what the event loop still holds; a process that
 * does not exit by itself after that has a leak.
 */
const engines = await twoEngines();
const before = held();
const calls = await Promise.all(Array.from({ length: 50 }, (_, index) => connect(engines, `conversation ${index}`)));
const during = { calls: engines.alice.calls.length, sockets: held().filter((name) => name === 'UDPWrap').length };
await Promise.all(calls.map(hangUp));
const after = { calls: engines.alice.calls.length + engines.bob.calls.length, timers: engines.alice.timers + engines.bob.timers };
await engines.alice.close();
await engines.bob.close();
await new Promise((resolve) => setImmediate(resolve));
const left = held();
console.log(JSON.stringify({ before, during, after, left }));

/** Timers, sockets and the like; not the files that the loader of this program is still closing. */
function held(): string[] {
  return process.getActiveResourcesInfo().filter((name) => name !== 'CloseReq' && !name.startsWith('FSReq')).toSorted();
}
