import { sign } from 'node:crypto';
import type { EndpointOptions } from '../../../src/mediaflow/werift/hardening/dtls/dtls-endpoint.ts';
import { encodeMessage, MESSAGE, type HandshakeMessage } from '../../../src/mediaflow/werift/hardening/dtls/handshake-message.ts';
import { HandshakeState, type FlightPart, type Handshake, type Lane } from '../../../src/mediaflow/werift/hardening/dtls/handshake.ts';
import { CIPHER_SUITE, decodeClientHello, decodeServerHello, encodeClientHello, encodeServerHello, encodeSrtpProfiles, EXTENSION } from '../../../src/mediaflow/werift/hardening/dtls/hello.ts';
import { GROUPS, makeKeyShare } from '../../../src/mediaflow/werift/hardening/dtls/key-agreement.ts';
import { Octets, number, vector } from '../../../src/mediaflow/werift/hardening/dtls/octets.ts';
import type { Certificate } from '../../../src/mediaflow/werift/hardening/self-signed.ts';

export type Trick = {
  /** The list of certificates presented; the victim's description names `options.certificate`. */
  readonly list?: (own: Certificate) => readonly Buffer[];
  readonly skipCertificate?: boolean;
  /** CertificateVerify of a client, ServerKeyExchange of a server. */
  readonly skipProof?: boolean;
  readonly algorithm?: number;
  readonly signature?: (honest: Buffer) => Buffer;
  readonly finished?: (honest: Buffer) => Buffer;
  /** Says its Finished in plain text. */
  readonly plainFinished?: boolean;
  /** What its hello says beside the suite. */
  readonly extensions?: (honest: Map<number, Buffer>) => void;
  /** Its whole hello. */
  readonly hello?: (honest: Buffer) => Buffer;
  /** Of x25519 unless told otherwise. */
  readonly group?: number;
  readonly publicKey?: (honest: Buffer) => Buffer;
  /** A server that makes the client say its hello twice (HelloVerifyRequest). */
  readonly cookie?: Buffer;
};

function extensionsOf(trick: Trick, ...honest: (readonly [number, Buffer])[]): Map<number, Buffer> {
  const extensions = new Map<number, Buffer>([[EXTENSION.extendedMasterSecret, Buffer.alloc(0)], [EXTENSION.useSrtp, encodeSrtpProfiles([7])], ...honest]);
  trick.extensions?.(extensions);
  return extensions;
}

function publicKeyOf({ publicKey }: Trick, { share }: HandshakeState): Buffer {
  return publicKey?.(share!.publicKey) ?? share!.publicKey;
}

/** A client that does everything right but the trick. */
export const trickyClient =
  (trick: Trick) =>
  (options: EndpointOptions, lane: Lane): Handshake => {
    const state = new HandshakeState('client', options);
    let peerKey = Buffer.alloc(0);
    const proof = (): FlightPart => {
      const honest = sign('sha256', state.transcript, options.certificate.key);
      return state.say(MESSAGE.certificateVerify, Buffer.concat([number(2, trick.algorithm ?? 0x0403), vector(2, trick.signature?.(honest) ?? honest)]));
    };
    const flight = (): void => {
      const messages: FlightPart[] = [];
      if (trick.skipCertificate !== true) messages.push(state.say(MESSAGE.certificate, listOf(trick, options.certificate)));
      messages.push(state.say(MESSAGE.clientKeyExchange, vector(1, publicKeyOf(trick, state))));
      lane.useKeys(state.deriveKeys(state.agree(peerKey)));
      if (trick.skipProof !== true) messages.push(proof());
      messages.push({ type: 'change-cipher' }, forged(state.ownFinished(), trick));
      lane.sendFlight({ messages, answered: true, repeatedOn: MESSAGE.serverHelloDone });
    };
    return {
      start() {
        const groups = vector(2, number(2, trick.group ?? GROUPS.x25519));
        const extensions = extensionsOf(trick, [EXTENSION.groups, groups], [EXTENSION.signatures, vector(2, number(2, 0x0403))]);
        const body = encodeClientHello({ random: state.random, cookie: Buffer.alloc(0), cipherSuites: [CIPHER_SUITE.ecdheEcdsaAes128Gcm], extensions });
        lane.sendFlight({ messages: [state.say(MESSAGE.clientHello, trick.hello?.(body) ?? body)], answered: true, repeatedOn: undefined });
      },
      handle(message: HandshakeMessage) {
        if (message.type === MESSAGE.finished) return lane.established({ peerCertificate: Buffer.alloc(0), srtpProfile: 7, exportKeys: () => Buffer.alloc(0) });
        state.heard(message);
        if (message.type === MESSAGE.serverHello) {
          state.peerRandom = decodeServerHello(message.body).random;
        }
        if (message.type === MESSAGE.serverKeyExchange) {
          const octets = new Octets(message.body);
          octets.take(3);
          peerKey = Buffer.from(octets.vector(1));
          state.share = makeKeyShare(trick.group ?? GROUPS.x25519);
        }
        if (message.type === MESSAGE.serverHelloDone) flight();
      },
    };
  };

