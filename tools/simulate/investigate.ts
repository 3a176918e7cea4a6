import { TraceBook, type TraceBundle } from '../../src/trace/index.ts';
import { FAIR } from './draw-story.ts';
import { lawOf } from './law-of.ts';
import { Simulation, type SimulationOptions } from './simulation.ts';
import { lineInWords, type Story } from './story.ts';

/** A broken law, and the least that was found to break it. */
export type Finding = {
  readonly call: number;
  readonly wrong: readonly string[];
  readonly story: Story;
  /** Whether the story alone breaks it; else what the circle lived before is needed too. */
  readonly alone: boolean;
  /** One for each conversation in which something happened. */
  readonly traces: readonly TraceBundle[];
};

/** Lives a story again, then with ever less in it for as long as the same law is broken, and writes the rest down. */
export async function investigate(options: SimulationOptions, call: number): Promise<Finding | undefined> {
  const again = (story?: Story, alone = false, book?: TraceBook): Promise<readonly string[]> =>
    new Simulation(options).relive(call, { alone, ...(story === undefined ? {} : { story }), ...(book === undefined ? {} : { book }) });
  const [law] = (await again()).map(lawOf);
  if (law === undefined) return undefined;
  const breaks = async (story: Story, alone: boolean): Promise<boolean> => (await again(story, alone)).some((fault) => lawOf(fault) === law);
  const whole = new Simulation(options).storyOf(call);
  const alone = await breaks(whole, true);
  const story = await shrunk(whole, (less) => breaks(less, alone));
  const book = new TraceBook({ rules: options.rules });
  const wrong = await again(story, alone, book);
  return { call, wrong, story, alone, traces: tracesIn(book, call, wrong) };
}

/** Drops lines, and the weather, until nothing can be dropped any more. */
async function shrunk(whole: Story, breaks: (story: Story) => Promise<boolean>): Promise<Story> {
  let story = whole;
  for (let at = story.lines.length - 1; at >= 0; ) {
    const less = { ...story, lines: story.lines.filter((_, index) => index !== at) };
    const holds = await breaks(less);
    if (holds) story = less;
    at = holds ? story.lines.length - 1 : at - 1;
  }
  const calm = { ...story, climate: FAIR };
  return (await breaks(calm)) ? calm : story;
}

function tracesIn(book: TraceBook, call: number, wrong: readonly string[]): readonly TraceBundle[] {
  return book.conversations.map((conversation) => book.bundle(`call ${call}: ${wrong[0] ?? ''}`, conversation));
}

export function findingInWords({ call, wrong, story, alone }: Finding, devices: number): string {
  return [
    `call ${call}: ${wrong.join('; ')}`,
    `  weather ${story.climate.name}${alone ? '' : ', after all that its people had lived before'}`,
    ...story.lines.map((line) => `  ${lineInWords(line, devices)}`),
  ].join('\n');
}
