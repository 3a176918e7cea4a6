import { ms } from '../../base/units.ts';
import { FlowError, type MediaEngine } from '../port.ts';
import type { ConformanceWorld } from './conformance-world.ts';
import { FlowPair, must, OPTIONS, type FlowCheck } from './flow-pair.ts';
import { FRAME_CHECKS } from './frame-checks.ts';
import { recordFlow, told } from './recorded-flow.ts';
import { TRACK_CHECKS } from './track-checks.ts';

export type ConformanceCheck = { readonly name: string; readonly run: () => Promise<void> };

/**
 * What every implementation of `MediaFlow` must do, whoever runs the tests: each check makes its own world,
 * closes its engines, and rejects with what was wrong. What it carries decides how its media are checked.
 */
export function mediaFlowConformance(carries: MediaEngine['carries'], makeWorld: () => Promise<ConformanceWorld>): readonly ConformanceCheck[] {
  return [...COMMON_CHECKS, ...(carries === 'frames' ? FRAME_CHECKS : TRACK_CHECKS)].map(([name, check]) => ({
    name,
    async run() {
      const pair = new FlowPair(await makeWorld());
      try {
        await check(pair);
      } finally {
        await pair.close();
      }
    },
  }));
}

const COMMON_CHECKS: readonly FlowCheck[] = [
  ['an offer is complete: three m-lines in one bundle, a fingerprint, a candidate or a token', async ({ a }) => {
    const { sdp, fingerprint } = await a.flow.createOffer();
    must(mLines(sdp).join(' ') === 'audio video application', `m-lines are ${mLines(sdp).join(' ')}`);
    must(/^a=group:BUNDLE \S+ \S+ \S+\r?$/m.test(sdp), 'not everything is bundled');
    must(/^(?:[\dA-F]{2}:){31}[\dA-F]{2}$/.test(fingerprint) && sdp.includes(fingerprint), 'the fingerprint is not in the description');
  }],
  ['the channel opens once on both sides and the m-lines of the answer are those of the offer', async (pair) => {
    const { offer, answer } = await pair.connect();
    must(mLines(answer).join() === mLines(offer).join(), 'the answer has other m-lines');
    for (const end of [pair.a, pair.b]) {
      must(told(end, 'channel-opened').length === 1, 'channel-opened was not told once');
      must(told(end, 'link').some(({ link }) => link === 'connected'), 'connected was not told');
      must(end.flow.stats().phases['channel-opened'] !== undefined, 'the phase channel-opened has no time');
    }
  }],
  ['text goes both ways, whole and in order', async (pair) => {
    await pair.connect();
    const texts = ['{"type":"PING"}', 'ünïcode ☎', 'x'.repeat(32_000), 'last'];
    for (const text of texts) must(pair.a.flow.send(text) === 'sent', 'a message was not sent');
    must(pair.b.flow.send('back') === 'sent', 'a message was not sent back');
    await pair.until(() => told(pair.b, 'channel-message').length === texts.length && told(pair.a, 'channel-message').length === 1, 'the messages did not arrive');
    must(told(pair.b, 'channel-message').every(({ text }, index) => text === texts[index]), 'the messages arrived changed or in another order');
    must(told(pair.b, 'heard').length > 0, 'heard was not told');
  }],
  ['drain resolves when everything has arrived', async (pair) => {
    await pair.connect();
    pair.a.flow.send('before closing');
    let drained = false;
    const draining = pair.a.flow.drain(ms(2_000)).then(() => (drained = true));
    await pair.until(() => drained, 'drain did not resolve');
    await draining;
    must(told(pair.b, 'channel-message').length === 1, 'drained before the message arrived');
  }],
  ['nothing is sent before the channel is open nor after close, and send says so', async (pair) => {
    must(pair.a.flow.send('early') === 'closed', 'sent before there was a channel');
    await pair.connect();
    await pair.a.flow.close();
    must(pair.a.flow.send('late') === 'closed', 'sent after close');
  }],
  ['closing is silent on this side, told on the other, and may be repeated', async (pair) => {
    await pair.connect();
    const before = pair.a.events.length;
    await Promise.all([pair.a.flow.close(), pair.a.flow.close()]);
    await pair.until(() => told(pair.b, 'channel-closed').length === 1, 'the peer was not told');
    must(pair.a.events.length === before, `told after close: ${JSON.stringify(pair.a.events.slice(before))}`);
  }],
  ['told of other addresses while its path is well, a flow goes on as before, and tells nothing', async (pair) => {
    await pair.connect();
    for (const end of [pair.a, pair.b]) end.flow.moved();
    pair.a.flow.moved();
    await pair.pass(ms(600));
    must(pair.a.flow.send('there') === 'sent' && pair.b.flow.send('back') === 'sent', 'a message was not sent');
    await pair.until(() => [pair.a, pair.b].every((end) => told(end, 'channel-message').length === 1), 'the messages did not arrive');
    for (const end of [pair.a, pair.b]) must(told(end, 'channel-opened').length === 1 && told(end, 'failed').length === 0 && told(end, 'link').every(({ link }) => link !== 'disconnected'), 'something was told of the path');
  }],
  ['told of other addresses before there is a path, or after close, a flow does nothing', async (pair) => {
    pair.a.flow.moved();
    await pair.connect();
    await pair.a.flow.close();
    pair.a.flow.moved();
    must(told(pair.a, 'failed').length === 0, 'it failed');
  }],
  ['whatever is asked of a flow is settled when it is closed, as a FlowError when it was not done', async (pair) => {
    const offer = pair.a.flow.createOffer();
    const { sdp } = await offer;
    const answering = outcomeOf(pair.b.flow.createAnswer(sdp));
    await pair.b.flow.close();
    const other = recordFlow(pair.callee, OPTIONS);
    const answer = await other.flow.createAnswer(sdp);
    const accepting = outcomeOf(pair.a.flow.acceptAnswer(answer.sdp));
    await pair.a.flow.close();
    const asked = outcomeOf(recordFlow(pair.caller, OPTIONS).flow.createOffer());
    await pair.close();
    await pair.pass(ms(20));
    for (const outcome of [await answering, await accepting, await asked]) must(outcome === 'done' || outcome === 'no-path', `a closed flow said ${outcome}`);
  }],
  ['a description that is none is refused as such, by offer and by answer', async ({ a, b }) => {
    await mustRefuse(b.flow.createAnswer('not a description'));
    await a.flow.createOffer();
    await mustRefuse(a.flow.acceptAnswer('v=0\r\n'));
  }],
  ['an altered fingerprint is never trusted', async (pair) => {
    await pair.exchange((sdp) => sdp.replaceAll(/(a=fingerprint:sha-256 )(..)/g, (_, start: string, byte: string) => `${start}${byte === 'AA' ? 'AB' : 'AA'}`));
    await pair.until(() => told(pair.b, 'failed').length > 0, 'nobody noticed');
    must(told(pair.b, 'failed')[0]?.failure === 'peer-not-authentic', `failed as ${told(pair.b, 'failed')[0]?.failure}`);
    must(told(pair.a, 'channel-opened').length + told(pair.b, 'channel-opened').length === 0, 'the channel opened');
  }],
];

function outcomeOf(asked: Promise<unknown>): Promise<string> {
  return asked.then(() => 'done', (error: unknown) => (error instanceof FlowError ? error.failure : String(error)));
}

async function mustRefuse(applying: Promise<unknown>): Promise<void> {
  const outcome = await outcomeOf(applying);
  must(outcome === 'bad-description', `a description that is none was ${outcome}`);
}

function mLines(sdp: string): string[] {
  return [...sdp.matchAll(/^m=(\w+)/gm)].map(([, kind]) => kind ?? '');
}
