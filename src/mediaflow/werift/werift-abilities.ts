import { MID_EXTENSION, type StackAbilities } from '../sdp/stack-abilities.ts';

export const WERIFT_ABILITIES: StackAbilities = {
  resolvesNames: false,
  feedback: new Set(['nack', 'nack pli', 'goog-remb']),
  extensions: new Set([MID_EXTENSION]),
};
