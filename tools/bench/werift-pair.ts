/**
 * How long a call's media takes to set up: stock werift against the hardened peer, in turns in one process.
 * From making both peers to the channel open at both ends: audio and the data channel, everything gathered.
 * Stock werift is kept from asking its public STUN server, which would only make it slower.
 *
 *   npx tsx tools/bench/werift-pair.ts [rounds]
 */
import { RTCPeerConnection, type RTCDataChannel } from 'werift';
import { CertificatePool } from '../../src/mediaflow/werift/certificate-pool.ts';
import { createHardenedPeer } from '../../src/mediaflow/werift/hardened-peer.ts';

const rounds = Math.max(20, Number(process.argv[2] ?? 30));
const pool = new CertificatePool({ ahead: 2 });

const stacks = {
  stock: async () => withoutStun(new RTCPeerConnection({ iceServers: [], bundlePolicy: 'max-bundle' })),
  hardened: async () => createHardenedPeer({ ice: { servers: [], policy: 'all' }, certificate: await pool.take() }),
};

const times = { stock: [] as number[], hardened: [] as number[] };
for (const make of Object.values(stacks)) for (let warm = 0; warm < 3; warm += 1) await setUp(make);
for (let round = 0; round < rounds; round += 1) {
  const order = round % 2 === 0 ? (['stock', 'hardened'] as const) : (['hardened', 'stock'] as const);
  for (const name of order) times[name].push(await setUp(stacks[name]));
}
pool.close();

for (const [name, all] of Object.entries(times)) console.log(name.padEnd(10), `median ${quantile(all, 0.5)} ms`.padEnd(20), `p95 ${quantile(all, 0.95)} ms`);
console.log(`ratio of medians ${(quantile(times.hardened, 0.5) / quantile(times.stock, 0.5)).toFixed(3)} over ${rounds} rounds`);

async function setUp(make: () => Promise<RTCPeerConnection>): Promise<number> {
  const startedAt = performance.now();
  const [offerer, answerer] = await Promise.all([make(), make()]);
  offerer.addTransceiver('audio', { direction: 'sendrecv' });
  const near = opened(offerer.createDataChannel('calling-3.0'));
  const far = new Promise<void>((resolve) => answerer.onDataChannel.once((channel) => resolve(opened(channel))));
  await offerer.setLocalDescription(await offerer.createOffer());
  await answerer.setRemoteDescription({ type: 'offer', sdp: offerer.localDescription?.sdp ?? '' });
  await answerer.setLocalDescription(await answerer.createAnswer());
  await offerer.setRemoteDescription({ type: 'answer', sdp: answerer.localDescription?.sdp ?? '' });
  await Promise.all([near, far]);
  const took = performance.now() - startedAt;
  await Promise.all([offerer.close(), answerer.close()]);
  return took;
}

async function opened(channel: RTCDataChannel): Promise<void> {
  if (channel.readyState === 'open') return;
  await new Promise<void>((resolve) => channel.stateChanged.subscribe((state) => state === 'open' && resolve()));
}

function withoutStun(peer: RTCPeerConnection): RTCPeerConnection {
  const { secureManager } = peer as unknown as { secureManager: { createTransport(): RTCPeerConnection['dtlsTransports'][number] } };
  const createTransport = secureManager.createTransport.bind(secureManager);
  secureManager.createTransport = () => {
    const transport = createTransport();
    delete (transport.iceTransport.connection as { stunServer?: unknown }).stunServer;
    return transport;
  };
  return peer;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Number((sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(1));
}
