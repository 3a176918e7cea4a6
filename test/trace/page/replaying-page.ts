import { replayTexts } from '../replay-texts.ts';

declare global {
  var replayTexts: (texts: readonly string[]) => readonly string[];
}

globalThis.replayTexts = replayTexts;
