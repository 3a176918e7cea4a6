import { describe, expect, it } from 'vitest';
import { ms } from '../../src/base/units.ts';
import { replay } from '../../src/ecall/index.ts';
import type { EcallOutput } from '../../src/ecall/port.ts';
import { isBeyond, type OfferId } from '../../src/econn/index.ts';
import type { Resident, Town } from '../../src/testing/index.ts';
import { CALM, type Weather } from '../../src/transport/index.ts';
import { seed } from '../seed.ts';
import { scriptOf, Storm, type Climate, type Lived } from './storm.ts';

const HILLS: Weather = { loss: 0.1, duplication: 0.1, delay: [ms(0), ms(2000)], reordering: 0.4 };
const REORDERING: Weather = { loss: 0, duplication: 0.2, delay: [ms(0), ms(1500)], reordering: 0.5 };

const CLIMATES: readonly (readonly [name: string, runs: number, climate: Climate])[] = [
  ['on a calm backend', 600, { weather: CALM, refusals: 0, crashes: false, devices: 1 }],
  ['when messages overtake each other and come twice', 500, { weather: REORDERING, refusals: 0, crashes: false, devices: 1 }],
  ['when messages are lost and refused', 500, { weather: HILLS, refusals: 0.05, crashes: false, devices: 1 }],
  ['when devices crash and come back', 500, { weather: HILLS, refusals: 0, crashes: true, devices: 1 }],
  ['with two devices each', 400, { weather: REORDERING, refusals: 0, crashes: false, devices: 2 }],
];

describe('two people who do anything at any time', () => {
  it.each(CLIMATES)('P1 P2 P3 P5 P6 P7 P10 P11 P13 P17 P18 are together or free in the end %s', async (_name, runs, climate) => {
    let connected = 0;
    for (let run = 0; run < runs; run++) {
      const number = seed + run;
      const script = scriptOf(number, climate);

      const storm = await Storm.play(number, climate, script);

      const faults = faultsOf(storm);
      if (run % TRACES === 0) faults.push(...storm.lived.flatMap(faultsOfTrace));
      if (faults.length > 0) expect.fail(`${faults.join('; ')}\nCALLCORE_SEED=${number} runs it first; its script: ${JSON.stringify(script)}`);
      connected += storm.lived.filter(({ connectedAt }) => connectedAt !== undefined).length;
    }
    // A storm in which nobody ever talks would prove nothing.
    expect(connected).toBeGreaterThan(runs);
  }, 180_000);
});

/** What is wrong with the town at rest. */
function faultsOf(storm: Storm): string[] {
  const { town, people, lived } = storm;
  const faults = people.flatMap((person) => faultsOfPerson(person, people));
  const silent = people.every(({ engine }) => engine.calls.length === 0);
  if (silent && town.time.pending !== 0) faults.push(`${town.time.pending} timers left in the town`);
  for (const { self } of people) {
    const calledBy = lived.filter(({ call, owner }) => call.direction === 'outgoing' && owner.self.user !== self.user).length;
    const missed = storm.missed.get(self.device) ?? 0;
    if (missed > calledBy) faults.push(`P7 ${self.device} missed ${missed} of ${calledBy} calls`);
  }
  return [...faults, ...lived.flatMap(faultsOfCall), ...faultsOfMail(town)];
}

/** Of what each device gave to the backend, in order. */
function faultsOfMail({ posted }: Town): readonly string[] {
  const faults: string[] = [];
  const latest = new Map<string, OfferId>();
  const offered = new Set<string>();
  for (const { from, message } of posted) {
    if ((message.type === 'SETUP' || message.type === 'UPDATE') && !message.resp && message.offer !== undefined) {
      const before = latest.get(from.device);
      const repeated = offered.has(JSON.stringify(message.offer));
      if (!repeated && before !== undefined && !isBeyond(message.offer, before)) faults.push(`P10 ${from.device} made an offer that is not newer`);
      latest.set(from.device, repeated && before !== undefined ? before : message.offer);
      offered.add(JSON.stringify(message.offer));
    }
    const ofOwn = message.type === 'CANCEL' && message.call?.device === from.device;
    if (ofOwn && !offered.has(JSON.stringify(message.call))) faults.push(`P11 ${from.device} withdrew what it had not offered`);
  }
  return faults;
}

