import { describe, expect, it } from 'vitest';
import { SeededEntropy } from '../../src/testing/index.ts';
import { authenticationString, drawPledge, keepsPromise, type Identities } from '../../src/ecall/authentication-string.ts';
import type { SharedPledges } from '../../src/ecall/port.ts';

const caller = { user: 'alice', device: 'a1' };
const callee = { user: 'bob', device: 'b1' };
const identities: Identities = { caller: 'alice’s key', callee: 'bob’s key' };

describe('the short authentication string', () => {
  it('K08 is seven signs, the same for the same call on both ends', () => {
    const code = authenticationString(pledges(), identities);

    expect(code).toHaveLength(7);
    expect(authenticationString({ ...pledges(), commit: 'for the callee to check' }, { ...identities })).toEqual(code);
  });

  it.each<readonly [string, SharedPledges, Identities]>([
    ['another caller’s key', pledges(), { ...identities, caller: 'mallory’s key' }],
    ['another callee’s key', pledges(), { ...identities, callee: 'mallory’s key' }],
    ['another certificate in the offer', { ...pledges(), offer: description('FF') }, identities],
    ['another certificate in the answer', { ...pledges(), answer: description('FF') }, identities],
    ['another nonce of the caller', { ...pledges(), callerNonce: 'other' }, identities],
    ['another nonce of the callee', { ...pledges(), calleeNonce: 'other' }, identities],
    ['keys changed for each other', pledges(), { caller: identities.callee, callee: identities.caller }],
  ])('K08 is another for %s', (_, other, keys) => {
    expect(authenticationString(other, keys)).not.toEqual(authenticationString(pledges(), identities));
  });

  it('K08 cannot be steered: a thousand nonces after the commitment hit the wanted string no more often than chance', () => {
    const wanted = authenticationString(pledges(), identities)?.join('');
    const entropy = new SeededEntropy(8);

    const hits = Array.from({ length: 1_000 }, () => drawPledge(entropy.bytes(16))).filter(({ nonce }) => authenticationString({ ...pledges(), calleeNonce: nonce }, identities)?.join('') === wanted);

    expect(hits).toEqual([]);
  });

  it('K08 knows a caller who reveals something else than it had committed to', () => {
    const { nonce, commit } = drawPledge(new SeededEntropy(1).bytes(16));

    expect(keepsPromise({ ...pledges(), callerNonce: nonce, commit })).toBe(true);
    expect(keepsPromise({ ...pledges(), callerNonce: 'other', commit })).toBe(false);
  });

  it('is not there for descriptions without certificates', () => {
    expect(authenticationString({ ...pledges(), offer: 'v=0' }, identities)).toBeUndefined();
  });
});

function pledges(): SharedPledges {
  return { caller, callee, offer: description('00'), answer: description('11'), callerNonce: 'a', calleeNonce: 'b' };
}

function description(byte: string): string {
  return `v=0\r\na=fingerprint:sha-256 ${Array.from({ length: 32 }, () => byte).join(':')}\r\n`;
}
