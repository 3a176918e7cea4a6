import { CandidatePairState, ICE_COMPLETED } from 'werift';
import type { IceInside } from '../hardening/werift-internals.ts';

/**
 * Ends ICE the moment a pair is nominated. Stock werift looks every 20 ms, for as long as a peer may still
 * send candidates, and never gives up; this starts checks at the same pace, sleeps when there is none to start,
 * and fails when {@link NO_PATH_AFTER_MS} have passed without a pair.
 */
export function wakeOnNomination(ice: IceInside): void {
  const bell = new Bell();
  const outcomes = ice.checkListState;
  const put = outcomes.put.bind(outcomes);
  let concluded = false;
  outcomes.put = (outcome) => {
    put(outcome);
    void outcome.then((value) => {
      concluded ||= value === ICE_COMPLETED;
      bell.ring();
    });
  };
  ringAfter(ice, bell);
  ice.connect = async () => {
    if (!ice.localCandidatesEnd && !ice.localCandidatesStart) throw new Error('Candidates must be gathered before connect().');
    if (!ice.remoteUsername || !ice.remotePassword) throw new Error('The remote description has no ICE credentials.');
    beginChecks(ice);
    const giveUpAt = performance.now() + NO_PATH_AFTER_MS;
    for (;;) {
      // Nobody waits any more; a rejection would make werift report a closed connection as failed.
      if (ice.state === 'closed') await new Promise<never>(() => {});
      if (concluded || ice.checkListDone) break;
      const left = giveUpAt - performance.now();
      if (left <= 0) throw new Error('No path to the peer was found.');
      const startedOne = hasCheckToStart(ice) && ice.schedulingChecks();
      await bell.heard(startedOne ? Math.min(CHECK_PACE_MS, left) : left);
    }
    for (const pair of ice.checkList) pair.handle?.resolve();
    ice.queryConsent();
    ice.setState('connected');
  };
}

/** One check each 20 ms, as werift has it; RFC 8445 §14.2 asks for at least 5 ms. */
const CHECK_PACE_MS = 20;
/**
 * When we answer, the peer may hear of it seconds later and only then check towards us: failing when our own
 * checks have failed (1.6 s) would be too early. Consent, later, gives up after the same span.
 */
const NO_PATH_AFTER_MS = 30_000;

function beginChecks(ice: IceInside): void {
  for (const candidate of ice.remoteCandidates) ice.pairRemoteCandidate(candidate);
  ice.sortCheckList();
  ice.unfreezeInitial();
  const early = ice.earlyChecks;
  ice.earlyChecks = [];
  for (const check of early) ice.checkIncoming(...check);
  ice.earlyChecksDone = true;
}

function hasCheckToStart({ checkList }: IceInside): boolean {
  return checkList.some(({ state }) => state === CandidatePairState.WAITING || state === CandidatePairState.FROZEN);
}

/** Whatever can give the loop something to do rings the bell. */
function ringAfter(ice: IceInside, bell: Bell): void {
  const addPair = ice.addPair.bind(ice);
  ice.addPair = (pair) => {
    addPair(pair);
    bell.ring();
  };
  const close = ice.close.bind(ice);
  ice.close = async () => {
    const closed = close();
    bell.ring();
    await closed;
  };
}

/** Wakes one sleeper, by a ring or after a while. A ring while nobody sleeps is not lost. */
class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  async heard(limitMs: number): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, limitMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#wake = undefined;
    this.#rung = false;
  }
}
