import type { Econn, Input, Output } from '../../src/econn/index.ts';
import type { Rulebook } from '../../src/trace/index.ts';
import { handleLike, OLD_RULES, type OldRuleName } from '../corpus/old-rules.ts';
import { handleUnder, RULE_VARIANTS, type RuleVariant } from '../explore/rule-variants.ts';

/** The rules that the explorer takes out, and those of other engines, by name. */
export const rulebook: Rulebook = (name) => {
  const known = compiled.get(name) ?? ((RULE_VARIANTS as readonly string[]).includes(name) ? handleUnder(name as RuleVariant) : Object.hasOwn(OLD_RULES, name) ? handleLike(OLD_RULES[name as OldRuleName]) : undefined);
  if (known !== undefined) compiled.set(name, known);
  return known;
};

const compiled = new Map<string, (econn: Econn, input: Input) => readonly [Econn, readonly Output[]]>();
