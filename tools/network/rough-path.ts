import dgram from 'node:dgram';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { Fate, type Weather } from './weather.ts';

/**
 * The only way between two devices and to their backend: everything passes through sockets of this object, which
 * delays and loses it as the weather says. What netem does for interfaces, for ports of one machine.
 *
 * A socket in front of a device stands for it, as a router that translates addresses does.
 */
export class RoughPath {
  readonly #weather: Weather;
  readonly #fate: Fate;
  readonly #fronts = new Set<Front>();
  readonly #lines = new Set<Line>();
  readonly #servers: Server[] = [];
  #down = false;

  constructor(weather: Weather, random: () => number) {
    this.#weather = weather;
    this.#fate = new Fate(weather, random, () => performance.now());
  }

  /** A UDP address of ours that stands for one of a device, and lets everybody in. */
  async front(device: string, host: string, port: number): Promise<{ readonly host: string; readonly port: number }> {
    const front = new Front(device, { host, port }, this.#journey);
    this.#fronts.add(front);
    return front.open();
  }

  /** The port of a TCP server of ours that stands for one of `device`. */
  async line(device: string, port: number): Promise<number> {
    const server = createServer({ noDelay: true }, (near) => {
      const line = new Line(device, near, port, this.#journey);
      this.#lines.add(line);
      near.on('close', () => this.#lines.delete(line));
    }).listen(0, '127.0.0.1');
    this.#servers.push(server);
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
    return address.port;
  }

  /**
   * That device, one of two, has another address: nothing gets through any more over what it has open, and nobody is
   * told. Sockets that it opens from here on are strangers to the fronts of the other.
   */
  moved(device: string): void {
    const old = new Set([...this.#fronts].filter((front) => front.device === device).map(({ port }) => port));
    for (const front of this.#fronts) {
      if (front.device === device) front.cut();
      else front.cutStrangers(old);
    }
    for (const line of this.#lines) if (line.device === device) line.cut();
  }

  /** Nothing gets through, and nobody is told. */
  set down(down: boolean) {
    this.#down = down;
    for (const line of this.#lines) line.flow();
  }

  close(): void {
    for (const front of this.#fronts) front.close();
    for (const line of this.#lines) line.close();
    for (const server of this.#servers) server.close();
  }

  readonly #journey: Journey = {
    isLost: () => this.#fate.lost,
    isDown: () => this.#down,
    delay: () => this.#weather.roundTrip / 2,
    // A lost segment is sent again after the least wait that Linux has, or a round trip when that is longer.
    repeat: () => (this.#fate.lost ? Math.max(200, this.#weather.roundTrip) + this.#weather.roundTrip : 0),
  };
}

type Journey = {
  readonly isLost: () => boolean;
  readonly isDown: () => boolean;
  readonly delay: () => number;
  readonly repeat: () => number;
};

type Place = { readonly host: string; readonly port: number };

/** One UDP port that stands for a device, with a port of its own towards it for each stranger. */
class Front {
  readonly device: string;
  readonly #target: Place;
  readonly #journey: Journey;
  readonly #outside = dgram.createSocket('udp4');
  readonly #inside = new Map<string, dgram.Socket>();
  /** Strangers that cannot be reached any more, and ports that strangers must not come from. */
  readonly #gone = new Set<string>();
  #oldPorts: ReadonlySet<number> = new Set();
  #cut = false;
  #closed = false;

  constructor(device: string, target: Place, journey: Journey) {
    this.device = device;
    this.#target = target;
    this.#journey = journey;
  }

  /** The port of the device itself. */
  get port(): number {
    return this.#target.port;
  }

  async open(): Promise<Place> {
    this.#outside.bind(0, '127.0.0.1');
    await once(this.#outside, 'listening');
    this.#outside.on('message', (data, { address: host, port }) => {
      const inside = this.#insideFor({ host, port });
      this.#carry({ host, port }, () => inside.send(data, this.#target.port, this.#target.host));
    });
    return { host: '127.0.0.1', port: this.#outside.address().port };
  }

  cut(): void {
    this.#cut = true;
  }

  /** Whoever was heard so far, and whoever comes from one of these ports. */
  cutStrangers(ports: ReadonlySet<number>): void {
    for (const stranger of this.#inside.keys()) this.#gone.add(stranger);
    this.#oldPorts = new Set([...this.#oldPorts, ...ports]);
  }

  close(): void {
    this.#closed = true;
    for (const socket of [this.#outside, ...this.#inside.values()]) socket.close();
  }

  #insideFor(stranger: Place): dgram.Socket {
    const known = this.#inside.get(keyOf(stranger));
    if (known !== undefined) return known;
    const socket = dgram.createSocket('udp4').on('error', () => {});
    this.#inside.set(keyOf(stranger), socket);
    socket.on('message', (data) => this.#carry(stranger, () => this.#outside.send(data, stranger.port, stranger.host)));
    return socket;
  }

  #carry(stranger: Place, send: () => void): void {
    const lost = this.#journey.isLost();
    setTimeout(() => {
      if (!lost && !this.#isCutFrom(stranger) && !this.#closed && !this.#journey.isDown()) send();
    }, this.#journey.delay());
  }

  #isCutFrom(stranger: Place): boolean {
    return this.#cut || this.#gone.has(keyOf(stranger)) || this.#oldPorts.has(stranger.port);
  }
}

const keyOf = ({ host, port }: Place): string => `${host}:${port}`;

/** One TCP connection: loses nothing, but is late by what it has to say again. */
class Line {
  readonly device: string;
  readonly #near: Socket;
  readonly #far: Socket;
  readonly #journey: Journey;
  /** Each direction in order, what waits for the path to come back included. */
  readonly #waiting: { readonly to: Socket; readonly data: Buffer | 'end' }[] = [];
  #cut = false;

  constructor(device: string, near: Socket, port: number, journey: Journey) {
    this.device = device;
    this.#near = near;
    this.#journey = journey;
    this.#far = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#join(near, this.#far);
    this.#join(this.#far, near);
  }

  cut(): void {
    this.#cut = true;
  }

  /** What waited while the path was down goes on. */
  flow(): void {
    if (this.#journey.isDown() || this.#cut) return;
    for (const { to, data } of this.#waiting.splice(0)) this.#pass(to, data);
  }

  close(): void {
    this.#near.destroy();
    this.#far.destroy();
  }

  #join(from: Socket, to: Socket): void {
    let freeAt = 0;
    const carry = (data: Buffer | 'end'): void => {
      const arrival = Math.max(freeAt, performance.now() + this.#journey.delay() + this.#journey.repeat());
      freeAt = arrival;
      setTimeout(() => {
        if (this.#cut) return;
        if (this.#journey.isDown() || this.#waiting.length > 0) this.#waiting.push({ to, data });
        else this.#pass(to, data);
      }, arrival - performance.now());
    };
    from.on('data', (data: Buffer) => carry(data));
    from.on('end', () => carry('end'));
    from.on('error', () => carry('end'));
    from.on('close', () => carry('end'));
  }

  #pass(to: Socket, data: Buffer | 'end'): void {
    if (to.destroyed) return;
    if (data === 'end') to.end();
    else to.write(data);
  }
}
