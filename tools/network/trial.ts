import { CallEngine, type Call } from '../../src/index.ts';
import { tone } from '../../src/mediaflow/index.ts';
import { WeriftMediaEngine } from '../../src/mediaflow/werift/index.ts';
import { connectBackend } from '../../src/transport/index.ts';
import { frontedMediaEngine } from './fronted-media-engine.ts';
import { RoughPath } from './rough-path.ts';
import { isSilent } from './silent-frame.ts';
import type { Weather } from './weather.ts';

/** What happens to the path of a call. `moved`: one side has another address. `outage`: nothing gets through for a while. */
export type Trouble =
  | { readonly type: 'moved' }
  | { readonly type: 'outage'; readonly seconds: number };

export type TrialPlan = {
  readonly backend: string;
  /** Names the two users. */
  readonly name: string;
  readonly weather: Weather;
  readonly trouble: Trouble;
  /** Whether the app tells its engine, as soon as there is a network again. */
  readonly signalled: boolean;
  readonly random: () => number;
};

export type TrialResult = {
  /** Milliseconds from the moment that there was a path again until both hear each other; `undefined`: never. */
  readonly back: number | undefined;
  /** One Call at each end from first to last, which rang once and connected once. */
  readonly sameCall: boolean;
  /** The muted side is muted still, at both ends, and not a frame of what it said was heard. */
  readonly stillMuted: boolean;
};

/** One call through one trouble. */
export async function runTrial({ backend, name, weather, trouble, signalled, random }: TrialPlan): Promise<TrialResult> {
  const path = new RoughPath(weather, random);
  const open = async (user: string): Promise<CallEngine> => {
    const port = await path.line(user, Number(new URL(backend).port));
    const channel = await connectBackend({ url: `ws://127.0.0.1:${port}`, self: { user: `${name}-${user}`, device: '1' }, token: name, onIdentityChange: () => 'accept' });
    return new CallEngine({ channel, media: frontedMediaEngine(new WeriftMediaEngine({ certificatesAhead: 1 }), user, path) });
  };
  const [alice, bob] = await Promise.all([open('alice'), open('bob')]);
  let rang = 0;
  try {
    const ends = await connected(alice, bob, `${name}-bob`);
    for (const engine of [alice, bob]) engine.on('incoming', () => (rang += 1));
    const watched = [watch(ends[0]), watch(ends[1])] as const;
    await Promise.all(watched.map(({ next }) => next()));
    await pause(500);

    if (trouble.type === 'moved') path.moved('alice');
    else {
      path.down = true;
      await pause(trouble.seconds * 1_000);
      path.down = false;
    }
    const from = performance.now();
    if (signalled) for (const engine of trouble.type === 'moved' ? [alice] : [alice, bob]) engine.networkChanged();
    // What had arrived and was not read yet is no sign of a path.
    if (trouble.type === 'moved') await pause(100);
    await new Promise((resolve) => setImmediate(resolve));
    const heard = Promise.all(watched.map(({ next }) => next()));
    const ended = Promise.race(ends.map(async (call) => call.whenEnded())).then(() => undefined);
    const back = await Promise.race([heard.then(() => performance.now() - from), ended]);
    // What was said before the trouble may still be on its way; mute and identity are judged once all is quiet.
    await pause(signalled ? 1_000 : 3_000);
    return {
      back,
      sameCall: rang === 0 && watched.every(({ connections }) => connections === 0) && alice.calls[0] === ends[0] && bob.calls[0] === ends[1],
      stillMuted: ends[0].props.muted && ends[1].peerProps.muted && watched[1].spoke === 0,
    };
  } finally {
    const closing = Promise.all([alice.close(), bob.close()]);
    path.down = false;
    await closing;
    path.close();
  }
}

/**
 * A call in which the caller is muted, although it has something to say. On a path that loses every tenth packet one
 * in some hundred is not set up in time; what is measured begins with a call, so it is placed again, as a person would.
 */
async function connected(alice: CallEngine, bob: CallEngine, user: string): Promise<readonly [Call, Call]> {
  for (let attempt = 1; ; attempt++) {
    const both = await placed(alice, bob, user);
    if (both !== undefined) return both;
    if (attempt === 3) throw new Error('the call was never connected');
  }
}

async function placed(alice: CallEngine, bob: CallEngine, user: string): Promise<readonly [Call, Call] | undefined> {
  const ringing = new Promise<Call>((resolve) => {
    const off = bob.on('incoming', (incoming) => {
      off();
      resolve(incoming);
    });
  });
  const call = alice.call({ conversation: 'c', user, media: { audio: tone() }, muted: true });
  const answered = await ringing;
  answered.answer({ media: { audio: tone() } });
  const both = await Promise.all([call.whenConnected(), answered.whenConnected()]);
  if (both.every(Boolean)) return [call, answered];
  call.end();
  await Promise.all([call.whenEnded(), answered.whenEnded()]);
  return undefined;
}

type Watched = {
  /** Resolves with the next frame. */
  readonly next: () => Promise<void>;
  /** Frames that are not silence. */
  readonly spoke: number;
  readonly connections: number;
};

function watch(call: Call): Watched {
  const waiting = new Set<() => void>();
  const seen = { spoke: 0, connections: 0 };
  call.on('audio', ({ payload }) => {
    if (!isSilent(payload)) seen.spoke += 1;
    for (const resolve of waiting) resolve();
    waiting.clear();
  });
  call.on('connected', () => (seen.connections += 1));
  return {
    next: () => new Promise<void>((resolve) => waiting.add(resolve)),
    get spoke() {
      return seen.spoke;
    },
    get connections() {
      return seen.connections;
    },
  };
}

function pause(span: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, span));
}
