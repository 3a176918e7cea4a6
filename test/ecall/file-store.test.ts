import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ms, seconds } from '../../src/base/units.ts';
import { FileStore, FileStoreError } from '../../src/ecall/file/index.ts';
import { Town } from '../../src/testing/index.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'callcore-store-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('a store in a file', () => {
  it('L04 has a device that crashed withdraw its attempt, with what another process reads', async () => {
    const town = new Town();
    const path = join(folder, 'calls.json');
    const alice = await town.resident('alice', 'a1', { store: new FileStore(path) });
    const bob = await town.resident('bob', 'b1');
    alice.call('bob');
    await town.time.advance(seconds(5));
    expect(bob.ringing.state).toBe('ringing');

    alice.crash();
    await town.resident('alice', 'a1', { store: new FileStore(path) });
    await town.time.advance(ms(100));

    expect(bob.ringing.state).toBe('ended');
  });

  it('is readable by its owner alone, and leaves nothing else behind', async () => {
    const town = new Town();
    const alice = await town.resident('alice', 'a1', { store: new FileStore(join(folder, 'calls.json')) });

    alice.call('bob').end();
    alice.call('bob');
    await town.time.settle();

    expect(readdirSync(folder)).toEqual(['calls.json']);
    expect(statSync(join(folder, 'calls.json')).mode & 0o777).toBe(0o600);
  });

  it('keeps the conversations that are whole when another one in the file was damaged', async () => {
    const town = new Town();
    const path = join(folder, 'calls.json');
    const alice = await town.resident('alice', 'a1', { store: new FileStore(path) });
    alice.call('bob');
    alice.call('carol', { conversation: 'd' });
    await town.time.advance(ms(100));
    const stored = JSON.parse(readFileSync(path, 'utf8')) as { conversations: { econn: { memory: { ledger: unknown } } }[] };
    stored.conversations[0]!.econn.memory.ledger = {};
    writeFileSync(path, JSON.stringify(stored));

    expect(new FileStore(path).load()?.conversations.map(({ peerUser }) => peerUser)).toEqual(['carol']);
    const again = await town.resident('alice', 'a1', { store: new FileStore(path) });
    expect(again.call('bob').state).toBe('calling');
  });

  it('begins empty where there is no file, and refuses one that is something else', () => {
    const other = join(folder, 'notes.txt');
    writeFileSync(other, 'not a store');

    expect(new FileStore(join(folder, 'new.json')).load()).toBeUndefined();
    expect(() => new FileStore(other)).toThrow(FileStoreError);
  });
});
