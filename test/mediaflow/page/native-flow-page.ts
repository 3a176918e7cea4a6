import { recordFlow } from '../../../src/mediaflow/conformance/recorded-flow.ts';
import { FlowError, type IceConfig } from '../../../src/mediaflow/index.ts';
import { NativeMediaEngine } from '../../../src/mediaflow/native/index.ts';

/** What an offer with these servers is, or why there is none, and what was told beside it. */
async function offer(ice: IceConfig): Promise<{ sdp?: string; failure?: string; told: string[] }> {
  const engine = new NativeMediaEngine();
  const { flow, events } = recordFlow(engine, { video: false, ice });
  const outcome = await flow.createOffer().then(({ sdp }) => ({ sdp }), (error: unknown) => ({ failure: error instanceof FlowError ? error.failure : String(error) }));
  const told = events.map(({ type }) => type);
  await engine.close();
  return { ...outcome, told };
}

/** Two flows of this page with one config: which kind of path they take. */
async function connect(ice: IceConfig): Promise<unknown> {
  const [one, other] = [new NativeMediaEngine(), new NativeMediaEngine()];
  const [a, b] = [recordFlow(one, { video: false, ice }), recordFlow(other, { video: false, ice })];
  await a.flow.acceptAnswer((await b.flow.createAnswer((await a.flow.createOffer()).sdp)).sdp);
  while (a.flow.stats().pair === undefined) {
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
  const { pair } = a.flow.stats();
  await Promise.all([one.close(), other.close()]);
  return pair;
}

const kept = recordFlow(new NativeMediaEngine(), { video: false, ice: { servers: [], policy: 'all' } });

/** An offer whose flow is kept, and what becomes of it when it is answered. */
const begin = async (): Promise<string> => (await kept.flow.createOffer()).sdp;
const take = (answer: string): Promise<void> => kept.flow.acceptAnswer(answer);
const tell = (text: string): string => kept.flow.send(text);

Object.assign(window, { offer, connect, begin, take, tell });
