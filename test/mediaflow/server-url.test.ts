import { describe, expect, it } from 'vitest';
import { addressesOf, readServerUrl } from '../../src/mediaflow/server-url.ts';

describe('the url of a server', () => {
  it.each([
    ['stun:stun.example.org', { type: 'stun', host: 'stun.example.org', port: 3478 }],
    ['STUN:192.0.2.1:19302', { type: 'stun', host: '192.0.2.1', port: 19302 }],
    ['turn:turn.example.org', { type: 'turn', host: 'turn.example.org', port: 3478, transport: 'udp', asked: false }],
    ['turn:turn.example.org:443?transport=tcp', { type: 'turn', host: 'turn.example.org', port: 443, transport: 'tcp', asked: true }],
    ['turn:[2001:db8::1]:3478?transport=udp', { type: 'turn', host: '2001:db8::1', port: 3478, transport: 'udp', asked: true }],
    ['turns:turn.example.org', { type: 'turn', host: 'turn.example.org', port: 5349, transport: 'tls', asked: true }],
    ['turns:turn.example.org:443?transport=tcp', { type: 'turn', host: 'turn.example.org', port: 443, transport: 'tls', asked: true }],
  ])('%s is read', (url, address) => {
    expect(readServerUrl(url)).toEqual(address);
  });

  it.each(['', 'turn:', 'turn.example.org', 'stuns:stun.example.org', 'turns:t.example.org?transport=udp', 'turn:t.example.org:0', 'turn:t.example.org:65536', 'turn:t e', 'turn:[::1', 'http://t.example.org', 'stun:s.example.org?transport=udp'])(
    '"%s" is no server that can be used',
    (url) => {
      expect(readServerUrl(url)).toBeUndefined();
    },
  );

  it('is one of several that share credentials; those that cannot be used are left out', () => {
    expect(addressesOf({ urls: ['turn:a.example.org', 'nonsense', 'turns:a.example.org'] }).map(({ port }) => port)).toEqual([3478, 5349]);
  });
});
