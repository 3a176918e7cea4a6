import dgram from 'node:dgram';
import { afterEach, describe, expect, test } from 'vitest';
import { classes, Message, methods, parseMessage, type RTCPeerConnection } from 'werift';
import { iceInside, type IceInside } from '../../../src/mediaflow/werift/hardening/werift-internals.ts';
import { closeAll, connect, hardened, until, type Connected } from './pair.ts';

type Movable = { readonly peer: RTCPeerConnection; readonly move: () => void };

/** Everything that tests leave running ends with them. */
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

describe.each([['which has the say over pairs', 'offerer'], ['which has not', 'answerer']] as const)('the side %s', (_, mover) => {
  test('goes on from another socket when its old ones are dead, and nobody shakes hands again', async () => {
    const call = await talking();
    const [moved, stayed] = mover === 'offerer' ? [call.offerer, call.answerer] : [call.answerer, call.offerer];
    const before = [pathOf(moved.peer), pathOf(stayed.peer)];
    cut(moved.peer);
    moved.move();
    await call.heardBothWays();
    expect(pathOf(moved.peer).own).not.toBe(before[0]!.own);
    expect(pathOf(stayed.peer)).toEqual({ own: before[1]!.own, peers: expect.not.stringMatching(before[1]!.peers) as string });
    expect(call.dtlsChanges).toEqual([]);
    await call.close();
  });

  test('stays where it is when that is well, as does its peer', async () => {
    const call = await talking();
    const before = [pathOf(call.offerer.peer), pathOf(call.answerer.peer)];
    call[mover].move();
    await pause(1_000);
    expect([pathOf(call.offerer.peer), pathOf(call.answerer.peer)]).toEqual(before);
    await call.close();
  });

  test('moves again and again with few sockets', async () => {
    const call = await talking();
    const { peer, move } = call[mover];
    const gathered = socketsOf(peer);
    for (let time = 0; time < 6; time++) {
      cut(peer);
      move();
      await call.heardBothWays();
      // One that is taken, two that were used until now, one of each family that searches.
      expect(socketsOf(peer) - gathered).toBeLessThanOrEqual(5);
    }
    await call.close();
  });
});

describe('a check from an address that the peer has not been at', () => {
  test('takes nothing along on its word alone, though it is authentic and the way that was taken is silent', async () => {
    const { call, stranger } = await leftAlone();
    const told = stranger.ask();
    await pause(1_500);
    expect(told.checks).toBeGreaterThan(0);
    expect(told.data).toBe(0);
    await call.close();
  });

  test('takes everything along when the check in return is answered', async () => {
    const { call, stranger } = await leftAlone();
    const told = stranger.ask({ answersWith: call.offerer.peer });
    await until(3_000, 'data for whoever has both passwords', () => told.data > 0);
    await call.close();
  });

  test('takes nothing along while the way that was taken is well, whatever is answered', async () => {
    const call = await talking();
    const told = (await strangerOf(call.answerer.peer)).ask({ answersWith: call.offerer.peer });
    await pause(1_000);
    expect(told.checks).toBeGreaterThan(0);
    expect(told.data).toBe(0);
    await call.close();
  });

  test('is not answered without the password, nor when it was recorded', async () => {
    const { call, stranger } = await leftAlone();
    const [forged, recorded, again] = [await strangerOf(call.answerer.peer), stranger, await strangerOf(call.answerer.peer)];
    const ice = iceInside(call.answerer.peer.iceTransports[0]!.connection);
    const wrong = forged.say(checkFor(ice, 'not the password'));
    const check = checkFor(ice, ice.localPassword);
    const first = recorded.say(check);
    await until(1_000, 'an answer to the first', () => first.answers > 0);
    const second = again.say(check);
    await pause(300);
    expect([wrong, second]).toEqual([{ answers: 0, checks: 0, data: 0 }, { answers: 0, checks: 0, data: 0 }]);
    await call.close();
  });

  test('has few checks sent to it, however often it asks', async () => {
    const { call, stranger } = await leftAlone();
    const told = stranger.ask({ everyMs: 2 });
    await pause(1_000);
    expect(told.checks).toBeGreaterThan(2);
    expect(told.checks).toBeLessThanOrEqual(26);
    await call.close();
  });
});

describe('what a move opens', () => {
  test('is closed with the connection, in the middle of it and afterwards', async () => {
    await (await talking()).close();
    await pause(20);
    const before = held();
    for (const wait of [0, 1, 50, 600]) {
      const call = await talking();
      cut(call.offerer.peer);
      call.offerer.move();
      await pause(wait);
      await call.close();
      await new Promise((resolve) => setImmediate(resolve));
      expect(held()).toBeLessThanOrEqual(before);
    }
  });

  test('is nothing where no address may be shown, before there was a way, and after the end', async () => {
    const offered: unknown[] = [];
    const relayed = await hardened({ ice: { servers: [{ urls: 'turn:127.0.0.1:9', username: 'u', credential: 'c' }], policy: 'relay' }, onMovable: (move) => offered.push(move) });
    relayed.createDataChannel('x');
    await relayed.createOffer();
    expect(offered).toEqual([]);

    const early = await movable();
    early.peer.createDataChannel('x');
    await early.peer.setLocalDescription(await early.peer.createOffer());
    const gathered = socketsOf(early.peer);
    early.move();
    await pause(50);
    expect(socketsOf(early.peer)).toBe(gathered);
    await closeAll(early.peer, relayed);
    early.move();
    await pause(50);
    expect(socketsOf(early.peer)).toBe(0);
  });
});

async function movable(): Promise<Movable> {
  const moves: (() => void)[] = [];
  const peer = await hardened({ onMovable: (move) => moves.push(move) });
  return { peer, move: () => moves.forEach((move) => move()) };
}

