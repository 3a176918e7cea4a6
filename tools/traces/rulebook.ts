import type { Rulebook } from '../../src/trace/index.ts';
import { handleUnder, RULE_VARIANTS, type RuleVariant } from '../explore/rule-variants.ts';

/** The rules of the explorer, by name. */
export const rulebook: Rulebook = (name) => ((RULE_VARIANTS as readonly string[]).includes(name) ? handleUnder(name as RuleVariant) : undefined);