function faultsOfPerson(person: Resident, people: readonly Resident[]): readonly string[] {
  const { engine, media, self } = person;
  const faults: string[] = [];
  const [call] = engine.calls;
  if (media.flows.length !== engine.calls.length) faults.push(`P13 ${self.device} has ${media.flows.length} flows`);
  if (call === undefined) return engine.timers === 0 ? faults : [...faults, `P6 ${self.device} has ${engine.timers} timers`];
  if (call.state !== 'connected') return [...faults, `P1 P2 ${self.device} is ${call.state} at rest`];

  const peer = people.find((other) => other.self.device === call.peer.device?.device);
  const theirs = peer?.engine.calls[0];
  if (peer === undefined || theirs?.state !== 'connected') return [...faults, `P2 ${self.device} is in a call alone`];
  if (nameOfCall(person) !== nameOfCall(peer)) faults.push(`P3 ${self.device} and ${peer.self.device} are in two different calls`);
  if (JSON.stringify(call.peerProps) !== JSON.stringify(theirs.props)) faults.push(`J01 ${self.device} does not know what is sent to it`);
  return faults;
}

function nameOfCall({ engine }: Resident): string {
  return JSON.stringify(engine.save().conversations.map(({ econn }) => econn.memory.call?.id));
}

function faultsOfCall({ call, owner, startedAt, connectedAt, endedAt, rangFor, ends }: Lived): readonly string[] {
  if (!owner.alive) return ends > 1 ? [`P7 a call ended ${ends} times`] : [];
  const faults: string[] = [];
  const stays = owner.engine.calls.includes(call);
  if (ends !== (stays ? 0 : 1)) faults.push(`P7 a call of ${owner.self.user} ended ${ends} times`);
  const decidedAt = connectedAt ?? endedAt;
  if (decidedAt === undefined || decidedAt - startedAt > LONGEST_WAY_IN) faults.push(`P17 a call of ${owner.self.user} was open for too long`);
  if (rangFor > RING) faults.push(`P5 ${owner.self.user} rang for ${rangFor}`);
  return faults;
}

function faultsOfTrace({ call, renewed }: Lived): readonly string[] {
  const faults: string[] = [];
  const trace = call.trace();
  const loud = trace.entries.find(({ outputs }) => outputs.length > MOST_OUTPUTS || messagesOf(outputs) > MOST_AT_ONCE);
  if (loud !== undefined) faults.push(`P18 ${loud.outputs.length} outputs by ${loud.input.type}`);
  const sent = trace.entries.reduce((sum, { outputs }) => sum + outputs.filter(({ type }) => type === 'send').length, 0);
  if (sent > MOST_MESSAGES && !renewed) faults.push(`P18 ${sent} messages`);
  if (JSON.stringify(replay(trace)) !== JSON.stringify(trace)) faults.push('O06 the trace does not replay');
  return faults;
}

function messagesOf(outputs: readonly EcallOutput[]): number {
  return outputs.filter(({ type }) => type === 'send' || type === 'say').length;
}

/** One run in so many has its traces replayed, which costs more than the run. */
const TRACES = 4;

const RING = 60_000;
/** A minute of ringing, then ten seconds of gathering or fifteen until the channel opens. */
const LONGEST_WAY_IN = 75_000;
/** The opening of a channel sets timers, starts media, and answers all that was said before. */
const MOST_OUTPUTS = 16;
const MOST_AT_ONCE = 8;
const MOST_MESSAGES = 40;
