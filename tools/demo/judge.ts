import { describeReason } from '../commands/wording.ts';
import type { Comparison } from './compare-frames.ts';
import type { Side } from './demo-peer.ts';
import type { Check, Recording, Sync } from './result.ts';

/** What was seen of a call that went through all its steps. */
export type Evidence = {
  readonly alice: Side;
  readonly bob: Side;
  readonly syncs: readonly Sync[];
  readonly audio: Comparison;
  readonly recording: Recording | undefined;
  readonly exitCodes: readonly (number | undefined)[];
};

/** Of the frames played, at least this share must arrive. */
export const SHARE_WANTED = 0.99;

/** Every promise of the demo, with the figures that keep or break it. */
export function judge({ alice, bob, syncs, audio, recording, exitCodes }: Evidence): readonly Check[] {
  const toAlice = alice.end?.metrics.audio.received ?? 0;
  return [
    check('messages are sealed end to end', alice.signalling === 'sealed' && bob.signalling === 'sealed', `${alice.signalling} and ${bob.signalling}`),
    check('both show the same seven signs', sameSigns(alice, bob), signsOf(alice, bob)),
    check('set-up by backend, rest by channel', countsFit(alice, bob), messagesOf(alice)),
    check(`≥ ${SHARE_WANTED * 100} % of frames as played, in place`, audio.share >= SHARE_WANTED, `${audio.identical} of ${audio.played} (${percent(audio.share)})`),
    check('no packet altered, late or twice', audio.altered + audio.outOfOrder === 0, `${audio.altered} altered, ${audio.outOfOrder} out of order, of ${audio.received}`),
    check('RTP timestamps are continuous', audio.received > 0 && audio.timestampBreaks === 0, `${audio.timestampBreaks} breaks`),
    check('muted frames left as silence', audio.muted > 0 && audio.mutedAsSilence >= Math.floor(audio.muted * SHARE_WANTED), `${audio.mutedAsSilence} of ${audio.muted}`),
    check('the recording is what was played', recording !== undefined && recording.asPlayed >= audio.played * SHARE_WANTED, recordingOf(recording)),
    check("Bob's sound reached Alice", toAlice > 0, `${toAlice} packets`),
    check('video went both ways', (alice.end?.metrics.video.received ?? 0) > 0 && (bob.end?.metrics.video.received ?? 0) > 0, `${alice.end?.metrics.video.received ?? 0} and ${bob.end?.metrics.video.received ?? 0} packets`),
    check('mute and video seen by the other', syncs.length > 0, `${syncs.length} changes, slowest after ${Math.round(Math.max(0, ...syncs.map(({ seenAfterMs }) => seenAfterMs)))} ms`),
    check('Bob hung up', bob.end?.reason.type === 'ended-locally', reasonOf(bob)),
    check('Alice was hung up on', alice.end?.reason.type === 'ended-by-peer', reasonOf(alice)),
    check('every process ended by itself', exitCodes.every((code) => code === 0), `exit codes ${exitCodes.map(String).join(', ')}`),
  ];
}

function check(name: string, passed: boolean, detail: string): Check {
  return { name, passed, detail };
}

/** Somebody in between would make them differ. */
function sameSigns(alice: Side, bob: Side): boolean {
  return alice.code?.length === 7 && alice.code.join(' ') === bob.code?.join(' ');
}

function signsOf(alice: Side, bob: Side): string {
  const [ours, theirs] = [alice, bob].map(({ code }) => code?.join(' ') ?? 'none');
  return ours === theirs ? `${ours}` : `Alice ${ours}; Bob ${theirs}`;
}

/** What one side sent over the channel the other received; the last words may be cut by the hang-up. */
function countsFit(alice: Side, bob: Side): boolean {
  const [ours, theirs] = [alice.end?.metrics.messages, bob.end?.metrics.messages];
  if (ours === undefined || theirs === undefined) return false;
  return ours.backendSent >= 1 && theirs.backendSent >= 1 && ours.channelReceived >= 1 && theirs.channelReceived >= 1;
}

function messagesOf({ end }: Side): string {
  const messages = end?.metrics.messages;
  if (messages === undefined) return 'unknown';
  return `Alice: ${messages.backendSent} and ${messages.channelSent} sent, ${messages.backendReceived} and ${messages.channelReceived} got`;
}

function recordingOf(recording: Recording | undefined): string {
  return recording === undefined ? 'not a valid Ogg/Opus file' : `${recording.asPlayed} frames, ${recording.packets} packets, ${recording.seconds.toFixed(2)} s`;
}

function reasonOf({ end }: Side): string {
  return end === undefined ? 'it did not end' : describeReason(end.reason);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
