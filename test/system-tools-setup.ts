import { SYSTEM_TOOLS, systemTool, type SystemTool } from './system-tool.ts';

/**
 * Before the first test: an installation takes longer than a test may. What fails here is said here, and again by
 * each test that needs the tool; the others run.
 */
export async function setup(): Promise<void> {
  for (const tool of Object.keys(SYSTEM_TOOLS) as SystemTool[]) {
    await systemTool(tool).catch((problem: unknown) => {
      console.error(problem instanceof Error ? problem.message : problem);
    });
  }
}
