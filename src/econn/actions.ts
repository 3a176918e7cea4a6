import type { ChartEvent } from './chart-event.ts';
import type { Memory } from './memory.ts';
import { offerActions } from './offer-actions.ts';
import { channelActions } from './channel-actions.ts';
import { endingActions } from './ending-actions.ts';
import { timerActions } from './timer-actions.ts';
import { updateActions } from './update-actions.ts';
import type { Outbox } from './sending.ts';

/**
 * What a row of the chart does: the memory as it is afterwards, and outputs put into `out`. Pure but for
 * `out`, which is the step's own.
 */
export type Action = (memory: Memory, event: ChartEvent, out: Outbox) => Memory;

export const actions = { ...offerActions, ...channelActions, ...updateActions, ...endingActions, ...timerActions } satisfies Record<string, Action>;

export type ActionName = keyof typeof actions;
