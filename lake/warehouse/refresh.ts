// What `refresh` has to do, in order: which marts and KPIs become tables, from which SQL, with which Iceberg fields.
import type { Schema } from 'apache-arrow';
import { FaultError } from '../errors';
import type { TableField } from '../table/data-file';
import { inOrder } from './graph';
import type { Model } from './model';
import { typeName } from './values';

export interface RefreshStep {
  readonly model: Model;
  readonly selectSql: string;
}

/** Marts and KPIs after everything they read; staging stays views. `tables` are the names the models may read besides each other. */
export function refreshSteps(models: readonly Model[], tables: readonly string[]): RefreshStep[] {
  return inOrder(models, tables)
    .filter((model) => model.kind === 'mart' || model.kind === 'kpi')
    .map((model) => ({ model, selectSql: `select * from ${model.name}` }));
}

/**
 * Iceberg fields of an answer. A column that the table already has keeps its field id, a new one gets the next free id,
 * so that a refreshed table reads its older files rightly.
 */
export function fieldsFromArrow(schema: Schema, existing: readonly TableField[] = []): TableField[] {
  let last = existing.reduce((highest, field) => Math.max(highest, field.id), 0);
  return schema.fields.map((field) => {
    const type = typeName(field.type);
    if (type.startsWith('list<') || type === 'timestamptz') {
      throw new FaultError('F_MODEL_TYPE', `column ${field.name} has type ${type}, which a mart may not have`);
    }
    const known = existing.find((candidate) => candidate.name === field.name);
    const doc = known?.doc === undefined ? {} : { doc: known.doc };
    return { id: known?.id ?? ++last, name: field.name, type, ...doc };
  });
}
