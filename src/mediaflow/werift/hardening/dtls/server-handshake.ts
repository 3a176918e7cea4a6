import { sign } from 'node:crypto';
import { PeerRefusedError } from '../refusal.ts';
import { MESSAGE, type HandshakeMessage } from './handshake-message.ts';
import { HandshakeState, type Handshake, type HandshakeOptions, type Lane } from './handshake.ts';
import { CIPHER_SUITE, decodeClientHello, decodeSrtpProfiles, encodeServerHello, encodeSrtpProfiles, EXTENSION, isBound, type ClientHello } from './hello.ts';
import { GROUPS, makeKeyShare, type KeyShare } from './key-agreement.ts';
import { Octets, number, pairs, vector } from './octets.ts';
import { SIGNATURES } from './proof-of-key.ts';

type Expecting = 'client-hello' | 'certificate' | 'key-exchange' | 'verify' | 'finished' | 'nothing';

/**
 * The DTLS server. It requires a certificate, and that the client signs everything said so far with its key;
 * a Finished before that is refused.
 *
 * It sends no HelloVerifyRequest: replies go to the address ICE has already proved to be the peer's, with the
 * peer's consent, so there is nothing a cookie could add but a round trip (libwebrtc sends none either).
 */
export class ServerHandshake implements Handshake {
  readonly #options: HandshakeOptions;
  readonly #lane: Lane;
  readonly #state: HandshakeState;
  #expecting: Expecting = 'client-hello';

  constructor(options: HandshakeOptions, lane: Lane) {
    this.#options = options;
    this.#lane = lane;
    this.#state = new HandshakeState('server', options);
  }

  /** The client speaks first. */
  start(): void {}

  handle(message: HandshakeMessage): void {
    const type = message.type;
    if (this.#expecting === 'client-hello' && type === MESSAGE.clientHello) return this.#hello(message);
    if (this.#expecting === 'certificate' && type === MESSAGE.certificate) return this.#certificate(message);
    if (this.#expecting === 'key-exchange' && type === MESSAGE.clientKeyExchange) return this.#keyExchange(message);
    if (this.#expecting === 'verify' && type === MESSAGE.certificateVerify) return this.#verify(message);
    if (this.#expecting === 'finished' && type === MESSAGE.finished) return this.#finished(message);
    throw new PeerRefusedError('proof-skipped');
  }

  #hello(message: HandshakeMessage): void {
    const hello = decodeClientHello(message.body);
    requireCommonGround(hello);
    const offered = decodeSrtpProfiles(hello.extensions.get(EXTENSION.useSrtp));
    const { srtpProfiles } = this.#options;
    const profile = srtpProfiles.find((ours) => offered.includes(ours));
    if (profile === undefined && srtpProfiles.length > 0) throw new PeerRefusedError('unsupported');
    const share = makeKeyShare(chooseGroup(hello.extensions.get(EXTENSION.groups)));
    this.#state.heard(message);
    this.#state.share = share;
    this.#state.peerRandom = Buffer.from(hello.random);
    this.#state.srtpProfile = profile;
    this.#reply(hello, share, profile);
    this.#expecting = 'certificate';
  }

  #reply({ extensions, cipherSuites }: ClientHello, share: KeyShare, profile: number | undefined): void {
    const replies = new Map<number, Buffer>([[EXTENSION.extendedMasterSecret, Buffer.alloc(0)]]);
    if (profile !== undefined) replies.set(EXTENSION.useSrtp, encodeSrtpProfiles([profile]));
    if (extensions.has(EXTENSION.renegotiation) || cipherSuites.includes(RENEGOTIATION_SCSV)) replies.set(EXTENSION.renegotiation, vector(1));
    if (extensions.has(EXTENSION.pointFormats)) replies.set(EXTENSION.pointFormats, vector(1, number(1, 0)));
    const parameters = Buffer.concat([number(1, NAMED_CURVE), number(2, share.group), vector(1, share.publicKey)]);
    const { client, server } = this.#state.randoms;
    const signature = sign('sha256', Buffer.concat([client, server, parameters]), this.#options.certificate.key);
    const signed = Buffer.concat([parameters, number(2, SIGNATURES.ecdsaSha256), vector(2, signature)]);
    const messages = [
      this.#state.say(MESSAGE.serverHello, encodeServerHello(this.#state.random, CIPHER_SUITE.ecdheEcdsaAes128Gcm, replies)),
      this.#state.say(MESSAGE.certificate, this.#state.ownCertificate()),
      this.#state.say(MESSAGE.serverKeyExchange, signed),
      this.#state.say(MESSAGE.certificateRequest, CERTIFICATE_REQUEST),
      this.#state.say(MESSAGE.serverHelloDone, Buffer.alloc(0)),
    ];
    this.#lane.sendFlight({ messages, answered: true, repeatedOn: MESSAGE.clientHello });
  }

  #certificate(message: HandshakeMessage): void {
    this.#state.presented(message.body);
    this.#state.heard(message);
    this.#expecting = 'key-exchange';
  }

  #keyExchange(message: HandshakeMessage): void {
    const octets = new Octets(message.body);
    const peerKey = octets.vector(1);
    octets.end();
    const preMaster = this.#state.agree(peerKey);
    this.#state.heard(message);
    this.#lane.useKeys(this.#state.deriveKeys(preMaster));
    this.#expecting = 'verify';
  }

  #verify(message: HandshakeMessage): void {
    const octets = new Octets(message.body);
    const algorithm = octets.number(2);
    const signature = octets.vector(2);
    octets.end();
    this.#state.peer.requireSignature(algorithm, this.#state.transcript, signature);
    this.#state.heard(message);
    this.#expecting = 'finished';
  }

  #finished(message: HandshakeMessage): void {
    this.#state.requireFinished(message);
    this.#expecting = 'nothing';
    this.#lane.sendFlight({ messages: [{ type: 'change-cipher' }, this.#state.ownFinished()], answered: false, repeatedOn: MESSAGE.finished });
    this.#lane.established(this.#state.session());
  }
}

function requireCommonGround({ version, cipherSuites, compressions, extensions }: ClientHello): void {
  const signatures = extensions.get(EXTENSION.signatures);
  // DTLS versions count down: fefd is 1.2, and a 1.3 client says 1.2 here.
  const speaks = version <= 0xfefd && version >> 8 === 0xfe;
  const signs = signatures !== undefined && pairs(new Octets(signatures).vector(2)).includes(SIGNATURES.ecdsaSha256);
  if (!speaks || !signs || !compressions.includes(0) || !cipherSuites.includes(CIPHER_SUITE.ecdheEcdsaAes128Gcm) || !isBound(extensions)) throw new PeerRefusedError('unsupported');
}

function chooseGroup(offered: Buffer | undefined): number {
  if (offered === undefined) return GROUPS.secp256r1;
  const groups = pairs(new Octets(offered).vector(2));
  const group = Object.values(GROUPS).find((ours) => groups.includes(ours));
  if (group === undefined) throw new PeerRefusedError('unsupported');
  return group;
}

const NAMED_CURVE = 3;
const RENEGOTIATION_SCSV = 0x00ff;
/** Either kind of key, by the signatures we check; no authority is named because none is asked. */
const CERTIFICATE_REQUEST = Buffer.concat([
  vector(1, number(1, 64), number(1, 1)),
  vector(2, number(2, SIGNATURES.ecdsaSha256), number(2, SIGNATURES.rsaSha256)),
  vector(2),
]);
