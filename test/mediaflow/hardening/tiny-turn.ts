import dgram from 'node:dgram';
import { classes, makeIntegrityKey, Message, methods, parseMessage } from 'werift';

/** A TURN server over UDP for one user, just enough to relay a call on one machine. */
export class TinyTurn {
  readonly username = 'user';
  readonly credential = 'secret';
  /** How many allocations were made, and how many given back. */
  allocated = 0;
  released = 0;
  /** Where the relayed packets of the peers went to. */
  readonly relayedTo = new Set<string>();
  readonly #socket = dgram.createSocket('udp4');
  readonly #relays = new Map<string, dgram.Socket>();
  readonly #channels = new Map<string, { host: string; port: number }>();

  static async start(): Promise<TinyTurn> {
    const turn = new TinyTurn();
    await bound(turn.#socket);
    turn.#socket.on('message', (data, from) => void turn.#received(data, from));
    return turn;
  }

  get address(): [host: string, port: number] {
    return ['127.0.0.1', this.#socket.address().port];
  }

  get url(): string {
    return `turn:127.0.0.1:${this.#socket.address().port}?transport=udp`;
  }

  close(): void {
    for (const socket of [this.#socket, ...this.#relays.values()]) socket.close();
  }

  async #received(data: Buffer, from: dgram.RemoteInfo): Promise<void> {
    const client = `${from.address}:${from.port}`;
    if (data.readUInt16BE(0) >= 0x4000) {
      const to = this.#channels.get(`${client}/${data.readUInt16BE(0)}`);
      if (to !== undefined) this.#relay(client, data.subarray(4, 4 + data.readUInt16BE(2)), to.host, to.port);
      return;
    }
    const message = parseMessage(data);
    if (message === undefined) return;
    if (message.messageClass === classes.INDICATION) {
      const [host, port] = message.getAttributeValue('XOR-PEER-ADDRESS') as [string, number];
      return this.#relay(client, message.getAttributeValue('DATA') as Buffer, host, port);
    }
    if (message.getAttributeValue('USERNAME') !== this.username || parseMessage(data, KEY(this)) === undefined) return this.#challenge(message, from);
    await this.#request(message, client, from);
  }

  async #request(message: Message, client: string, from: dgram.RemoteInfo): Promise<void> {
    const answer = new Message(message.messageMethod, classes.RESPONSE, message.transactionId);
    if (message.messageMethod === methods.ALLOCATE) {
      const relay = this.#relays.get(client) ?? (await this.#allocate(client, from));
      answer.setAttribute('XOR-RELAYED-ADDRESS', ['127.0.0.1', relay.address().port]);
      answer.setAttribute('XOR-MAPPED-ADDRESS', [from.address, from.port]).setAttribute('LIFETIME', 600);
    } else if (message.messageMethod === methods.CHANNEL_BIND) {
      const [host, port] = message.getAttributeValue('XOR-PEER-ADDRESS') as [string, number];
      this.#channels.set(`${client}/${Number(message.getAttributeValue('CHANNEL-NUMBER'))}`, { host, port });
    } else if (message.messageMethod === methods.REFRESH) {
      if (message.getAttributeValue('LIFETIME') === 0) this.released += 1;
      answer.setAttribute('LIFETIME', Number(message.getAttributeValue('LIFETIME')));
    }
    this.#answer(answer, from);
  }

  async #allocate(client: string, from: dgram.RemoteInfo): Promise<dgram.Socket> {
    const relay = dgram.createSocket('udp4');
    this.#relays.set(client, relay);
    this.allocated += 1;
    await bound(relay);
    relay.on('message', (data, peer) => {
      const indication = new Message(methods.DATA, classes.INDICATION);
      indication.setAttribute('XOR-PEER-ADDRESS', [peer.address, peer.port]).setAttribute('DATA', data);
      this.#socket.send(indication.bytes, from.port, from.address);
    });
    return relay;
  }

  #relay(client: string, data: Buffer, host: string, port: number): void {
    this.relayedTo.add(host);
    this.#relays.get(client)?.send(data, port, host);
  }

  #challenge(message: Message, from: dgram.RemoteInfo): void {
    const answer = new Message(message.messageMethod, classes.ERROR, message.transactionId);
    answer.setAttribute('ERROR-CODE', [401, 'Unauthorized']).setAttribute('REALM', REALM).setAttribute('NONCE', Buffer.from('nonce'));
    this.#socket.send(answer.bytes, from.port, from.address);
  }

  #answer(answer: Message, from: dgram.RemoteInfo): void {
    answer.addMessageIntegrity(KEY(this));
    answer.addFingerprint();
    this.#socket.send(answer.bytes, from.port, from.address);
  }
}

const REALM = 'tiny';
const KEY = ({ username, credential }: TinyTurn): Buffer => makeIntegrityKey(username, REALM, credential);

async function bound(socket: dgram.Socket): Promise<void> {
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
}
