import { describe, expect, it } from 'vitest';
import { ms } from '../../src/base/units.ts';
import { Deadlines } from '../../src/ecall/deadlines.ts';
import { DeviceClock } from '../../src/testing/device-clock.ts';
import { VirtualTime } from '../../src/testing/index.ts';

/** Deadlines that write down when each passed, and how often the clock was asked for a timer. */
function watched() {
  const time = new VirtualTime();
  const passed: string[] = [];
  let timers = 0;
  const device = new DeviceClock(time);
  const clock = {
    now: () => time.now(),
    wallNow: () => time.wallNow(),
    schedule: (span: Parameters<VirtualTime['schedule']>[0], fire: () => void) => {
      timers += 1;
      return device.schedule(span, fire);
    },
  };
  const deadlines = new Deadlines<'ping' | 'props'>(clock, () => {
    for (let name = deadlines.takeDue(); name !== undefined; name = deadlines.takeDue()) passed.push(`${name} at ${String(time.now())}`);
  }, (name) => name === 'ping');
  return { time, device, deadlines, passed, timers: () => timers };
}

describe('deadlines', () => {
  it('that are put off pass their whole span later', async () => {
    const { time, deadlines, passed } = watched();
    deadlines.start('ping', ms(1500));
    await time.advance(ms(1000));

    expect(deadlines.putOff('ping')).toBe(true);
    expect(deadlines.left('ping')).toBe(1500);
    await time.advance(ms(2000));
    expect(passed).toEqual(['ping at 2500']);
  });

  it('are not put off once they have passed, or when they do not run', async () => {
    const { time, deadlines } = watched();
    deadlines.start('ping', ms(1500));
    deadlines.stop('ping');
    expect(deadlines.putOff('ping')).toBe(false);

    deadlines.start('props', ms(0));
    expect(deadlines.putOff('props')).toBe(false);
    expect(time.pending).toBe(1);
  });

  it('that are put off all the time cost a timer now and then', async () => {
    const { time, deadlines, passed, timers } = watched();
    deadlines.start('ping', ms(1500));
    for (let times = 0; times < 300; times++) {
      await time.advance(ms(100));
      deadlines.putOff('ping');
    }

    expect(passed).toEqual([]);
    expect(timers()).toBeLessThan(25);
    await time.advance(ms(1500));
    expect(passed).toEqual(['ping at 31500']);
    expect(time.pending).toBe(0);
  });

  it('pass in order when an earlier one is asked for after a later one', async () => {
    const { time, deadlines, passed } = watched();
    deadlines.start('ping', ms(1500));
    deadlines.start('props', ms(400));
    await time.advance(ms(2000));

    expect(passed).toEqual(['props at 400', 'ping at 1500']);
  });

  it('for the peer to speak are no word of it when this process stood still: what it said is read first, once', async () => {
    const { time, device, deadlines, passed } = watched();
    deadlines.start('ping', ms(1500));
    deadlines.start('props', ms(1600));
    device.sleep();
    await time.advance(ms(5000));
    device.wake();
    await time.advance(ms(0));
    expect(passed).toEqual(['props at 5000']);

    expect(deadlines.putOff('ping')).toBe(true);
    device.sleep();
    await time.advance(ms(5000));
    device.wake();
    await time.advance(ms(10));
    device.sleep();
    await time.advance(ms(5000));
    device.wake();
    await time.advance(ms(10));
    expect(passed).toEqual(['props at 5000', 'ping at 15010']);
    expect(time.pending).toBe(0);
  });

  it('for the peer to speak that pass a little late pass at once, as in a throttled tab', async () => {
    const { time, device, deadlines, passed } = watched();
    device.throttle(ms(1000));
    deadlines.start('ping', ms(1500));
    await time.advance(ms(4000));
    expect(passed).toEqual(['ping at 2000']);
  });
});
