import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readOggOpus } from '../../src/mediaflow/index.ts';
import { run } from '../../tools/commands/run.ts';
import { readEvent, type PeerEventLine } from '../../tools/commands/peer-events.ts';
import { replayBundle } from '../../src/trace/index.ts';
import { storyOf } from '../../tools/explain/story/story.ts';
import { merge } from '../../tools/traces/merge.ts';
import { readTrace } from '../../tools/traces/read-trace.ts';
import { startRelay, type RunningRelay } from '../../tools/backend/index.ts';
import { callcore, type Ran } from './run-callcore.ts';

describe('callcore', () => {
  it.each([
    [['sing'], 'unknown command "sing"'],
    [['demo', '--loud'], "Unknown option '--loud'"],
    [['demo', '--seconds', '99'], '--seconds must be between'],
    [['demo', 'now'], "Unexpected argument 'now'"],
    [['backend', '--port', '70000'], '--port needs a port'],
    [['call', '--as', 'alice/phone'], 'name one user to call'],
    [['call', 'bob'], '--as needs a user and a device'],
    [['call', 'bob', '--as', 'bob/phone'], 'cannot call themselves'],
    [['call', 'bob', '--as', 'alice/phone', '--backend', 'http://here'], '--backend needs the address'],
    [['answer', '--as', 'bob/laptop', '--seconds', 'ten'], '--seconds needs a number'],
    [['answer', '--as', 'bob/laptop', '--play'], '--play <value>'],
    [['answer', '--as', 'bob/laptop', '--play', ''], '--play needs the name of a file'],
    [['call', 'bob', '--as', 'alice/phone', '--relay'], '--relay needs a TURN server'],
    [['call', 'bob', '--as', 'alice/phone', '--turn', 'http://here', '--turn-secret', 's'], '--turn needs the url of a server'],
    [['netprobe'], 'name a server'],
    [['netprobe', '--turn', 'turn:a.example.org'], '--turn needs credentials'],
    [['netprobe', '--stun', 'a.example.org'], '--stun needs the url of a server'],
    [['netprobe', '--turn', 'turn:a.example.org', '--turn-user', 'u'], 'belong together'],
    [['netprobe', '--turn', 'turn:a.example.org', '--turn-user', 'u', '--turn-password', 'p', '--turn-secret', 's'], '--turn-secret makes credentials'],
    [['netprobe', '--stun', 'stun:a.example.org', '--requests', 'many'], '--requests needs a number'],
    [['answer', '--as', 'bob/laptop', '--play', 'a.opus', '--tone'], '--tone and --play cannot go together'],
  ])('%j is not understood: exit code 2 and a remedy', async (args, message) => {
    const { code, said } = await inProcess(args);
    expect(code).toBe(2);
    expect(said).toContain(message);
    expect(said).toContain('--help');
  });

  it.each([[['--help']], [[]], [['help']], [['demo', '--help']], [['help', 'demo']], [['backend', '-h']], [['call', '--help']], [['answer', '--help']], [['netprobe', '--help']], [['replay', '--help']], [['explain', '--help']], [['web', '--help']], [['simulate', '--help']]])('%j teaches with examples', async (args) => {
    const { code, said } = await inProcess(args);
    expect(code).toBe(0);
    expect(said).toMatch(/callcore (demo|backend|call|answer|netprobe|replay|explain|web|simulate)( [-b[<]|$)/m);
    expect(said.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('does not let others on the network take any name unless it is told to', async () => {
    const { code, said } = await inProcess(['backend', '--host', '0.0.0.0', '--port', '0']);
    expect(code).toBe(1);
    expect(said).toContain('pass --open-registration');
  });

  it.each([
    [['call', 'bob', '--as', 'alice/phone', '--play', 'nowhere.opus'], 'there is no file nowhere.opus'],
    [['call', 'bob', '--as', 'alice/phone', '--play', tmpdir()], 'is a folder'],
    [['answer', '--as', 'bob/laptop', '--record', '/nowhere/heard.ogg'], 'there is no folder /nowhere'],
    [['answer', '--as', 'bob/laptop', '--record', tmpdir()], 'is a folder'],
    [['answer', '--as', 'bob/laptop', '--keys', tmpdir()], 'is a folder'],
    [['answer', '--as', 'bob/laptop', '--keys', '/nowhere/bob.keys'], 'there is no folder /nowhere'],
    [['demo', '--record', '/nowhere/heard.ogg'], 'there is no folder /nowhere'],
  ])('%j: says what is wrong with the file before anything begins', async (args, message) => {
    const { code, said } = await inProcess(args);
    expect(code).toBe(1);
    expect(said).toContain(message);
  });
});

describe('callcore call and answer in two processes', () => {
  let relay: RunningRelay;
  let directory = '';
  beforeAll(async () => {
    relay = await startRelay();
    directory = await mkdtemp(join(tmpdir(), 'callcore-test-'));
  });
  afterAll(async () => {
    await relay.close();
    await rm(directory, { recursive: true });
  });

  it('tells both of a call that was declined', async () => {
    const bob = callcore(['answer', '--as', 'bob/laptop', '--backend', relay.url, '--once', '--reject', '--json']);
    await bob.printed(/"ready"/);
    const alice = await callcore(['call', 'bob', '--as', 'alice/phone', '--backend', relay.url, '--json']).ended;
    const answered = await bob.ended;

    expect([alice.code, answered.code]).toEqual([1, 0]);
    expect(reasons(alice)).toEqual(['rejected-by-peer']);
    expect(reasons(answered)).toEqual(['rejected-locally']);
  }, 60_000);

  it('obeys lines, hangs up with SIGTERM, and keeps keys where only their owner reads them', async () => {
    const keys = join(directory, 'carol.keys');
    const traces = [join(directory, 'dave.json'), join(directory, 'carol.json')];
    const carol = callcore(['answer', '--as', 'carol/laptop', '--backend', relay.url, '--once', '--json', '--tone', '--keys', keys, '--trace', traces[1]!]);
    await carol.printed(/"ready"/);
    const dave = callcore(['call', 'carol', '--as', 'dave/phone', '--backend', relay.url, '--json', '--tone', '--trace', traces[0]!]);
    await carol.printed(/"media-started"/);
    dave.say('mute');
    await carol.printed(/"peer-props","props":\{"muted":true/);
    dave.say('sing');
    await dave.printed(/is no command/);
    dave.signal('SIGTERM');
    const [caller, answerer] = await Promise.all([dave.ended, carol.ended]);

    expect([caller.code, answerer.code]).toEqual([0, 0]);
    expect(reasons(caller)).toEqual(['ended-locally']);
    expect(reasons(answerer)).toEqual(['ended-by-peer']);
    expect((await stat(keys)).mode & 0o777).toBe(0o600);
    const kept = await readFile(keys);
    const again = callcore(['answer', '--as', 'carol/laptop', '--backend', relay.url, '--keys', keys]);
    await again.printed(/carol\/laptop is connected/);
    again.signal('SIGINT');
    expect((await again.ended).code).toBe(0);
    expect((await readFile(keys)).equals(kept)).toBe(true);

    // O06: what both wrote down happens again, and fits together.
    const written = await Promise.all(traces.map((path) => readFile(path, 'utf8')));
    const both = merge(written.map(readTrace));
    const story = storyOf(both);
    expect(replayBundle(both).difference).toBeUndefined();
    expect(both.devices.map(({ name }) => name)).toEqual(['caller', 'callee']);
    expect(story.arrows.filter(({ message }) => message.type !== 'PING').map(({ fate }) => fate)).not.toContain('unseen');
    expect(story.arrows.find(({ message }) => message.type === 'SETUP' && message.resp)).toMatchObject({ fate: 'heard' });
    expect(written.join('')).not.toMatch(/dave|carol|phone|laptop|candidate|fingerprint|127\.0/u);
  }, 60_000);

  it('records each call in a file of its own, and lets others hear that it is busy', async () => {
    const heard = join(directory, 'heard.ogg');
    const heidi = callcore(['answer', '--as', 'heidi/laptop', '--backend', relay.url, '--tone', '--record', heard]);
    await heidi.printed(/is connected/);
    const ivan = callcore(['call', 'heidi', '--as', 'ivan/phone', '--backend', relay.url, '--tone']);
    await ivan.printed(/their audio arrives/);
    ivan.say('video on');
    await ivan.printed(/no video to send: start with --video/);
    const judy = ['call', 'heidi', '--as', 'judy/phone', '--backend', relay.url, '--keys', join(directory, 'judy.keys'), '--tone'];
    const busy = await callcore(judy).ended;
    ivan.say('end');
    await ivan.ended;
    await heidi.printed(/heard\.ogg/);
    const second = await callcore([...judy, '--seconds', '1']).ended;
    await heidi.printed(/heard-2\.ogg/);
    heidi.signal('SIGTERM');
    const { out } = await heidi.ended;

    expect([busy.code, second.code]).toEqual([1, 0]);
    expect(busy.out).toContain('call over: busy');
    expect(out).toContain('judy/phone calls: declined, in a call');
    for (const file of [heard, join(directory, 'heard-2.ogg')]) expect(readOggOpus(await readFile(file)).length).toBeGreaterThan(10);
    const signs = /read the same: (.+)/;
    expect(signs.exec(second.out)?.[1]?.split(' ')).toHaveLength(7);
    expect(out).toContain(signs.exec(second.out)?.[1]);
  }, 60_000);

  it('rings for a call that came while the device was away', async () => {
    const as = ['answer', '--as', 'frank/laptop', '--backend', relay.url, '--keys', join(directory, 'frank.keys'), '--json', '--tone'];
    const before = callcore(as);
    await before.printed(/"ready"/);
    before.signal('SIGTERM');
    await before.ended;
    const caller = callcore(['call', 'frank', '--as', 'grace/phone', '--backend', relay.url, '--json', '--tone', '--seconds', '1']);
    await caller.printed(/"messages":\{"backendSent":1/);
    const after = callcore([...as, '--once']);
    const [called, answered] = await Promise.all([caller.ended, after.ended]);

    expect([called.code, answered.code]).toEqual([0, 0]);
    expect(reasons(answered)).toEqual(['ended-by-peer']);
  }, 60_000);

  it('ends with code 1 and a reason when the called user has no device', async () => {
    const { code, out } = await callcore(['call', 'nobody', '--as', 'erin/phone', '--backend', relay.url]).ended;
    expect(code).toBe(1);
    expect(out).toContain('unreachable');
  }, 60_000);
});

function reasons({ out }: Ran): string[] {
  const events = out.split('\n').map(readEvent).filter((event): event is PeerEventLine => event !== undefined);
  return events.flatMap((event) => (event.type === 'ended' ? [event.reason.type] : []));
}

async function inProcess(args: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
  let said = '';
  const log = vi.spyOn(console, 'log').mockImplementation((text: string) => void (said += text));
  const complain = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
  try {
    return { code: await run(args), said };
  } finally {
    log.mockRestore();
    complain.mockRestore();
  }
}
