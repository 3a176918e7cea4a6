import { parseArgs } from 'node:util';
import { runDemo } from '../demo/run-demo.ts';
import { chooseView } from '../demo/view.ts';
import { readPath, readSeconds } from './arguments.ts';
import { EXIT, UsageError, type Command } from './command.ts';
import { checkWritable } from './files.ts';
import { onStopSignal } from './stop-request.ts';

export const demo: Command = {
  name: 'demo',
  summary: 'shows a whole call: backend, Alice and Bob as three processes',
  help: `callcore demo — a whole call on this machine, as three processes: a backend,
Bob who answers and Alice who calls and plays a file. Both mute and unmute,
switch video off and on, and see it of each other. Bob records what he hears and
hangs up at the file's end.

  callcore demo [--seconds 8] [--record bob.ogg] [--json]

  --seconds n       how much of Alice's file is played, 2 to 17 (default 8)
  --record out.ogg  keeps Bob's recording
  --json            one JSON object with all figures; progress goes to stderr

Exit code 0 only when everything held: 99 % of the frames played arrived
byte-identical, in order and with continuous RTP timestamps, the recording has
them, every change was seen by the other side, both sides show the same seven
signs against somebody in between, and both calls ended as they should.

Examples:
  callcore demo
  callcore demo --seconds 3 --json | jq .audio
  callcore demo --record heard.ogg && opusinfo heard.ogg`,
  async run(args) {
    const { values } = parseArgs({ args: [...args], options: { seconds: { type: 'string', default: '8' }, record: { type: 'string' }, json: { type: 'boolean', default: false } } });
    const seconds = readSeconds(values.seconds, '--seconds') ?? 8;
    if (seconds < SHORTEST || seconds > LONGEST) throw new UsageError(`--seconds must be between ${SHORTEST} and ${LONGEST}: the file is that long`);
    const record = readPath(values.record, '--record');
    if (record !== undefined) await checkWritable(record);
    const stop = new AbortController();
    const stopListening = onStopSignal(() => stop.abort());
    const view = chooseView(values.json);
    try {
      const result = await runDemo({ seconds, record, stopped: stop.signal }, view);
      view.finish(result);
      return result.ok ? EXIT.ok : EXIT.failed;
    } finally {
      stopListening();
    }
  },
};

/** Less is too short to mute and unmute in. */
const SHORTEST = 2;
const LONGEST = 17;
