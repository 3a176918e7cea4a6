import { DtlsEndpoint, type EndpointOptions } from '../../../src/mediaflow/werift/hardening/dtls/dtls-endpoint.ts';
import type { Handshake, Lane } from '../../../src/mediaflow/werift/hardening/dtls/handshake.ts';
import type { PeerRefusal } from '../../../src/mediaflow/werift/hardening/refusal.ts';
import { makeCertificate, type Certificate } from '../../../src/mediaflow/werift/hardening/self-signed.ts';
import { Faults, NO_FAULTS, type FaultPlan } from './faults.ts';

/** How a handshake ended at one end. */
export type Outcome = 'established' | PeerRefusal;

export type EndPlan = {
  readonly certificate?: Certificate;
  /** The certificate the other end believes this one to have. */
  readonly described?: Certificate;
  readonly begin?: (options: EndpointOptions, lane: Lane) => Handshake;
};

export type TwoEndsPlan = {
  readonly seed?: number;
  readonly faults?: FaultPlan;
  readonly client?: EndPlan;
  readonly server?: EndPlan;
  /** Sees each datagram first; what it returns is sent on. */
  readonly tap?: (from: 'client' | 'server', datagram: Buffer) => Buffer[];
};

export class End {
  readonly endpoint: DtlsEndpoint;
  readonly outcome: Promise<Outcome>;
  readonly received: string[] = [];
  closedByPeer = false;
  decided: Outcome | undefined;

  constructor(role: 'client' | 'server', plan: EndPlan, certificate: Certificate, trusts: Certificate, transmit: (datagram: Buffer) => void) {
    let decide: (outcome: Outcome) => void = () => {};
    this.outcome = new Promise((resolve) => (decide = resolve));
    const settle = (outcome: Outcome): void => {
      this.decided ??= outcome;
      decide(outcome);
    };
    const options: EndpointOptions = {
      role,
      certificate,
      srtpProfiles: [7, 1],
      isDescribed: (der) => der.equals(trusts.der),
      transmit,
      received: (data) => this.received.push(data.toString()),
      established: () => settle('established'),
      refused: settle,
      closedByPeer: () => (this.closedByPeer = true),
    };
    const { begin } = plan;
    this.endpoint = begin === undefined ? new DtlsEndpoint(options) : new DtlsEndpoint(options, (lane) => begin(options, lane));
  }
}

/** Two DTLS ends with a network between them. */
export async function twoEnds(plan: TwoEndsPlan = {}): Promise<{ readonly client: End; readonly server: End; readonly close: () => void }> {
  const [a, b] = await Promise.all([plan.client?.certificate ?? makeCertificate(), plan.server?.certificate ?? makeCertificate()]);
  const faults = new Faults(plan.seed ?? 1, plan.faults ?? NO_FAULTS);
  const tap = plan.tap ?? ((_, datagram) => [datagram]);
  const client: End = new End('client', plan.client ?? {}, a, plan.server?.described ?? b, (datagram) => {
    for (const one of tap('client', datagram)) faults.pass(one, (arrived) => server.endpoint.receive(arrived));
  });
  const server: End = new End('server', plan.server ?? {}, b, plan.client?.described ?? a, (datagram) => {
    for (const one of tap('server', datagram)) faults.pass(one, (arrived) => client.endpoint.receive(arrived));
  });
  server.endpoint.start();
  client.endpoint.start();
  return {
    client,
    server,
    close: () => {
      client.endpoint.close();
      server.endpoint.close();
    },
  };
}
