import { sign } from 'node:crypto';
import { PeerRefusedError } from '../refusal.ts';
import { MESSAGE, type HandshakeMessage } from './handshake-message.ts';
import { HandshakeState, type FlightPart, type Handshake, type HandshakeOptions, type Lane } from './handshake.ts';
import { CIPHER_SUITE, cookieOf, decodeServerHello, decodeSrtpProfile, encodeClientHello, encodeSrtpProfiles, EXTENSION, isBound } from './hello.ts';
import { GROUPS, makeKeyShare } from './key-agreement.ts';
import { Octets, number, vector } from './octets.ts';
import { SIGNATURES } from './proof-of-key.ts';
import { DTLS_1_2 } from './record.ts';

type Expecting = 'server-hello' | 'certificate' | 'key-exchange' | 'request-or-done' | 'done' | 'finished' | 'nothing';

/**
 * The DTLS client. The server proves that it owns the described certificate by signing both randoms and its
 * ephemeral key with it; not one byte of ours is sealed for a server that has not.
 */
export class ClientHandshake implements Handshake {
  readonly #options: HandshakeOptions;
  readonly #lane: Lane;
  readonly #state: HandshakeState;
  #expecting: Expecting = 'server-hello';
  #cookieAsked = false;
  #suite = 0;
  #preMaster: Buffer = Buffer.alloc(0);
  #certificateAsked = false;

  constructor(options: HandshakeOptions, lane: Lane) {
    this.#options = options;
    this.#lane = lane;
    this.#state = new HandshakeState('client', options);
  }

  start(): void {
    this.#sayHello(Buffer.alloc(0));
  }

  handle(message: HandshakeMessage): void {
    if (message.type === MESSAGE.helloVerifyRequest) return this.#sayHelloAgain(message);
    const type = message.type;
    const expected = this.#expecting;
    if (expected === 'server-hello' && type === MESSAGE.serverHello) return this.#hello(message);
    if (expected === 'certificate' && type === MESSAGE.certificate) return this.#certificate(message);
    if (expected === 'key-exchange' && type === MESSAGE.serverKeyExchange) return this.#keyExchange(message);
    if (expected === 'request-or-done' && type === MESSAGE.certificateRequest) return this.#certificateRequest(message);
    if ((expected === 'request-or-done' || expected === 'done') && type === MESSAGE.serverHelloDone) return this.#done(message);
    if (expected === 'finished' && type === MESSAGE.finished) return this.#finished(message);
    throw new PeerRefusedError('proof-skipped');
  }

  #sayHello(cookie: Buffer): void {
    const { srtpProfiles } = this.#options;
    const extensions = new Map<number, Buffer>([
      [EXTENSION.groups, vector(2, number(2, GROUPS.x25519), number(2, GROUPS.secp256r1))],
      [EXTENSION.pointFormats, vector(1, number(1, 0))],
      [EXTENSION.signatures, vector(2, number(2, SIGNATURES.ecdsaSha256), number(2, SIGNATURES.rsaSha256))],
      [EXTENSION.extendedMasterSecret, Buffer.alloc(0)],
      [EXTENSION.renegotiation, vector(1)],
    ]);
    if (srtpProfiles.length > 0) extensions.set(EXTENSION.useSrtp, encodeSrtpProfiles(srtpProfiles));
    const cipherSuites = Object.values(CIPHER_SUITE);
    const hello = this.#state.say(MESSAGE.clientHello, encodeClientHello({ random: this.#state.random, cookie, cipherSuites, extensions }));
    this.#lane.sendFlight({ messages: [hello], answered: true, repeatedOn: undefined });
  }

  #sayHelloAgain({ body }: HandshakeMessage): void {
    if (this.#cookieAsked || this.#expecting !== 'server-hello') throw new PeerRefusedError('proof-skipped');
    const cookie = cookieOf(body);
    this.#cookieAsked = true;
    this.#state.forgetTranscript();
    this.#sayHello(cookie);
  }

  #hello(message: HandshakeMessage): void {
    const { version, random, cipherSuite, compression, extensions } = decodeServerHello(message.body);
    const suites: readonly number[] = Object.values(CIPHER_SUITE);
    const profile = decodeSrtpProfile(extensions.get(EXTENSION.useSrtp));
    if (version !== DTLS_1_2 || compression !== 0 || !suites.includes(cipherSuite) || !isBound(extensions)) throw new PeerRefusedError('unsupported');
    if (profile === undefined ? this.#options.srtpProfiles.length > 0 : !this.#options.srtpProfiles.includes(profile)) throw new PeerRefusedError('unsupported');
    this.#state.heard(message);
    this.#state.peerRandom = random;
    this.#state.srtpProfile = profile;
    this.#suite = cipherSuite;
    this.#expecting = 'certificate';
  }

  #certificate(message: HandshakeMessage): void {
    this.#state.presented(message.body);
    const kind = this.#suite === CIPHER_SUITE.ecdheEcdsaAes128Gcm ? 'ecdsa' : 'rsa';
    if (this.#state.peer.kind !== kind) throw new PeerRefusedError('unsupported');
    this.#state.heard(message);
    this.#expecting = 'key-exchange';
  }

  #keyExchange(message: HandshakeMessage): void {
    const octets = new Octets(message.body);
    if (octets.number(1) !== NAMED_CURVE) throw new PeerRefusedError('unsupported');
    const group = octets.number(2);
    const peerKey = octets.vector(1);
    const parameters = message.body.subarray(0, 4 + peerKey.length);
    const algorithm = octets.number(2);
    const signature = octets.vector(2);
    octets.end();
    const { client, server } = this.#state.randoms;
    this.#state.peer.requireSignature(algorithm, Buffer.concat([client, server, parameters]), signature);
    this.#state.share = makeKeyShare(group);
    this.#preMaster = this.#state.agree(peerKey);
    this.#state.heard(message);
    this.#expecting = 'request-or-done';
  }

  #certificateRequest(message: HandshakeMessage): void {
    this.#state.heard(message);
    this.#certificateAsked = true;
    this.#expecting = 'done';
  }

  #done(message: HandshakeMessage): void {
    const { share } = this.#state;
    if (message.body.length > 0 || share === undefined) throw new PeerRefusedError('malformed');
    this.#state.heard(message);
    const messages: FlightPart[] = [];
    if (this.#certificateAsked) messages.push(this.#state.say(MESSAGE.certificate, this.#state.ownCertificate()));
    messages.push(this.#state.say(MESSAGE.clientKeyExchange, vector(1, share.publicKey)));
    const cipher = this.#state.deriveKeys(this.#preMaster);
    if (this.#certificateAsked) {
      const signature = sign('sha256', this.#state.transcript, this.#options.certificate.key);
      messages.push(this.#state.say(MESSAGE.certificateVerify, Buffer.concat([number(2, SIGNATURES.ecdsaSha256), vector(2, signature)])));
    }
    messages.push({ type: 'change-cipher' }, this.#state.ownFinished());
    this.#expecting = 'finished';
    this.#lane.useKeys(cipher);
    this.#lane.sendFlight({ messages, answered: true, repeatedOn: MESSAGE.serverHelloDone });
  }

  #finished(message: HandshakeMessage): void {
    this.#state.requireFinished(message);
    this.#expecting = 'nothing';
    this.#lane.established(this.#state.session());
  }
}

/** The only kind of curve parameters still in use (RFC 8422). */
const NAMED_CURVE = 3;
