import { parseArgs } from 'node:util';
import { pageAssets } from '../page-assets.ts';
import { site } from '../web/site.ts';
import { readPort } from './arguments.ts';
import { listen } from './backend.ts';
import { EXIT, type Command } from './command.ts';
import { onInputLine, onStopSignal } from './stop-request.ts';

/** What `callcore web --json` prints. */
export type WebEvent = { readonly type: 'listening'; readonly page: string; readonly backend: string };

export const web: Command = {
  name: 'web',
  summary: 'serves a page that places and takes calls, with its backend',
  help: `callcore web — serves a page in which people sign in with a name, call each
other with sound, camera and screen, and compare the signs that prove that
nobody is in between. The backend runs behind the same address; "callcore call"
and "callcore answer" reach the people on the page through it.

  callcore web [--port 8791] [--host 127.0.0.1] [--open-registration]
               [--json] [--follow-stdin]

  --port n             port to listen on; 0 for any free one (default 8791)
  --host address       address to listen on (default 127.0.0.1: this machine).
                       Browsers let pages use a microphone only over HTTPS or on
                       this machine: put a TLS proxy in front
  --open-registration  needed with any other host: whoever comes first may take
                       a name
  --json               print one JSON object when ready:
                       {"type":"listening","page":…,"backend":…}
  --follow-stdin       stop when standard input ends, for programs that start it

It runs until Ctrl-C. Examples:
  callcore web
      then open http://127.0.0.1:8791 in two browsers
  callcore answer --as bob/laptop --backend ws://127.0.0.1:8791 --tone
      somebody to call from the page`,
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '8791' },
        host: { type: 'string', default: '127.0.0.1' },
        'open-registration': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        'follow-stdin': { type: 'boolean', default: false },
      },
    });
    const relay = await listen(readPort(values.port, '--port'), values.host, values['open-registration'], site(await pageAssets('web')));
    const ready: WebEvent = { type: 'listening', page: relay.url.replace(/^ws/, 'http'), backend: relay.url };
    console.log(values.json ? JSON.stringify(ready) : `open ${ready.page} in a browser (Ctrl-C stops it)`);
    await new Promise<void>((stop) => {
      onStopSignal(stop);
      if (values['follow-stdin']) onInputLine(() => undefined, stop);
    });
    await relay.close();
    return EXIT.ok;
  },
};
