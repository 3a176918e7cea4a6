import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ServerProbe } from '../../src/mediaflow/werift/index.ts';
import { run } from '../../tools/commands/run.ts';
import { Coturn, deadServer } from '../coturn.ts';
import { callcore } from './run-callcore.ts';

let coturn: Coturn;
let folder: string;
let certificate: string;
beforeAll(async () => {
  [coturn, folder] = await Promise.all([Coturn.start(), mkdtemp(join(tmpdir(), 'callcore-netprobe-'))]);
  certificate = join(folder, 'certificate.pem');
  await writeFile(certificate, coturn.certificate);
}, 300_000);
afterAll(async () => {
  await coturn.stop();
  await rm(folder, { recursive: true });
});

describe('callcore netprobe', () => {
  it('measures every server over its transport, and fails when one does not answer', async () => {
    const dead = await deadServer();
    const urls = [coturn.stunUrl, `stun:127.0.0.1:${dead.port}`, ...(['udp', 'tcp', 'tls'] as const).map((transport) => coturn.url(transport)), 'turn:no-such-server.invalid'];
    const args = urls.flatMap((url) => [url.startsWith('stun') ? '--stun' : '--turn', url]);

    const { code, said } = await inProcess(['netprobe', ...args, '--turn-secret', Coturn.secret, '--turn-ca', certificate, '--requests', '5', '--json']);
    dead.close();

    const { servers } = JSON.parse(said) as { servers: readonly ServerProbe[] };
    expect(servers.map(({ url, outcome }) => [url, outcome])).toEqual(urls.map((url, index) => [url, index === 1 || index === 5 ? 'unreachable' : 'reachable']));
    for (const { roundTrip, setUp, sent, lost } of servers.filter(({ outcome }) => outcome === 'reachable')) {
      expect([sent, lost]).toEqual([5, 0]);
      expect(roundTrip?.median).toBeGreaterThan(0);
      expect(setUp).toBeGreaterThan(0);
    }
    expect(code).toBe(1);
  });

  it('says in words what is wrong: credentials, certificates', async () => {
    const { code, said } = await inProcess(['netprobe', '--turn', coturn.url('udp'), '--turn', coturn.url('tls'), '--turn-secret', 'another']);

    expect(said).toMatch(/refused +turn:.*\n +wrong or expired credentials/);
    expect(said).toMatch(/unreachable +turns:.*\n.*certificate/);
    expect(code).toBe(1);
  });

  it('is satisfied when all answer', async () => {
    const { code, said } = await inProcess(['netprobe', '--stun', coturn.stunUrl, '--requests', '2']);
    expect(said).toMatch(/reachable +stun:.*\n +ready after .*, round trip .*, 0 of 2 lost/);
    expect(code).toBe(0);
  });
});

describe('callcore call --relay', () => {
  it('M01 talks through the TURN server alone, over TLS and over TCP', async () => {
    const backend = callcore(['backend', '--port', '0', '--json', '--follow-stdin'], LONG);
    const [, url = ''] = await backend.printed(/"url":"([^"]+)"/);
    const server = ['--backend', url, '--relay', '--turn-secret', Coturn.secret, '--json'];
    const bob = callcore(['answer', '--as', 'bob/laptop', '--once', ...server, '--turn', coturn.url('tls'), '--turn-ca', certificate], LONG);
    await bob.printed(/"type":"ready"/);
    const alice = callcore(['call', 'bob', '--as', 'alice/phone', '--tone', ...server, '--turn', coturn.url('tcp')], LONG);

    await alice.printed(/"pair":\{"local":"relay","remote":"relay"\}/);
    await bob.printed(/"media-started","kind":"audio"/);
    alice.say('end');

    expect([(await alice.ended).code, (await bob.ended).code]).toEqual([0, 0]);
    backend.signal('SIGTERM');
    await backend.ended;
  });
});

/** Three programs that compile themselves share this machine with other tests. */
const LONG = { limit: 110_000 };

/** What it printed, without the progress. */
async function inProcess(args: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
  const said: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((text: string) => void said.push(text));
  const progress = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  try {
    return { code: await run(args), said: said.join('\n') };
  } finally {
    log.mockRestore();
    progress.mockRestore();
  }
}
