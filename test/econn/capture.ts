import { readFileSync, readdirSync } from 'node:fs';
import type { Road } from '../../src/econn/index.ts';

/** One call between two or three AVS clients, as recorded. */
export type Capture = { readonly name: string; readonly messages: readonly Recorded[] };

/** `to`: whom the backend brought it; `text` is what was recorded; A calls, B is called, B2 is the called user's second device. */
export type Recorded = { readonly at: number; readonly via: Road; readonly from: Client; readonly to?: readonly Client[]; readonly text: string };

export type Client = 'A' | 'B' | 'B2' | 'C';

const FOLDER = new URL('../fixtures/captures/', import.meta.url);

export const captures: readonly Capture[] = readdirSync(FOLDER).filter((name) => name.endsWith('.json')).sort().map(read);

function read(file: string): Capture {
  const { messages } = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as { messages: readonly { t: number; transport: string; from: Client; to?: Client[]; msg: object }[] };
  return {
    name: file.slice(0, -'.json'.length),
    messages: messages.map(({ t, transport, from, to, msg }) => ({ at: t, via: transport === 'backend' ? 'backend' : 'channel', from, ...(to === undefined ? {} : { to }), text: JSON.stringify(msg) })),
  };
}
