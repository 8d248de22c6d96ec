// Whether the roles of the templates allow what the functions were seen to ask for. The emulator allows everything, and a real
// account would be the first to say no.
import assert from 'node:assert/strict';
import { type Call, type Need, needsOf, type Place } from './calls';
import { isAllowed, type Role, rolesOf } from './roles';

/** @returns what would have been refused, each once */
function refused(calls: readonly Call[], roles: ReadonlyMap<string, Role>, place: Place): readonly string[] {
  const found = new Set<string>();
  for (const call of calls) {
    const role = roles.get(call.who);
    if (!role) throw new Error(`There is no role named ${call.who}.`);
    for (const need of needsOf(call, place))
      if (!isAllowed(need, role)) found.add(`${call.who}: ${need.action} on ${need.resource}`);
  }
  return [...found].sort();
}

/**
 * @param calls of functions, whose access key is their name, as their role's is
 * @param people roles that people sign in to, seen in the same way
 */
export function checkRights(
  calls: readonly Call[],
  functions: readonly string[],
  people: readonly string[],
  assembly: string,
  place: Place,
): string {
  const roles = rolesOf(assembly);
  assert.deepEqual(refused(calls, roles, place), []);
  for (const name of [...functions, ...people])
    assert.ok(
      calls.some(({ who }) => who === name),
      `${name} was not seen at work`,
    );
  // The check can fail: nobody else may do what commit and maintain may.
  const movers = functions.filter((name) => /-(commit|maintain)$/.test(name));
  const others = functions.filter((name) => !movers.includes(name));
  const swap = calls.find(({ who, action }) => movers.includes(who) && action === 'UpdateTable');
  assert.ok(swap && movers.length === 2, 'no swap was seen');
  for (const who of others)
    assert.notDeepEqual(refused([{ ...swap, who }], roles, place), [], `${who} may swap pointers`);
  const needs = new Map<string, Need>();
  for (const call of calls) for (const need of needsOf(call, place)) needs.set(`${call.who} ${need.action}`, need);
  return `${calls.length} requests of ${functions.length} functions and ${people.length} role of people, ${needs.size} kinds of right`;
}
