import { isDtls, type RTCDtlsTransport } from 'werift';
import { DtlsEndpoint } from './dtls/dtls-endpoint.ts';
import type { Session } from './dtls/handshake.ts';
import type { Role } from './dtls/key-schedule.ts';
import { PeerRefusedError } from './refusal.ts';
import { fingerprintOf, type Certificate } from './self-signed.ts';
import { guardSrtp } from './srtp/guard-srtp.ts';
import { transportInside, type DtlsSocketSurface, type DtlsTransportInside, type OnRefused, type SrtpKeys } from './werift-internals.ts';

/**
 * Gives one werift transport a DTLS end that authenticates its peer, and guards its SRTP. werift's start
 * slept 100 ms so as not to miss a ClientHello; what comes before the start is kept instead, a few datagrams.
 * `heard` is told while something is taken in that only the peer can have sent.
 */
export function secureTransport(transport: RTCDtlsTransport, certificate: Certificate, onRefused: OnRefused | undefined, heard: () => void): void {
  const inside = transportInside(transport);
  const ice = transport.iceTransport.connection;
  const early: Buffer[] = [];
  let endpoint: DtlsEndpoint | undefined;
  let lastSent = Promise.resolve();
  let stopped = false;
  ice.onData.subscribe((datagram) => {
    if (!isDtls(datagram)) return;
    if (endpoint !== undefined) endpoint.receive(datagram);
    else if (early.length < MOST_EARLY) early.push(Buffer.from(datagram));
  });
  const updateSrtpSession = inside.updateSrtpSession.bind(inside);
  inside.updateSrtpSession = () => {
    updateSrtpSession();
    guardSrtp(inside.srtp, inside.srtcp);
    hearMedia(inside, heard);
  };
  inside.start = async () => {
    // A path that is found while the connection closes must not start a handshake that nobody ends.
    if (stopped) return nobodyWaits();
    if (inside.state !== 'new') throw new Error('A transport is started once.');
    if (inside.role === 'auto') inside.role = transport.iceTransport.role === 'controlling' ? 'server' : 'client';
    const role = inside.role;
    inside.setState('connecting');
    const session = await new Promise<Session>((resolve, reject) => {
      endpoint = new DtlsEndpoint({
        role,
        certificate,
        srtpProfiles: inside.srtpProfiles,
        ...(ice.nominated?.rtt === undefined ? {} : { roundTripMs: ice.nominated.rtt * 1000 }),
        isDescribed: (der) => isDescribed(der, inside.remoteParameters?.fingerprints ?? []),
        transmit: (datagram) => {
          lastSent = ice.send(datagram).catch(() => {});
        },
        received: (data) => {
          heard();
          inside.dataReceiver(data);
        },
        established: resolve,
        refused: (reason) => {
          inside.setState('failed');
          onRefused?.(reason);
          reject(new PeerRefusedError(reason));
        },
        closedByPeer: () => inside.setState('closed'),
      });
      endpoint.start();
      for (const datagram of early.splice(0)) endpoint.receive(datagram);
    });
    if (stopped) return nobodyWaits();
    if (endpoint === undefined || transport.state === 'closed') return;
    inside.dtls = socketSurface(endpoint, session, role);
    if (inside.srtpProfiles.length > 0) inside.startSrtp();
    inside.setState('connected');
  };
  const stop = inside.stop.bind(inside);
  inside.stop = async () => {
    stopped = true;
    endpoint?.close();
    // The socket must not close before the goodbye is out, or the peer hears of the end half a minute later.
    // A datagram leaves after the tick in which werift calls it sent.
    await lastSent;
    await new Promise((resolve) => setImmediate(resolve));
    await stop();
  };
}

/** Each packet opens once at most, so what opens was not recorded. */
function hearMedia({ srtp, srtcp }: DtlsTransportInside, heard: () => void): void {
  const decryptRtp = srtp.remoteContext.decryptRtp.bind(srtp.remoteContext);
  srtp.remoteContext.decryptRtp = (packet) => {
    const opened = decryptRtp(packet);
    heard();
    return opened;
  };
  const decryptRTCP = srtcp.remoteContext.decryptRTCP.bind(srtcp.remoteContext);
  srtcp.remoteContext.decryptRTCP = (packet) => {
    const opened = decryptRTCP(packet);
    heard();
    return opened;
  };
}

/** Of a transport that was stopped: an end would make werift go on to SCTP, a rejection report the closed connection as failed. */
const nobodyWaits = (): Promise<never> => new Promise(() => {});

/** One datagram holds a whole ClientHello; a peer in a hurry sends it a few times. */
const MOST_EARLY = 4;

/**
 * RFC 8122: one of the fingerprints of the strongest kind named must be the certificate's. SHA-1, which
 * werift would take when nothing else is named, is not looked at.
 */
function isDescribed(der: Buffer, described: readonly { readonly algorithm: string; readonly value: string }[]): boolean {
  for (const hash of ['sha512', 'sha384', 'sha256'] as const) {
    const named = described.filter(({ algorithm }) => algorithm.trim().toLowerCase().replace('-', '') === hash);
    if (named.length > 0) return named.some(({ value }) => value.trim().toUpperCase() === fingerprintOf(der, hash));
  }
  return false;
}

/** The session as werift's transport, statistics and SCTP ask for it. */
function socketSurface(endpoint: DtlsEndpoint, session: Session, role: Role): DtlsSocketSurface {
  return {
    remoteCertificate: session.peerCertificate,
    srtp: { srtpProfile: session.srtpProfile },
    dtls: { version: { major: 0xfe, minor: 0xfd } },
    cipher: { cipher: { name: 'ECDHE_AES_128_GCM_SHA256' } },
    send: async (data) => endpoint.send(data),
    close: () => endpoint.close(),
    extractSessionKeys: (keyLength, saltLength) => srtpKeys(session.exportKeys('EXTRACTOR-dtls_srtp', 2 * (keyLength + saltLength)), keyLength, saltLength, role),
  };
}

/** RFC 5764 §4.2: client key, server key, client salt, server salt. */
function srtpKeys(material: Buffer, keyLength: number, saltLength: number, role: Role): SrtpKeys {
  const salts = 2 * keyLength;
  const client = { key: material.subarray(0, keyLength), salt: material.subarray(salts, salts + saltLength) };
  const server = { key: material.subarray(keyLength, salts), salt: material.subarray(salts + saltLength) };
  const [local, remote] = role === 'client' ? [client, server] : [server, client];
  return { localKey: local.key, localSalt: local.salt, remoteKey: remote.key, remoteSalt: remote.salt };
}
