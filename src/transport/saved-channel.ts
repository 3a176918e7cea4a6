import { isCount, isText, isTime, listOf, pairOf, record, type Shape } from '../base/shape.ts';
import type { SavedPins } from './identity-pins.ts';
import type { SavedReplayWindow } from './replay-window.ts';

/** What a channel must remember across starts to know replays and changed identities; fit for JSON, not secret. */
export type SavedChannel = { readonly pins: SavedPins; readonly seen: SavedReplayWindow };

/**
 * The same when it can be read. Throws {@link SavedChannelError} when it cannot: to go on as if nothing had been
 * saved would believe any key at the next contact, and let every replay pass.
 */
export function readSavedChannel(saved: SavedChannel | undefined): SavedChannel | undefined {
  if (saved !== undefined && !isSavedChannel(saved)) throw new SavedChannelError();
  return saved;
}

export function readSavedWindow(seen: SavedReplayWindow | undefined): SavedReplayWindow | undefined {
  if (seen !== undefined && !isWindow(seen)) throw new SavedChannelError();
  return seen;
}

const isByte: Shape = (value) => isCount(value) && (value as number) < 256;
const isKey: Shape = (value) => listOf(isByte)(value) && (value as readonly number[]).length === 32;
/** Length of the user's name, colon, user, device. */
const isDeviceKey: Shape = (value) => {
  const [, length = '', names = ''] = isText(value) ? (/^(\d{1,6}):(.*)$/su.exec(value as string) ?? []) : [];
  return length !== '' && names.length >= Number(length);
};
const isIds = listOf(pairOf(isText, isTime));
const isSender: Shape = (value) => Array.isArray(value) && value.length === 3 && isText(value[0]) && isTime(value[1]) && isIds(value[2]);
const isWindow = listOf(isSender);
const isSavedChannel = record({ pins: listOf(pairOf(isDeviceKey, isKey)), seen: isWindow });

/** What a channel had saved is damaged. */
export class SavedChannelError extends Error {
  override readonly name = 'SavedChannelError' as const;

  constructor() {
    super('what the channel had saved cannot be read: pass exactly what save() returned, or an older copy; passing nothing trusts every key anew at the next contact');
  }
}
