import { parseArgs } from 'node:util';
import { probeServers, type ServerProbe } from '../../src/mediaflow/werift/index.ts';
import { EXIT, UsageError, type Command } from './command.ts';
import { paint, type Paint } from './paint.ts';
import { readServerOptions, SERVER_OPTIONS, SERVER_OPTIONS_HELP, serversOf, turnTlsOf } from './server-options.ts';
import { inMs } from './wording.ts';

export const netprobe: Command = {
  name: 'netprobe',
  summary: 'measures the way to STUN and TURN servers before a call',
  help: `callcore netprobe — asks STUN and TURN servers, all at once, whether they are
there, whether they take the credentials, and how long and how lossy the way to
them is. A relayed address is had from each TURN server and given back.

  callcore netprobe --stun url | --turn url [options]

${SERVER_OPTIONS_HELP}
  --requests n       requests to each server, one each 50 ms (default 20)
  --json             one JSON object: {"servers":[{"url":…,"outcome":…}, …]}

Outcomes: reachable, refused (wrong or expired credentials), unreachable (no
answer, no such name, or a certificate that is not believed). Exit code 0 when
all are reachable, else 1.

Examples:
  callcore netprobe --stun stun:stun.example.org
  callcore netprobe --turn turn:turn.example.org --turn turns:turn.example.org \\
    --turn-secret "$TURN_SECRET"`,
  async run(args) {
    const { values } = parseArgs({ args: [...args], options: { ...SERVER_OPTIONS, requests: { type: 'string', default: '20' }, json: { type: 'boolean', default: false } } });
    const options = readServerOptions(values, 'netprobe');
    if (options.stun.length + options.turn.length === 0) throw new UsageError('name a server: --stun stun:stun.example.org or --turn turn:turn.example.org');
    const requests = Number(values.requests);
    if (!Number.isInteger(requests) || requests < 1 || requests > 1_000) throw new UsageError(`--requests needs a number between 1 and 1000, not "${values.requests}"`);
    if (!values.json) process.stderr.write(`asking ${options.stun.length + options.turn.length} server(s), ${requests} times each …\n`);
    const servers = await probeServers(serversOf(options), { requests, ...(await turnTlsOf(options)) });
    if (values.json) console.log(JSON.stringify({ servers }));
    else for (const line of servers.map(describe)) console.log(line);
    return servers.every(({ outcome }) => outcome === 'reachable') ? EXIT.ok : EXIT.failed;
  },
};

function describe({ url, outcome, setUp, roundTrip, sent, lost }: ServerProbe): string {
  const [colour, word, remedy] = WORDS[outcome];
  const headline = `${paint(colour, word.padEnd(12))}${url}`;
  if (outcome !== 'reachable') return `${headline}\n            ${remedy}`;
  const way = roundTrip === undefined ? 'no further answer' : `round trip ${inMs(roundTrip.median)}, at most ${inMs(roundTrip.longest)}`;
  return `${headline}\n            ready after ${inMs(setUp ?? 0)}, ${way}, ${lost} of ${sent} lost`;
}

const WORDS: Readonly<Record<ServerProbe['outcome'], readonly [Paint, string, string]>> = {
  reachable: ['green', 'reachable', ''],
  refused: ['red', 'refused', 'wrong or expired credentials: check --turn-secret, or --turn-user and --turn-password, and this machine’s clock'],
  'no-credentials': ['red', 'not asked', 'a TURN server needs credentials: --turn-user and --turn-password, or --turn-secret'],
  unreachable: ['red', 'unreachable', 'no answer: check the address, the port and the firewall; for turns: also the certificate (--turn-ca)'],
  unusable: ['red', 'unusable', 'not the url of a STUN or TURN server'],
};
