import type { Action } from './action.ts';
import { offerActions } from './offer-actions.ts';
import { channelActions } from './channel-actions.ts';
import { endingActions } from './ending-actions.ts';
import { timerActions } from './timer-actions.ts';
import { updateActions } from './update-actions.ts';

export const actions = { ...offerActions, ...channelActions, ...updateActions, ...endingActions, ...timerActions } satisfies Record<string, Action>;

export type ActionName = keyof typeof actions;
export type { Action } from './action.ts';
