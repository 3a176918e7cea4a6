import { array, assert, constant, nat, oneof, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ms } from '../../src/base/units.ts';
import { VirtualTime } from '../../src/testing/index.ts';
import { Agenda } from '../../src/testing/agenda.ts';

type Wish = { readonly order: number; readonly at: number };

const deed = oneof(
  record({ does: constant('ask' as const), at: nat(50) }),
  record({ does: constant('call off' as const), which: nat() }),
  constant({ does: 'take' as const }),
);

describe('what is to happen', () => {
  it('happens earliest first, ties in the order of asking, and not at all when called off', () => {
    assert(property(array(deed, { maxLength: 600 }), (deeds) => {
      const agenda = new Agenda();
      const tickets: { readonly wish: Wish; readonly callOff: () => void }[] = [];
      const happened: number[] = [];
      let wanted: readonly Wish[] = [];
      const take = (): void => {
        const [first, ...later] = wanted.toSorted((one, other) => one.at - other.at || one.order - other.order);
        expect(agenda.next).toBe(first?.at);
        if (first === undefined) return;
        agenda.take()();
        expect(happened.at(-1)).toBe(first.order);
        wanted = later;
      };
      for (const each of deeds) {
        if (each.does === 'take') take();
        else if (each.does === 'ask') {
          const wish = { order: tickets.length, at: each.at };
          const due = agenda.put(each.at, () => happened.push(wish.order));
          tickets.push({ wish, callOff: () => agenda.callOff(due) });
          wanted = [...wanted, wish];
        } else {
          const ticket = tickets[each.which % tickets.length];
          ticket?.callOff();
          wanted = wanted.filter((wish) => wish !== ticket?.wish);
        }
        expect(agenda.size).toBe(wanted.length);
      }
      while (wanted.length > 0) take();
      take();
    }));
  });
});

describe('virtual time', () => {
  it('lets promises settle between two things that are due, however long their chain', async () => {
    const time = new VirtualTime();
    const happened: string[] = [];
    time.schedule(ms(1), () => {
      void (async () => {
        for (let link = 0; link < 1000; link++) await Promise.resolve();
        happened.push('the promise');
      })();
    });
    time.schedule(ms(1), () => happened.push('what is due at the same moment'));

    await time.advance(ms(1));

    expect(happened).toEqual(['the promise', 'what is due at the same moment']);
  });

  it('lets what was begun before it moves settle first', async () => {
    const time = new VirtualTime();
    let at: number | undefined;
    const begun = (async () => {
      for (let link = 0; link < 1000; link++) await Promise.resolve();
      at = time.now();
    })();

    await time.advance(ms(10));

    await begun;
    expect(at).toBe(0);
  });

  it('never goes back, not even for what was overslept', async () => {
    const time = new VirtualTime();
    const fired: number[] = [];
    time.schedule(ms(5), () => fired.push(time.now()));
    time.oversleep(ms(100));

    await time.settle();

    expect([fired, time.now()]).toEqual([[100], 100]);
  });
});