/** A server that does everything right but the trick. */
export const trickyServer =
  (trick: Trick) =>
  (options: EndpointOptions, lane: Lane): Handshake => {
    const state = new HandshakeState('server', options);
    let cookieAsked = false;
    const proof = (): FlightPart => {
      const share = state.share!;
      const parameters = Buffer.concat([number(1, 3), number(2, share.group), vector(1, publicKeyOf(trick, state))]);
      const honest = sign('sha256', Buffer.concat([state.randoms.client, state.randoms.server, parameters]), options.certificate.key);
      return state.say(MESSAGE.serverKeyExchange, Buffer.concat([parameters, number(2, trick.algorithm ?? 0x0403), vector(2, trick.signature?.(honest) ?? honest)]));
    };
    return {
      start() {},
      handle(message: HandshakeMessage) {
        if (message.type === MESSAGE.finished) {
          state.heard(message);
          const messages: FlightPart[] = [{ type: 'change-cipher' }, forged(state.ownFinished(), trick)];
          return lane.sendFlight({ messages, answered: false, repeatedOn: MESSAGE.finished });
        }
        if (trick.cookie !== undefined && !cookieAsked) {
          cookieAsked = true;
          const request = state.say(MESSAGE.helloVerifyRequest, Buffer.concat([number(2, 0xfeff), vector(1, trick.cookie)]));
          state.forgetTranscript();
          return lane.sendFlight({ messages: [request], answered: false, repeatedOn: MESSAGE.clientHello });
        }
        state.heard(message);
        if (message.type === MESSAGE.clientHello) {
          if (trick.cookie?.equals(decodeClientHello(message.body).cookie) === false) throw new Error('The client said another cookie.');
          state.peerRandom = Buffer.from(decodeClientHello(message.body).random);
          state.share = makeKeyShare(trick.group ?? GROUPS.x25519);
          const hello = encodeServerHello(state.random, CIPHER_SUITE.ecdheEcdsaAes128Gcm, extensionsOf(trick));
          const messages = [state.say(MESSAGE.serverHello, trick.hello?.(hello) ?? hello)];
          if (trick.skipCertificate !== true) messages.push(state.say(MESSAGE.certificate, listOf(trick, options.certificate)));
          if (trick.skipProof !== true) messages.push(proof());
          messages.push(state.say(MESSAGE.serverHelloDone, Buffer.alloc(0)));
          lane.sendFlight({ messages, answered: true, repeatedOn: MESSAGE.clientHello });
        }
        if (message.type === MESSAGE.clientKeyExchange) lane.useKeys(state.deriveKeys(state.agree(new Octets(message.body).vector(1))));
      },
    };
  };

function listOf(trick: Trick, own: Certificate): Buffer {
  return vector(3, ...(trick.list?.(own) ?? [own.der]).map((der) => vector(3, der)));
}

function forged(part: FlightPart, { finished, plainFinished }: Trick): FlightPart {
  if (part.type === 'message' && plainFinished === true) return { ...part, epoch: 0 };
  if (part.type !== 'message' || finished === undefined) return part;
  const body = finished(part.bytes.subarray(12));
  return { ...part, bytes: encodeMessage({ type: MESSAGE.finished, sequence: part.bytes.readUInt16BE(4), body }) };
}
