import type { TraceBundle } from '../../src/trace/index.ts';

/** Traces of several devices of one conversation as one. Their clocks must be the same, as those of `callcore call` and `answer` are. */
export function merge(bundles: readonly TraceBundle[]): TraceBundle {
  const [first, ...others] = bundles;
  if (first === undefined) throw new Error('nothing to merge');
  if (others.length === 0) return first;
  let before = 0;
  const notes = bundles.flatMap(({ notes, devices }) => {
    const moved = notes.map((note) => (note.device === undefined ? note : { ...note, device: note.device + before }));
    before += devices.length;
    return moved;
  });
  const names: string[] = [];
  const devices = bundles.flatMap(({ devices }) => devices).map((device) => {
    names.push(device.name);
    const same = names.filter((name) => name === device.name).length;
    return same === 1 ? device : { ...device, name: `${device.name} ${String(same)}` };
  });
  return { ...first, devices, notes };
}
