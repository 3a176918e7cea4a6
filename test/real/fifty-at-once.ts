import { connect, hangUp, twoEngines } from './two-engines.ts';

/**
 * Fifty real calls at once, all ended, engines closed. Prints what the event loop still holds; a process that
 * does not exit by itself after that has a leak.
 */
const engines = await twoEngines();
const before = process.getActiveResourcesInfo().toSorted();
const calls = await Promise.all(Array.from({ length: 50 }, (_, index) => connect(engines, `conversation ${index}`)));
const during = { calls: engines.alice.calls.length, sockets: process.getActiveResourcesInfo().filter((name) => name === 'UDPWrap').length };
await Promise.all(calls.map(hangUp));
const after = { calls: engines.alice.calls.length + engines.bob.calls.length, timers: engines.alice.timers + engines.bob.timers };
await engines.alice.close();
await engines.bob.close();
await new Promise((resolve) => setImmediate(resolve));
const left = process.getActiveResourcesInfo().toSorted();
console.log(JSON.stringify({ before, during, after, left }));
