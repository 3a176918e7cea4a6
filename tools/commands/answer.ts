import { parseArgs } from 'node:util';
import type { Call } from '../../src/index.ts';
import { CallDesk } from './call-desk.ts';
import { EXIT, type Command } from './command.ts';
import { readLocalMedia } from './local-media.ts';
import { openPeer } from './open-peer.ts';
import { PEER_OPTIONS, PEER_OPTIONS_HELP, readPeerOptions } from './peer-options.ts';
import { reporter } from './peer-report.ts';
import { PersonAtTheTerminal } from './person-at-the-terminal.ts';

export const answer: Command = {
  name: 'answer',
  summary: 'waits for calls and takes them, or declines them',
  help: `callcore answer — waits for calls and takes each one; while in one, others are declined.

  callcore answer --as user/device [options]

  --once             ends after the first call
  --reject           declines every call
${PEER_OPTIONS_HELP}

Exit code with --once: 0 when the call was taken and one of the two hung up (with --reject:
when it was declined), 1 otherwise. Without --once it runs until Ctrl-C, and exits with 0.

Examples:
  callcore answer --as bob/laptop --record heard.ogg --once
  callcore answer --as bob/laptop --play greeting.opus --seconds 20
  callcore answer --as bob/tablet --reject --once --json`,
  async run(args) {
    const { values } = parseArgs({ args: [...args], options: { ...PEER_OPTIONS, once: { type: 'boolean', default: false }, reject: { type: 'boolean', default: false } } });
    const options = readPeerOptions(values);
    const report = reporter(options.json);
    const maker = await readLocalMedia(options);
    const line: { desk?: CallDesk; ring?: (call: Call) => void } = {};
    const person = new PersonAtTheTerminal({ followInput: options.followInput, report, obey: (command) => line.desk?.obey(command) });
    try {
      await using engine = await openPeer(options, report);
      person.ready();
      engine.on('incoming', (call) => {
        const { device } = call.peer;
        report({ type: 'incoming', from: device === undefined ? call.user : `${device.user}/${device.device}` });
        if (line.ring === undefined) call.reject();
        else line.ring(call);
      });
      for (;;) {
        const call = await nextCall(person.stopped, (ring) => (line.ring = ring));
        delete line.ring;
        if (call === undefined) return EXIT.ok;
        const desk = new CallDesk(options, maker, report);
        line.desk = desk;
        const attending = desk.attend(call);
        if (values.reject) call.reject();
        else call.answer(desk.callOptions);
        person.stopped.addEventListener('abort', () => call.end(), { once: true });
        const { connected, reason } = await attending;
        if (!values.once) continue;
        const done = values.reject ? reason.type === 'rejected-locally' : connected && (reason.type === 'ended-locally' || reason.type === 'ended-by-peer');
        return done ? EXIT.ok : EXIT.failed;
      }
    } finally {
      person.close();
    }
  },
};

/** The next call that rings; `undefined` when the person wants to stop. */
function nextCall(stopped: AbortSignal, ringAt: (ring: (call: Call) => void) => void): Promise<Call | undefined> {
  return new Promise((next) => {
    if (stopped.aborted) next(undefined);
    stopped.addEventListener('abort', () => next(undefined), { once: true });
    ringAt(next);
  });
}