/** Two peers that say something each twenty milliseconds, as people do. */
async function talking(): Promise<Talk> {
  const [offerer, answerer] = [await movable(), await movable()];
  const connected: Connected = await connect(offerer.peer, answerer.peer);
  const heard = { near: 0, far: 0 };
  for (const side of ['near', 'far'] as const) connected[side].onMessage.subscribe(() => (heard[side] += 1));
  const timer = setInterval(() => {
    for (const side of ['near', 'far'] as const) if (connected[side].readyState === 'open') connected[side].send(side);
  }, 20);
  const dtlsChanges: string[] = [];
  for (const { peer } of [offerer, answerer]) peer.dtlsTransports[0]!.onStateChange.subscribe((state) => dtlsChanges.push(state));
  ends.push(() => clearInterval(timer));
  return {
    offerer, answerer, dtlsChanges,
    async heardBothWays() {
      const since = { ...heard };
      await until(5_000, 'both to hear each other', () => heard.near > since.near + 5 && heard.far > since.far + 5);
    },
    async close() {
      clearInterval(timer);
      await closeAll(offerer.peer, answerer.peer);
    },
  };
}

type Talk = {
  readonly offerer: Movable;
  readonly answerer: Movable;
  readonly dtlsChanges: readonly string[];
  heardBothWays(): Promise<void>;
  close(): Promise<void>;
};

/** A call of which the answerer still talks, and hears nothing any more; and a stranger in the same network. */
async function leftAlone(): Promise<{ call: Talk; stranger: Stranger }> {
  const call = await talking();
  cut(call.offerer.peer);
  return { call, stranger: await strangerOf(call.answerer.peer) };
}

/** What somebody was sent. */
type Told = { answers: number; checks: number; data: number };

/** Somebody who sends from another socket to one side of a call. */
class Stranger {
  readonly #socket: dgram.Socket;
  readonly #ice: IceInside;
  readonly #port: number;
  readonly #host: string;
  readonly #told: Told = { answers: 0, checks: 0, data: 0 };
  #password: string | undefined;

  constructor(socket: dgram.Socket, to: RTCPeerConnection) {
    this.#socket = socket;
    this.#ice = iceInside(to.iceTransports[0]!.connection);
    const { own } = pathOf(to);
    [this.#host = '', this.#port] = [own.split(' ')[0], Number(own.split(' ')[1])];
    socket.on('message', (data, { address, port }) => this.#heard(data, [address, port]));
  }

  say(check: Buffer): Told {
    this.#socket.send(check, this.#port, this.#host);
    return this.#told;
  }

  /** With the password of the side that is asked. `answersWith`: and with that of its peer. */
  ask({ answersWith, everyMs = 100 }: { readonly answersWith?: RTCPeerConnection; readonly everyMs?: number } = {}): Told {
    this.#password = answersWith?.iceTransports[0]!.connection.localPassword;
    const timer = setInterval(() => this.say(checkFor(this.#ice, this.#ice.localPassword)), everyMs);
    ends.push(() => clearInterval(timer));
    return this.#told;
  }

  #heard(data: Buffer, from: readonly [string, number]): void {
    const message = (data[0] ?? 0) < 4 ? parseMessage(data) : undefined;
    if (message === undefined) this.#told.data += 1;
    else if (message.messageClass === classes.RESPONSE) this.#told.answers += 1;
    else this.#told.checks += 1;
    if (message?.messageClass !== classes.REQUEST || this.#password === undefined) return;
    const answer = new Message(methods.BINDING, classes.RESPONSE, message.transactionId).setAttribute('XOR-MAPPED-ADDRESS', from);
    answer.addMessageIntegrity(Buffer.from(this.#password));
    answer.addFingerprint();
    this.#socket.send(answer.bytes, from[1], from[0]);
  }
}

async function strangerOf(to: RTCPeerConnection): Promise<Stranger> {
  const socket = dgram.createSocket('udp4');
  ends.push(() => socket.close());
  await new Promise<void>((bound) => socket.bind(0, bound));
  return new Stranger(socket, to);
}

/** Chooses the way that it comes by, for what that is worth. */
function checkFor({ localUsername, iceControlling }: IceInside, password: string): Buffer {
  const check = new Message(methods.BINDING, classes.REQUEST).setAttribute('USERNAME', `${localUsername}:peer`).setAttribute('PRIORITY', 1);
  if (iceControlling) check.setAttribute('ICE-CONTROLLED', 0n);
  else check.setAttribute('ICE-CONTROLLING', 0n).setAttribute('USE-CANDIDATE', null);
  check.addMessageIntegrity(Buffer.from(password));
  check.addFingerprint();
  return check.bytes;
}

/** Nothing goes out or comes in any more through the sockets that this peer has. */
function cut(peer: RTCPeerConnection): void {
  for (const protocol of iceInside(peer.iceTransports[0]!.connection).protocols as { transport: { send: unknown }; datagramReceived: unknown }[]) {
    protocol.transport.send = async () => {};
    protocol.datagramReceived = () => {};
  }
}

function socketsOf(peer: RTCPeerConnection): number {
  return iceInside(peer.iceTransports[0]!.connection).protocols.length;
}

function pathOf(peer: RTCPeerConnection): { readonly own: string; readonly peers: string } {
  const { localCandidate, remoteAddr } = iceInside(peer.iceTransports[0]!.connection).nominated!;
  return { own: `${localCandidate.host} ${localCandidate.port}`, peers: remoteAddr.join(' ') };
}

function held(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout' || kind === 'UDPWrap' || kind === 'UDPSendWrap').length;
}

async function pause(spanMs: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, spanMs));
}
