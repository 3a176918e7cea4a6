import { CallEngine } from '../../src/index.ts';
import { WeriftMediaEngine } from '../../src/mediaflow/werift/index.ts';
import { connectBackend } from '../../src/transport/index.ts';

/** A peer in a process of its own: answers every call of the backend named by its argument. Says `ready`, then each state. */
const channel = await connectBackend({ url: process.argv[2] ?? '', self: { user: 'bob', device: 'b1' }, token: 'bob' });
const engine = new CallEngine({ channel, media: new WeriftMediaEngine() });
engine.on('incoming', (call) => {
  call.on('state', (state) => console.log(state));
  call.answer();
});
process.once('SIGTERM', () => void engine.close());
console.log('ready');
