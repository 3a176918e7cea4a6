/** `survived`: charts that no test notices though they differ. `alike`: those that no random step tells apart from ours. */
export type ChartVerdict = { readonly mutants: number; readonly survived: readonly string[]; readonly alike: readonly string[] };

export const CHART_CHANNEL = 'chart mutants';
