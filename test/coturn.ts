import { SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509';
import { spawn, type ChildProcess } from 'node:child_process';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createConnection, createServer, type AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { seconds, type DurationMs } from '../src/base/units.ts';
import type { IceServer } from '../src/mediaflow/index.ts';
import { timedCredentials } from '../tools/turn/timed-credentials.ts';
import { systemTool } from './system-tool.ts';

/** A real TURN server on this machine, with a secret for time-limited credentials and a self-signed certificate. */
export class Coturn {
  static readonly secret = 'a secret of this test';
  /** Whether this machine has IPv6, and the server listens on it. */
  static readonly hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1') === true);
  /** What a client must believe for TLS. */
  readonly certificate: string;
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #ports: { readonly plain: number; readonly tls: number };

  /** `options`: further ones of `turnserver`. */
  static async start(...options: readonly string[]): Promise<Coturn> {
    const program = await systemTool('turnserver');
    const [folder, pair, plain, tls] = await Promise.all([mkdtemp(join(tmpdir(), 'callcore-coturn-')), selfSigned(), freePort(), freePort()]);
    const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
    await Promise.all([writeFile(certificate, pair.certificate), writeFile(key, pair.key)]);
    const child = spawn(program, [
      '-n', '-L', '127.0.0.1', ...(Coturn.hasIpv6 ? ['-L', '::1'] : []), '-E', '127.0.0.1', '-p', String(plain), '--tls-listening-port', String(tls), '--cert', certificate, '--pkey', key,
      '--realm', 'callcore.test', '--use-auth-secret', '--static-auth-secret', Coturn.secret, '--allow-loopback-peers', '--no-cli', '--no-rfc5780',
      '--no-dtls', '--simple-log', '--log-file', 'stdout', '--pidfile', join(folder, 'pid'), '--db', join(folder, 'db'), ...options,
    ], { stdio: 'ignore' });
    const coturn = new Coturn(child, folder, { plain, tls }, pair.certificate);
    await Promise.all([plain, tls].map((port) => listening(port, child)));
    return coturn;
  }

  private constructor(child: ChildProcess, folder: string, ports: { readonly plain: number; readonly tls: number }, certificate: string) {
    this.#process = child;
    this.#folder = folder;
    this.#ports = ports;
    this.certificate = certificate;
  }

  url(transport: 'udp' | 'tcp' | 'tls', host = '127.0.0.1'): string {
    return transport === 'tls' ? `turns:${host}:${this.#ports.tls}` : `turn:${host}:${this.#ports.plain}?transport=${transport}`;
  }

  get stunUrl(): string {
    return `stun:127.0.0.1:${this.#ports.plain}`;
  }

  /** With credentials that are good for a while, or were. */
  server(transport: 'udp' | 'tcp' | 'tls', ttl: DurationMs = seconds(600), host?: string): IceServer {
    return { urls: this.url(transport, host), ...timedCredentials(Coturn.secret, 'somebody', ttl, Date.now()) };
  }

  async stop(): Promise<void> {
    const gone = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await gone;
    await rm(this.#folder, { recursive: true });
  }
}

/** A UDP port of this machine at which somebody listens and never answers. */
export async function deadServer(): Promise<{ readonly port: number; close(): void }> {
  const socket = dgram.createSocket('udp4');
  await new Promise<void>((bound) => socket.bind(0, '127.0.0.1', bound));
  return { port: socket.address().port, close: () => void socket.close() };
}

/** Free for TCP at this moment, and most likely for UDP. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function listening(port: number, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`turnserver ended with code ${child.exitCode}`);
    const socket = createConnection(port, '127.0.0.1');
    const there = await once(socket, 'connect').then(() => true, () => false);
    socket.destroy();
    if (there) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function selfSigned(): Promise<{ readonly certificate: string; readonly key: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const extensions = [new SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }, { type: 'dns', value: 'localhost' }])];
  const made = await X509CertificateGenerator.createSelfSigned({ name: 'CN=coturn', keys, signingAlgorithm: algorithm, extensions });
  const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return { certificate: made.toString('pem'), key: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n` };
}
