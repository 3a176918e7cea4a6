import type { Moment } from '../story/moment.ts';
import type { Arrow } from '../story/story.ts';
import type { View } from './view.ts';

/** One line of the diagram, from the top. */
export type Row =
  | { readonly type: 'moment'; readonly y: number; readonly moment: Moment }
  /** A message that its receiver never heard, below the moment that sent it. */
  | { readonly type: 'unheard'; readonly y: number; readonly arrow: Arrow }
  /** Time in which nothing happened. */
  | { readonly type: 'gap'; readonly y: number; readonly span: number };

export type Layout = {
  readonly width: number;
  readonly height: number;
  /** The middle of each lane. */
  readonly x: readonly number[];
  /** By index of moment; absent where it is filtered out. */
  readonly y: ReadonlyMap<number, number>;
  readonly rows: readonly Row[];
  /** Where messages stand that nobody heard. */
  readonly unheard: ReadonlyMap<Arrow, number>;
  readonly timeWidth: number;
  /** Room for so many words on an arrow. */
  readonly words: 'all' | 'no delays' | 'names';
};

const ROW = 30;
const GAP = 26;
/** Shorter silences are not worth a line. */
const SILENCE = 1000;

export function layOut(view: View, available: number): Layout {
  const { story, visible } = view;
  const lanes = story.lanes.all.length;
  const narrow = available < 620;
  const timeWidth = narrow ? 50 : 78;
  const edge = narrow ? 52 : 84;
  const spacing = lanes === 1 ? 0 : Math.min(360, Math.max(narrow ? 146 : 172, (available - timeWidth - 2 * edge) / (lanes - 1)));
  const content = timeWidth + 2 * edge + spacing * (lanes - 1);
  const width = Math.max(available, content);
  const x = story.lanes.all.map((_, lane) => timeWidth + edge + (width - content) / 2 + lane * spacing);
  const rows: Row[] = [];
  const y = new Map<number, number>();
  let at = 8;
  const put = (height: number): number => {
    at += height;
    return at - height / 2;
  };
  for (const [place, moment] of visible.entries()) {
    const before = visible[place - 1];
    const silence = before === undefined || story.clock === 'steps' ? 0 : moment.at - before.at;
    if (silence >= SILENCE) rows.push({ type: 'gap', y: put(GAP), span: silence });
    const row = put(ROW);
    y.set(moment.index, row);
    rows.push({ type: 'moment', y: row, moment });
    for (const arrow of view.sentAt(moment)) {
      if (arrow.fate === 'unheard') rows.push({ type: 'unheard', y: put(ROW - 6), arrow });
    }
  }
  return { width, height: at + 24, x, y, rows, unheard: new Map(rows.flatMap((row) => (row.type === 'unheard' ? [[row.arrow, row.y] as const] : []))), timeWidth, words: lanes === 1 || spacing >= 240 ? 'all' : spacing >= 170 ? 'no delays' : 'names' };
}
