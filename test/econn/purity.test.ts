import { createContext, runInContext, type Context } from 'node:vm';
import { build, type BuildOptions } from 'esbuild';
import { describe, expect, it } from 'vitest';

describe('a world with no clock, no timer, no randomness and no I/O', () => {
  it('is enough for a call of ECONN', async () => {
    const bare = world('delete globalThis.console;');

    runInContext(await bundled({ stdin: { contents: ENGINE, resolveDir: 'src/econn', loader: 'ts' } }), bare);

    expect(runInContext(CALL, bare)).toBe('pendingOutgoing answered established hangupSent idle');
    expect(runInContext('typeof setTimeout + typeof Date + typeof process + typeof crypto + typeof performance + typeof console', bare)).toBe('undefined'.repeat(6));
  });

  it('is enough for the xstate machine to be made, which looks for a console but says nothing', async () => {
    const bare = world('console.log = console.warn = console.error = () => { throw new Error("console"); };');

    runInContext(await bundled({ entryPoints: ['src/econn/index.ts'] }), bare);

    expect(runInContext(CALL, bare)).toBe('pendingOutgoing answered established hangupSent idle');
    expect(runInContext('econn.econnMachine.id', bare)).toBe('econn');
  });
});

function world(preparation: string): Context {
  const bare = createContext({});
  runInContext(`delete globalThis.Date; delete globalThis.WebAssembly; Math.random = () => { throw new Error("randomness"); }; ${preparation}`, bare);
  return bare;
}

async function bundled(source: BuildOptions): Promise<string> {
  const { outputFiles } = await build({ ...source, bundle: true, format: 'iife', globalName: 'econn', write: false, platform: 'neutral', mainFields: ['module', 'main'], conditions: ['module', 'import'], logLevel: 'silent' });
  return outputFiles[0]!.text;
}

/** What `handle` and the codec need, and no more. */
const ENGINE = ['econn', 'parse-message', 'encode-message', 'offer-id', 'props'].map((file) => `export * from './${file}.ts';`).join('\n');

/** A call from its SETUP to its end, and the states it went through. */
const CALL = `
  const props = econn.DEFAULT_PROPS;
  let alice = econn.openEconn({ self: { user: 'alice', device: 'a1' }, peerUser: 'bob', incarnation: econn.drawIncarnation(1, [1, 2, 3, 4, 5].reduce((bytes, byte, index) => { bytes[index] = byte; return bytes; }, new Uint8Array(5))) });
  const states = [];
  const feed = (input) => { const step = econn.handle(alice, input); alice = step[0]; states.push(econn.stateOf(alice)); return step[1]; };
  const hear = (via, fields) => {
    const parsed = econn.parseMessage(JSON.stringify({ version: '3.0', sessid: 'S', ...fields }));
    return feed({ type: 'receive', from: { user: 'bob', device: 'b1' }, via, message: parsed.message, age: 0 });
  };
  const [sent] = feed({ type: 'start', sdp: 'v=0', props });
  const { call } = JSON.parse(econn.encodeMessage(sent.message));
  hear('backend', { type: 'SETUP', resp: true, sdp: 'v=0', props: {}, call, offer: call });
  feed({ type: 'channel-opened' });
  feed({ type: 'end' });
  hear('channel', { type: 'HANGUP', resp: true, call });
  econn.restore(JSON.parse(JSON.stringify(econn.save(alice)))) === undefined ? 'not restored' : states.join(' ');
`;
