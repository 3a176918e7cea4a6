import { parseArgs } from 'node:util';
import type { Call } from '../../src/index.ts';
import { CallDesk } from './call-desk.ts';
import { EXIT, type Command } from './command.ts';
import { checkWritable, numbered } from './files.ts';
import { readLocalMedia } from './local-media.ts';
import { openPeer } from './open-peer.ts';
import { PEER_OPTIONS, PEER_OPTIONS_HELP, readPeerOptions } from './peer-options.ts';
import { reporter } from './peer-report.ts';
import { PersonAtTheTerminal } from './person-at-the-terminal.ts';

export const answer: Command = {
  name: 'answer',
  summary: 'waits for calls and takes them, or declines them',
  help: `callcore answer — waits for calls and takes each one. While in one, others
hear that this device is busy.

  callcore answer --as user/device [options]

  --once             ends after the first call
  --reject           declines every call
${PEER_OPTIONS_HELP}

The second call that --record out.ogg records is in out-2.ogg, and so on.

Exit code with --once: 0 when the call was taken and one of the two hung up, or
with --reject when it was declined; else 1. Without --once it runs until Ctrl-C
and exits with 0.

Examples:
  callcore answer --as bob/laptop --record heard.ogg --once
  callcore answer --as bob/laptop --play greeting.opus --seconds 20
  callcore answer --as bob/tablet --reject --once --json`,
  async run(args) {
    const { values } = parseArgs({ args: [...args], options: { ...PEER_OPTIONS, once: { type: 'boolean', default: false }, reject: { type: 'boolean', default: false } } });
    const options = readPeerOptions(values);
    const { report, typed } = reporter(options.json);
    const maker = await readLocalMedia(options);
    for (const file of [options.record, options.trace]) if (file !== undefined) await checkWritable(file);
    let taken = 0;
    let rung = 0;
    /** `call`: the one that rings or is under way. */
    const line: { desk?: CallDesk; call?: Call; ring?: (call: Call | undefined) => void } = {};
    const person = new PersonAtTheTerminal({ followInput: options.followInput, report, obey: (command) => line.desk?.obey(command), typed });
    person.stopped.addEventListener('abort', () => {
      line.call?.end();
      line.ring?.(undefined);
    });
    const incoming = (call: Call): void => {
      const { device } = call.peer;
      report({ type: 'incoming', from: device === undefined ? call.user : `${device.user}/${device.device}` });
      line.call = call;
      line.ring?.(call);
    };
    try {
      await using peer = await openPeer(options, report, incoming);
      person.ready(peer.hurry);
      while (!person.stopped.aborted) {
        const call = line.call ?? (await new Promise<Call | undefined>((ring) => (line.ring = ring)));
        delete line.ring;
        if (call === undefined) break;
        const record = values.reject || options.record === undefined ? undefined : numbered(options.record, ++taken);
        rung += 1;
        const trace = options.trace === undefined ? undefined : numbered(options.trace, rung);
        const desk = new CallDesk({ ...options, record, trace }, maker, report);
        line.desk = desk;
        const attending = desk.attend(call, peer.backendNow);
        if (values.reject) call.reject();
        else call.answer(desk.callOptions);
        const { connected, reason } = await attending;
        if (line.call === call) delete line.call;
        if (!values.once) continue;
        const done = values.reject ? reason.type === 'rejected-locally' : connected && (reason.type === 'ended-locally' || reason.type === 'ended-by-peer');
        return done ? EXIT.ok : EXIT.failed;
      }
      return EXIT.ok;
    } finally {
      person.close();
    }
  },
};
