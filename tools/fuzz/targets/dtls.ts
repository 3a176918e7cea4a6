import { DtlsEndpoint, type EndpointOptions } from '../../../src/mediaflow/werift/hardening/dtls/dtls-endpoint.ts';
import { encodeRecord, recordsOf, type RecordCipher } from '../../../src/mediaflow/werift/hardening/dtls/record.ts';
import { ServerHandshake } from '../../../src/mediaflow/werift/hardening/dtls/server-handshake.ts';
import type { PeerRefusal } from '../../../src/mediaflow/werift/hardening/refusal.ts';
import { makeCertificate, type Certificate } from '../../../src/mediaflow/werift/hardening/self-signed.ts';
import { inputOf, packetsOf, spoilPackets } from '../mutate/packets.ts';
import { demand, type Target } from '../target.ts';

/**
 * Datagrams at a DTLS end: one that begins, as client and as server; one that is connected, from outsiders, and
 * sealed by its peer. The first packet says which.
 */
export const target: Target = {
  name: 'dtls',
  what: 'DTLS records, handshake fragments, hellos, certificates; before, during and after the handshake, also sealed by the peer',
  mutator: spoilPackets(),
  longest: 1_500,
  prepare: async () => {
    const [own, other] = [await makeCertificate(), await makeCertificate()];
    let connected = connect(own, other);
    let number = 1_000;
    return {
      seeds: honest(own, other),
      feed: (input) => {
        const [stage, ...datagrams] = packetsOf(input);
        const which = (stage?.[0] ?? 0) % 4;
        if (which < 2) {
          const { endpoint, sent, verdicts } = begun(which === 0 ? 'client' : 'server', own, other);
          for (const datagram of datagrams) endpoint.receive(datagram);
          endpoint.close();
          demand(verdicts.length <= 1 && !verdicts.includes('established'), 'nobody is believed who proved nothing');
          demand(sent.bytes <= 3 * input.length + 2_500, 'little is answered to one who proved nothing');
          return;
        }
        for (const datagram of datagrams) {
          // An alert ends the association, and the next takes a millisecond to make.
          const type = datagram[0] === 21 && input.length % 64 !== 0 ? 23 : (datagram[0] ?? 23);
          connected.client.receive(which === 2 ? datagram : encodeRecord(type, 1, ++number, connected.cipher.seal(type, 1, number, datagram.subarray(1))));
        }
        if (which === 2) demand(connected.closed === 0, 'nobody but the peer ends it');
        if (connected.closed > 0) connected = connect(own, other);
      },
      check: () => {
        const before = connected.received;
        connected.client.receive(encodeRecord(23, 1, ++number, connected.cipher.seal(23, 1, number, Buffer.from('hello'))));
        demand(connected.received === before + 1, 'honest data arrives');
        connected.client.send(Buffer.from('hello'));
      },
      close: () => connected.client.close(),
    };
  },
};

type Begun = { readonly endpoint: DtlsEndpoint; readonly sent: { bytes: number; datagrams: Buffer[] }; readonly verdicts: (PeerRefusal | 'established')[] };

function begun(role: 'client' | 'server', own: Certificate, other: Certificate): Begun {
  const sent = { bytes: 0, datagrams: [] as Buffer[] };
  const verdicts: (PeerRefusal | 'established')[] = [];
  const endpoint = new DtlsEndpoint({
    ...optionsOf(role, own, other),
    transmit: (datagram) => {
      sent.bytes += datagram.length;
      sent.datagrams.push(Buffer.from(datagram));
    },
    established: () => verdicts.push('established'),
    refused: (reason) => verdicts.push(reason),
  });
  endpoint.start();
  return { endpoint, sent, verdicts };
}

function optionsOf(role: 'client' | 'server', own: Certificate, other: Certificate): EndpointOptions {
  const nothing = (): void => undefined;
  return { role, certificate: own, srtpProfiles: [7, 1], isDescribed: (der) => der.equals(other.der), transmit: nothing, received: nothing, established: nothing, refused: nothing, closedByPeer: nothing };
}

/** Two ends that have shaken hands, without a network; the server's keys are known. */
function connect(own: Certificate, other: Certificate): { client: DtlsEndpoint; cipher: RecordCipher; received: number; closed: number; heard: Buffer[][] } {
  const heard: Buffer[][] = [[], []];
  const state = { received: 0, closed: 0 };
  let cipher: RecordCipher | undefined;
  const wire: { readonly to: 'client' | 'server'; readonly datagram: Buffer }[] = [];
  const server = serverOf(other, own, (datagram) => wire.push({ to: 'client', datagram }), (keys) => (cipher = keys));
  const client = new DtlsEndpoint({ ...optionsOf('client', own, other), transmit: (datagram) => wire.push({ to: 'server', datagram }), received: () => (state.received += 1), closedByPeer: () => (state.closed += 1) });
  server.start();
  client.start();
  for (let next = wire.shift(); next !== undefined; next = wire.shift()) {
    const datagram = Buffer.from(next.datagram);
    heard[next.to === 'client' ? 0 : 1]!.push(datagram);
    (next.to === 'client' ? client : server).receive(datagram);
  }
  server.close();
  // Its goodbye is not delivered.
  wire.length = 0;
  if (cipher === undefined) throw new Error('the two ends did not agree on keys');
  return Object.assign(state, { client, cipher, heard });
}

function serverOf(own: Certificate, other: Certificate, transmit: (datagram: Buffer) => void, useKeys: (cipher: RecordCipher) => void): DtlsEndpoint {
  const options = { ...optionsOf('server', own, other), transmit };
  return new DtlsEndpoint(options, (lane) => new ServerHandshake(options, {
    ...lane,
    useKeys: (cipher) => {
      useKeys(cipher);
      lane.useKeys(cipher);
    },
  }));
}

function honest(own: Certificate, other: Certificate): Uint8Array[] {
  const { client, heard: [toClient = [], toServer = []] } = connect(own, other);
  client.close();
  const records = [...toClient, ...toServer].flatMap((datagram) => [...recordsOf(datagram)]).map(({ type, epoch, sequence, fragment }) => encodeRecord(type, epoch, sequence, fragment));
  return [
    inputOf([Uint8Array.of(0), ...toClient]), inputOf([Uint8Array.of(1), ...toServer]), inputOf([Uint8Array.of(2), ...toClient]), inputOf([Uint8Array.of(2), ...toServer]),
    ...records.map((record, index) => inputOf([Uint8Array.of(index % 3), record])),
    inputOf([Uint8Array.of(3), Buffer.from('\u0017hello')]), inputOf([Uint8Array.of(3), Buffer.of(21, 1, 0)]), inputOf([Uint8Array.of(3), Buffer.of(22, 20, 0, 0, 12, 0, 5, 0, 0, 0, 0, 0, 12, ...Buffer.alloc(12))]),
  ];
}
