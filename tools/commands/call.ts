import { parseArgs } from 'node:util';
import { CallDesk } from './call-desk.ts';
import { EXIT, UsageError, type Command } from './command.ts';
import { checkWritable } from './files.ts';
import { readLocalMedia } from './local-media.ts';
import { openPeer } from './open-peer.ts';
import { PEER_OPTIONS, PEER_OPTIONS_HELP, readPeerOptions } from './peer-options.ts';
import { reporter } from './peer-report.ts';
import { PersonAtTheTerminal } from './person-at-the-terminal.ts';

export const call: Command = {
  name: 'call',
  summary: 'calls a user and plays a file, a tone or silence to them',
  help: `callcore call — calls a user. All their devices ring, the first to answer is it.

  callcore call <user> --as user/device [options]

  --conversation id  what the call belongs to (default: the two users' names)
${PEER_OPTIONS_HELP}

Exit code 0 when the call was connected and one of the two hung up, else 1.

Examples:
  callcore call bob --as alice/phone --play hello.opus
  callcore call bob --as alice/phone --tone --seconds 10 --record bob.ogg
  callcore call bob --as alice/phone --json | jq 'select(.type == "ended")'`,
  async run(args) {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: { ...PEER_OPTIONS, conversation: { type: 'string' } } });
    const [user, ...others] = positionals;
    if (user === undefined || others.length > 0) throw new UsageError('name one user to call, as in callcore call bob --as alice/phone');
    const options = readPeerOptions(values);
    if (user.toLowerCase() === options.self.user.toLowerCase()) throw new UsageError('a user cannot call themselves: name another user');
    const { report, typed } = reporter(options.json);
    const maker = await readLocalMedia(options);
    for (const file of [options.record, options.trace]) if (file !== undefined) await checkWritable(file);
    const desk = new CallDesk(options, maker, report);
    const person = new PersonAtTheTerminal({ followInput: options.followInput, report, obey: (command) => desk.obey(command), typed });
    try {
      await using peer = await openPeer(options, report, (other) => other.reject());
      person.ready(peer.hurry);
      const conversation = values.conversation ?? conversationOf(options.self.user, user);
      const { connected, reason } = await desk.attend(peer.engine.call({ conversation, user, signal: person.stopped, ...desk.callOptions }), peer.backendNow);
      return connected && (reason.type === 'ended-locally' || reason.type === 'ended-by-peer') ? EXIT.ok : EXIT.failed;
    } finally {
      person.close();
    }
  },
};

/** The same for both, whoever calls. */
function conversationOf(a: string, b: string): string {
  return [a, b].map((user) => user.toLowerCase()).sort().join('+');
}
