import type { ChartEvent } from './chart-event.ts';
import type { Memory } from './memory.ts';
import type { Outbox } from './sending.ts';

/**
 * What a row of the chart does: the memory as it is afterwards, and outputs put into `out`. Pure but for
 * `out`, which is the step's own.
 */
export type Action = (memory: Memory, event: ChartEvent, out: Outbox) => Memory;
