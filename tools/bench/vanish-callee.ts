import { CallEngine } from '../../src/index.ts';
import { silence } from '../../src/mediaflow/index.ts';
import { WeriftMediaEngine } from '../../src/mediaflow/werift/index.ts';
import { connectBackend } from '../../src/transport/index.ts';

/** A peer in a process of its own: `url user`. Answers every call; says `ready`. SIGTERM closes it as a program should. */
const [url = '', user = ''] = process.argv.slice(2);
const channel = await connectBackend({ url, self: { user, device: '1' }, token: user, onIdentityChange: () => 'accept' });
const engine = new CallEngine({ channel, media: new WeriftMediaEngine({ certificatesAhead: 1 }) });
engine.on('incoming', (call) => call.answer({ media: { audio: silence() } }));
process.once('SIGTERM', () => void engine.close());
console.log('ready');
