import { absurd } from '../base/absurd.ts';
import { stateOf, type Input, type MediaFailure } from '../econn/index.ts';
import { reset, type Ecall, type OpenAsk } from './ecall-state.ts';
import { feed } from './translation.ts';
import type { AskId, AskResult, EcallOutput } from './port.ts';

/** The answer to slow work. An answer to a forgotten question is stale and changes nothing. */
export function askAnswered(ecall: Ecall, id: AskId, result: AskResult, out: EcallOutput[]): Ecall {
  const { open, ...rest } = ecall;
  if (open === undefined || open.id !== id) return ecall;
  switch (result.type) {
    case 'described':
      return described(rest, open, result, out);
    case 'done':
      return open.purpose === 'drain' ? feed(rest, { type: 'drained' }, out) : rest;
    case 'failed':
      return failed(rest, open, result.failure, out);
    default:
      return absurd(result);
  }
}

function described(ecall: Ecall, open: OpenAsk, { sdp, pledge }: AskResult & { type: 'described' }, out: EcallOutput[]): Ecall {
  const { authentication } = ecall;
  const ours = pledge === undefined ? {} : { pledge };
  switch (open.purpose) {
    case 'call': {
      const offered = pledge === undefined ? ecall : { ...ecall, authentication: { type: 'offered' as const, pledge, offer: sdp } };
      return feed(offered, { type: 'start', sdp, props: ecall.props, ...ours }, out);
    }
    case 'answer': {
      const asked = pledge !== undefined && authentication?.type === 'asked';
      const answered = asked ? { ...ecall, authentication: { ...authentication, type: 'answered' as const, pledge, answer: sdp } } : ecall;
      return feed(answered, { type: 'answer', sdp, props: ecall.props, ...(asked ? ours : {}) }, out);
    }
    case 'renew':
      return feed(ecall, { type: 'offer', sdp }, out);
    case 'apply':
    case 'drain':
      return ecall;
    default:
      return absurd(open.purpose);
  }
}

function failed(ecall: Ecall, open: OpenAsk, failure: MediaFailure, out: EcallOutput[]): Ecall {
  if (open.purpose === 'drain') return feed(ecall, { type: 'drained' }, out);
  if (stateOf(ecall.econn) !== 'idle') return feed(ecall, { type: 'flow-failed', failure } satisfies Input, out);
  // Our offer could not be made: nobody knows of the call but its user.
  out.push({ type: 'close-flow', flow: open.flow });
  out.push({ type: 'notify', notice: { type: 'ended', reason: { type: 'media-failed', failure }, missed: false } });
  return reset(ecall.econn, ecall.policy, ecall.lastFlow, ecall.lastAsk);
}
