import type { ActionName } from './actions.ts';
import type { ChartEvent } from './chart-event.ts';
import type { GuardName } from './guards.ts';

export type StateName =
  /** No call. */
  | 'idle'
  /** PENDING, outgoing: SETUP is out, all the peer user's devices ring. */
  | 'pendingOutgoing'
  /** PENDING, incoming: we ring. */
  | 'pendingIncoming'
  /** CONFLICT_RESOLUTION: both called, their offer is kept, our answer to it is being made. */
  | 'conflict'
  /** ANSWERED: offer and answer are exchanged, the data channel is not open yet. */
  | 'answered'
  /** DATACHAN_ESTABLISHED: the call. */
  | 'established'
  /** UPDATE_SENT: we are replacing the peer connection. */
  | 'updateSent'
  /** UPDATE_RECV: they are replacing the peer connection. */
  | 'updateReceived'
  /** We said HANGUP and wait for its response. */
  | 'hangupSent'
  /** TERMINATING: all is decided; what was said last is still leaving. */
  | 'terminating'
  /** We declined a caller that understands nothing but an answer: it was given one, which is being withdrawn. */
  | 'declining';

export type EventName = ChartEvent['type'];
export type Row = { readonly if?: readonly GuardName[]; readonly to?: StateName; readonly do?: readonly ActionName[] };
export type StateChart = { readonly entry?: readonly ActionName[]; readonly exit?: readonly ActionName[]; readonly on: { readonly [E in EventName]?: readonly Row[] } };
export type Chart = { readonly initial: StateName; readonly states: { readonly [S in StateName]: StateChart } };
