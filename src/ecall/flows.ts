import type { Props } from '../econn/index.ts';
import type { Ecall, Purpose } from './ecall-state.ts';
import type { Ask, EcallOutput, FlowId } from './port.ts';

/** Opens a flow that replaces any other that was coming, and asks it for a description. */
export function openFlow(ecall: Ecall, place: 'current' | 'coming', what: Ask, purpose: Purpose, out: EcallOutput[]): Ecall {
  const old = place === 'current' ? ecall.current : ecall.coming;
  if (old !== undefined) out.push({ type: 'close-flow', flow: old });
  const flow = ecall.lastFlow + 1;
  const sendsVideo = wantsVideo(ecall.props);
  out.push({ type: 'open-flow', flow, video: sendsVideo, constantBitrate: ecall.props.audioCbr });
  return ask({ ...ecall, [place]: flow, lastFlow: flow, sendsVideo }, flow, what, purpose, out);
}

/** Paused and off are told by props alone; sending needs a flow that was made for it. */
export function wantsVideo(props: Props): boolean {
  return props.video === 'on' || props.screen === 'on';
}

/** Asks for slow work. The question that was open is forgotten: its answer will be stale. */
export function ask(ecall: Ecall, flow: FlowId, what: Ask, purpose: Purpose, out: EcallOutput[]): Ecall {
  const id = ecall.lastAsk + 1;
  out.push({ type: 'ask', ask: id, flow, what });
  return { ...ecall, lastAsk: id, open: { id, flow, what, purpose } };
}
