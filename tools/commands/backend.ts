import type { RequestListener } from 'node:http';
import { parseArgs } from 'node:util';
import { OpenRegistrationError, startRelay, type RunningRelay } from '../backend/index.ts';
import { readPort } from './arguments.ts';
import { CommandError, EXIT, type Command } from './command.ts';
import { onInputLine, onStopSignal } from './stop-request.ts';

/** What `callcore backend --json` prints. */
export type BackendEvent = { readonly type: 'listening'; readonly url: string; readonly port: number };

export const backend: Command = {
  name: 'backend',
  summary: 'runs a relay that carries sealed messages between devices',
  help: `callcore backend — runs a small relay: it fans messages out to the devices of
users and holds mail for those that are away. It keeps everything in memory,
sees who writes to whom, and cannot read what they write. The first token that
is shown for a user is that user's from then on, for all devices.

  callcore backend [--port 8790] [--host 127.0.0.1] [--open-registration]
                   [--json] [--follow-stdin]

  --port n             port to listen on; 0 for any free one (default 8790)
  --host address       address to listen on (default 127.0.0.1: this machine)
  --open-registration  needed with any other host: whoever comes first may take
                       a name
  --json               print one JSON object when ready:
                       {"type":"listening","url":…}
  --follow-stdin       stop when standard input ends, for programs that start it

It runs until Ctrl-C. Examples:
  callcore backend
      where "callcore answer --as bob/laptop" finds it
  callcore backend --host 0.0.0.0 --open-registration
      for other machines, unencrypted: put a TLS proxy in front
  callcore backend --port 0 --json
      any free port, for scripts`,
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '8790' },
        host: { type: 'string', default: '127.0.0.1' },
        'open-registration': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        'follow-stdin': { type: 'boolean', default: false },
      },
    });
    const relay = await listen(readPort(values.port, '--port'), values.host, values['open-registration']);
    const ready: BackendEvent = { type: 'listening', url: relay.url, port: relay.port };
    console.log(values.json ? JSON.stringify(ready) : `backend ready at ${relay.url} (Ctrl-C stops it)`);
    let letGo: () => void = () => {};
    await new Promise<void>((stop) => {
      onStopSignal(stop);
      // An input that stays open would keep a process that was told to stop.
      if (values['follow-stdin']) letGo = onInputLine(() => undefined, stop);
    });
    letGo();
    await relay.close();
    return EXIT.ok;
  },
};

/** Rejects with `CommandError` when it cannot listen there. */
export async function listen(port: number, host: string, openRegistration: boolean, site?: RequestListener): Promise<RunningRelay> {
  try {
    return await startRelay({ port, host, ...(openRegistration ? { openRegistration } : {}), ...(site === undefined ? {} : { site }) });
  } catch (problem) {
    if (problem instanceof OpenRegistrationError) throw new CommandError(`on ${host}, others could register under any user's name: pass --open-registration to allow it`);
    const code = problem instanceof Error && 'code' in problem ? String(problem.code) : 'unknown reason';
    const remedy = code === 'EADDRINUSE' ? 'it is taken: pass another --port, or 0 for any free one' : code;
    throw new CommandError(`cannot listen on ${host} port ${port}: ${remedy}`);
  }
}
