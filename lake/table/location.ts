// From a location with scheme, as Iceberg metadata names it, back to the store's key.
import type { ObjectStore } from '../../platform/ports';

export function keyAt(store: ObjectStore, location: string): string {
  return location.slice(store.location('k').length - 1);
}
