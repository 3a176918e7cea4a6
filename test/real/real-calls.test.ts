import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_PROPS, type Call, type Props } from '../../src/index.ts';
import { connect, hangUp, ring, twoEngines, type TwoEngines } from './two-engines.ts';

let engines: TwoEngines;

beforeEach(async () => {
  engines = await twoEngines();
});

afterEach(async () => {
  await Promise.all([engines.alice.close(), engines.bob.close()]);
});

describe('a call with real media', () => {
  it('B02 B03 connects once on each side, agrees on props, and ends by HANGUP', async () => {
    const [caller, callee] = await connect(engines);
    const seen = propsOf(caller, (props) => props.muted);

    callee.setMuted(true);
    expect(await seen).toEqual({ ...DEFAULT_PROPS, muted: true });
    caller.end();

    const [ours, theirs] = await Promise.all([caller.whenEnded(), callee.whenEnded()]);
    expect(ours.reason).toEqual({ type: 'ended-locally' });
    expect(theirs.reason).toEqual({ type: 'ended-by-peer' });
    expect(ours.metrics.messages).toMatchObject({ backendSent: 1, backendReceived: 1 });
    expect(ours.metrics.setup.flow).toHaveProperty('channel-opened');
    expect(engines.alice.timers + engines.bob.timers).toBe(0);
  });

  it('B08 ends by CANCEL when it is answered and not yet connected', async () => {
    const ringing = ring(engines.bob);
    const caller = engines.alice.call({ conversation: 'c', user: 'bob' });
    const callee = await ringing;
    callee.answer();
    await inState(caller, 'connecting');

    caller.end();

    const [ours, theirs] = await Promise.all([caller.whenEnded(), callee.whenEnded()]);
    expect(ours.reason).toEqual({ type: 'ended-locally' });
    expect(['cancelled-by-peer', 'ended-by-peer']).toContain(theirs.reason.type);
  });

  it('D02 D03 both call at once: one call, outgoing on both sides, nobody rings', async () => {
    let rang = 0;
    engines.alice.on('incoming', () => rang++);
    engines.bob.on('incoming', () => rang++);

    const ours = engines.alice.call({ conversation: 'c', user: 'bob' });
    const theirs = engines.bob.call({ conversation: 'c', user: 'alice' });
    expect(await Promise.all([ours.whenConnected(), theirs.whenConnected()])).toEqual([true, true]);

    expect(rang).toBe(0);
    expect([ours.direction, theirs.direction]).toEqual(['outgoing', 'outgoing']);
    await hangUp([ours, theirs]);
  });

  it('H04 is withdrawn while it gathers: nobody hears of it', async () => {
    const heard: string[] = [];
    engines.hub.tap(() => heard.push('parcel'));

    const call = engines.alice.call({ conversation: 'c', user: 'bob' });
    call.end();

    expect((await call.whenEnded()).reason).toEqual({ type: 'ended-locally' });
    expect(heard).toEqual([]);
  });

  it('K08 shows the same seven signs on both ends, before and after the peer connection was replaced', async () => {
    const [caller, callee] = await connect(engines);
    const renewed = new Promise<void>((resolve) => callee.on('renewed', () => resolve()));

    const codes = await Promise.all([caller, callee].map(codeOf));
    caller.renew();
    await renewed;

    expect(codes[0]).toHaveLength(7);
    expect(codes[1]).toEqual(codes[0]);
    expect([caller.security.code, callee.security.code]).toEqual(codes);
    expect(await codeOf((await connect(engines, 'another'))[0])).not.toEqual(codes[0]);
  });

  it('I01 I02 is renewed on request, keeps its identity and is not counted as another call', async () => {
    const [caller, callee] = await connect(engines);
    const states: string[] = [];
    caller.on('state', (state) => states.push(state));
    const renewed = Promise.all([caller, callee].map((call) => new Promise<void>((resolve) => call.on('renewed', () => resolve()))));

    caller.renew();
    await renewed;

    expect(states).toEqual(['reconnecting', 'connected']);
    expect(callee.state).toBe('connected');
    caller.end();
    expect((await caller.whenEnded()).metrics.reconnects).toBe(1);
  });
});

function propsOf(call: Call, until: (props: Props) => boolean): Promise<Props> {
  return new Promise((resolve) => {
    call.on('peer-props', ({ props }) => {
      if (until(props)) resolve(props);
    });
  });
}

function inState(call: Call, wanted: string): Promise<void> {
  if (call.state === wanted) return Promise.resolve();
  return new Promise((resolve) => {
    call.on('state', (state) => {
      if (state === wanted) resolve();
    });
  });
}

function codeOf(call: Call): Promise<readonly string[] | undefined> {
  if (call.security.code !== undefined) return Promise.resolve(call.security.code);
  return new Promise((resolve) => call.on('security', ({ code }) => resolve(code)));
}
